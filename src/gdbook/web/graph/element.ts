// <gd-graph>: one state object, one way to draw it, and every control a way to change it.

import { make } from "../demo/dom";
import { keysDialog } from "../demo/help";
import type { Link } from "../demo/link";
import { folded } from "../demo/more";
import { takePoster } from "../demo/page";
import { Player } from "../demo/player";
import { Course, type Numbers } from "./course";
import { tell, type Descent } from "./narrate";
import { Listing, Panel } from "./panel";
import { Picture } from "./picture";
import { toPython } from "./python";
import type { Kernels, Spec, State } from "./spec";
import { FAR, fromHash, initial, lastStep, lines, repaired, toHash } from "./state";

const KEYS: [string, string][] = [
  ["Space", "play or pause"], [".", "one step forward"], [",", "one step back"],
  ["G", "one step of gradient descent"], ["R", "back to the first numbers"],
  ["?", "show these keys"],
];

export class GdGraph extends Player<Spec, State> {
  protected readonly word = "graph";
  private kernels!: Kernels;
  private course!: Course;
  private numbers!: Numbers;
  private panel!: Panel;
  private listing!: Listing;
  private picture!: Picture;
  private descent: Descent | null = null; // the last change, if it was a step of descent
  private losses: number[] = []; // of a descent without other changes between

  /** Go back to the inputs, with the numbers and the rate of the beginning. */
  reset(): void {
    this.pause();
    const { inputs, rate } = initial(this.spec);
    this.change({ step: 0, inputs, rate });
    this.speak();
  }

  /** Take one step of gradient descent, and show all numbers of the new weights. */
  descend(): void {
    this.pause();
    const { inputs, rate } = this.present;
    const before = this.numbers.values.at(-1)!;
    const losses = this.losses.length > 0 ? this.losses : [before];
    const moved = this.course.turn(inputs, rate);
    if (moved.every((value) => Math.abs(value) <= FAR)) {
      this.show({ ...this.present, inputs: moved, step: lastStep(this.spec) });
      const after = this.numbers.values.at(-1)!;
      [this.descent, this.losses] = [{ before, after }, [...losses, after]];
    } else {
      this.descent = { before, after: Infinity }; // it is not taken
    }
    this.changed();
    this.speak();
  }

  python(): string {
    return toPython(this.spec, this.present);
  }

  // --- beginning ---------------------------------------------------------------------------

  protected async begin(): Promise<void> {
    this.kernels = (await this.fetchKernels()) as Kernels;
    this.course = new Course(this.spec, this.kernels);
    const link = this.link(location.hash);
    this.show(link?.state ?? initial(this.spec));
    this.enter(link);
  }

  protected link(hash: string): Link<State> | null {
    return fromHash(this.spec, hash);
  }

  protected hash(): string {
    return toHash(this.spec, this.present);
  }

  protected build(): void {
    const { spec } = this;
    this.help = keysDialog(KEYS, "Every slider and button can be reached with Tab. " +
      "Click a box to go to the step that fills it.");
    this.panel = new Panel(spec, this);
    this.listing = new Listing(spec);
    this.picture = new Picture(spec, (node) => this.jump(node));
    const code = make("pre", { tabindex: "0" }, String(this.kernels.look.kernel));
    const more = make("div", { class: "gd-demo-more" },
      folded("The program, line by line", this.listing.element),
      folded("See the compiled JavaScript", code), this.copies());
    const { head, transport, sliders, descent } = this.panel;
    this.append(head, this.warning, this.picture.element, transport.element, this.said,
      this.spoken, sliders, descent, more, this.help, ...takePoster(this));
  }

  // --- changing: what the controls call ----------------------------------------------------

  change(wanted: Partial<State>): void {
    this.descent = null;
    if (wanted.inputs !== undefined) this.losses = [];
    this.show(repaired(this.spec, this.present, wanted));
    this.changed();
  }

  /** Go to the step that shows a number: its value on the way forward, else its slope. */
  private jump(node: number): void {
    this.pause();
    const { seen, sloped } = this.course;
    const forward = this.present.step <= lines(this.spec) && this.present.step !== seen[node];
    this.change({ step: forward && seen[node]! > 0 ? seen[node] : sloped[node] });
    this.speak();
  }

  private show(state: State): void {
    this.present = state;
    this.numbers = this.course.look(state.inputs);
  }

  protected override keys(): Record<string, () => void> {
    return { ...super.keys(), g: () => this.descend() };
  }

  // --- time --------------------------------------------------------------------------------

  protected get atEnd(): boolean {
    return this.present.step >= lastStep(this.spec);
  }

  protected advance(due: number): void {
    this.change({ step: this.present.step + due });
  }

  // --- drawing and telling -----------------------------------------------------------------

  /** Even out of sight: whether keys must scroll the picture depends on the width. */
  protected override redraw(): void {
    this.draw();
  }

  protected draw(): void {
    const { spec, present, course, numbers } = this;
    this.picture.draw(course, present.step, numbers);
    this.listing.show(course, present.step, numbers);
    this.panel.show(present, this.playing, this.losses);
    this.said.textContent = tell(spec, present, course, numbers, this.descent);
  }
}
