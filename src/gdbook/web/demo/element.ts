// <gd-demo>: one state object, one way to draw it, and every control a way to change it.

import { Course } from "./course";
import { CurveView } from "./curve";
import { make } from "./dom";
import { Editor } from "./editor";
import { helpDialog } from "./help";
import { keyAnywhere, keyOnStage } from "./keys";
import { Legend } from "./legend";
import type { Link } from "./link";
import { More } from "./more";
import { tell, tellRace } from "./narrate";
import { onSight, plot, takePoster, wake } from "./page";
import { Panel } from "./panel";
import { Player } from "./player";
import { toPython } from "./python";
import { RatesView } from "./rates";
import { Readouts } from "./readouts";
import type { Sandbox } from "../sandbox/sandbox";
import type { Kernels, Pair, Scene, Spec, State } from "./spec";
import { StageView } from "./stage";
import { fromHash, initial, repaired, toHash } from "./state";
import { themeOf, type Theme } from "./theme";
import type { Scene2D } from "./view";

const DECIDING = // of walks
  ["scene", "start", "running", "settings", "rates", "points", "expression"] as const;

export class GdDemo extends Player<Spec, State> {
  protected readonly word = "demo";
  private readonly wished: Promise<void>; // of a sandbox, which is fetched only where it is used
  private wish!: () => void;
  private kernels!: Kernels;
  private course!: Course;
  private stage!: StageView;
  private panel!: Panel;
  private readouts!: Readouts;
  private more!: More;
  private curve: CurveView | null = null;
  private editor: Editor | null = null;
  private rates: RatesView | null = null;
  private legend: Legend | null = null; // of the basins, where they are painted
  private sandbox: Sandbox | null = null;

  constructor() {
    super();
    this.wished = new Promise((resolve) => (this.wish = resolve));
  }

  /** Kept once it can be played; who asks wants to. */
  override get ready(): Promise<void> {
    this.wish();
    return super.ready;
  }

  reset(): void {
    this.pause();
    const { view, speed, basins } = this.present;
    const first = initial(this.spec, this.present.scene);
    const kept = basins === undefined ? { view, speed } : { view, speed, basins };
    this.present = this.sandbox === null ? { ...first, ...kept }
      : { ...this.present, camera: first.camera, step: 0 }; // what was typed is not thrown away
    this.stage.look(this.present.camera);
    this.renew(true);
    this.speak();
  }

  python(): string {
    return toPython(this.spec, this.present, this.place());
  }

  // --- beginning ---------------------------------------------------------------------------

  protected async begin(): Promise<void> {
    const kernels = (await this.fetchKernels()) as Kernels;
    this.kernels = this.spec.sandbox ? await this.fetchSandbox(kernels) : kernels;
    const link = this.link(location.hash);
    if (link !== null) wake();
    this.present = link?.state ?? initial(this.spec);
    this.course = new Course(this.kernels, this.spec, this.sandbox?.place);
    this.sandbox?.follow(this.present);
    this.course.restart(this.present);
    this.enter(link);
  }

  /** Wait until the sandbox is in sight or asked for, and fetch what understands formulas. */
  private async fetchSandbox(compiled: Kernels): Promise<Kernels> {
    if (location.hash.startsWith(`#demo-${this.spec.id};`)) this.wish();
    const sight = onSight(this, (inSight) => {
      if (inSight) this.wish();
    });
    await this.wished;
    sight.disconnect();
    const { Sandbox } = await import("../sandbox/sandbox");
    this.sandbox = new Sandbox(this.spec, compiled, this);
    return this.sandbox.kernels;
  }

  protected link(hash: string): Link<State> | null {
    return fromHash(this.spec, hash, this.sandbox?.legible);
  }

  protected hash(): string {
    return toHash(this.spec, this.present);
  }

  private place(): Scene {
    return this.course.place(this.present);
  }

  protected build(): void {
    const { spec, kernels } = this;
    this.help = helpDialog(spec);
    this.panel = new Panel(spec, this);
    this.stage = new StageView({
      moveStart: (place, done) => this.moveStart(place, done),
      turn: (camera) => this.change({ camera }),
      arrived: () => {
        this.stage.look(this.present.camera); // which may have been turned in the meantime
        this.draw();
      },
      refused: () => {
        this.change({ view: "map" }); // no WebGL here: the same ground from above
        this.say("This browser shows no 3D; here is the view from above.");
      },
    }, [...this.querySelectorAll("figure img")].map((image) => image.cloneNode() as Element));
    this.readouts = new Readouts(spec, {
      toggle: (name, on) => this.toggle(name, on),
      rate: (name, value) => this.change({ rates: { [name]: value } }),
    });
    const copies = { link: () => this.address.link, python: () => this.python() };
    this.more = new More(spec, kernels, copies, () => this.draw());
    const side = make("div", { class: "gd-demo-side" }, ...this.buildSide(kernels));
    const views = make("div", { class: "gd-demo-views" }, this.stage.element);
    if (spec.basins) {
      this.legend = new Legend(kernels, spec, {
        change: (wanted) => this.change(wanted),
        redraw: () => this.drawStage(themeOf(this)),
        say: (words) => this.say(words),
      });
      views.append(this.legend.element);
    }
    views.append(side);
    if (!side.hasChildNodes()) views.classList.add("gd-demo-alone");
    const { head, transport, sliders } = this.panel;
    this.append(
      head, this.warning, ...(this.sandbox ? [this.sandbox.panel.element] : []), views,
      transport.element, sliders, this.said, this.spoken,
      this.readouts.element, this.more.element, this.help, ...takePoster(this),
    );
  }

  /** Make the views beside the ground: data, the race's curves, the loss. */
  private buildSide(kernels: Kernels): HTMLElement[] {
    const { spec } = this;
    const parts: HTMLElement[] = [];
    if (spec.views.includes("data")) {
      this.editor = new Editor(kernels, spec.points!, {
        change: (points, done) => {
          this.change({ points });
          if (done) this.speak();
        },
        redraw: () => this.draw(),
        say: (words) => this.say(words),
      });
      parts.push(this.editor.element);
    }
    if (spec.views.includes("rates")) {
      this.rates = new RatesView(spec.sliders.find(({ name }) => name === "learning_rate")!);
      parts.push(plot(this.rates.canvas,
        "For each optimizer, the loss it reaches at each learning rate, with its present rate marked"));
    }
    if (spec.views.includes("loss")) {
      this.curve = new CurveView();
      parts.push(plot(this.curve.canvas, "The loss at each step so far"));
    }
    return parts;
  }

  // --- changing: what the controls call ----------------------------------------------------

  change(wanted: Partial<State>): void {
    wake();
    const before = this.present;
    this.present = repaired(this.spec, before, wanted, this.sandbox?.legible);
    if (wanted.camera) this.stage.look(this.present.camera);
    this.renew(DECIDING.some((key) =>
      JSON.stringify(before[key]) !== JSON.stringify(this.present[key])));
  }

  moveStart(start: Pair, done: boolean): void {
    this.pause();
    this.change({ start, step: 0 });
    if (done) this.speak();
  }

  private toggle(name: string, on: boolean): void {
    const others = this.present.running.filter((other) => other !== name);
    this.change({ running: on ? [...others, name] : others });
  }

  protected override become(state: State): void {
    this.present = state;
    this.stage.look(state.camera);
    this.renew(true);
  }

  private renew(walksAnew: boolean): void {
    if (walksAnew) {
      this.sandbox?.follow(this.present);
      this.course.restart(this.present);
    }
    this.changed();
  }

  protected override key(event: KeyboardEvent): void {
    const { key } = event;
    const typed = "[]".includes(key) && !event.metaKey; // on many keyboards with the help of Alt
    const half = event.ctrlKey || event.metaKey || event.altKey;
    if ((half && !typed) || this.help.open) return;
    const target = event.target as Element;
    const onData = target === this.editor?.view.canvas && this.editor.key(key);
    const onStage = (): boolean =>
      keyOnStage(this.stage.viewOf(target), key, this.place(), this.present, this);
    if (onData || onStage() || keyAnywhere(target, key, this.present, this)) event.preventDefault();
  }

  // --- time --------------------------------------------------------------------------------

  protected get atEnd(): boolean {
    return this.present.step >= this.course.lastStep;
  }

  protected advance(due: number): void {
    this.change({ step: Math.min(this.course.lastStep, this.present.step + due) });
  }

  // --- drawing and telling -----------------------------------------------------------------

  protected draw(): void {
    if (this.stage === undefined || this.present === undefined) return;
    const { course, present } = this;
    course.reach(present);
    const theme = themeOf(this);
    this.legend?.follow(present, this.place(), course.first, this.inSight);
    const scene = this.drawStage(theme);
    this.curve?.draw(scene, theme);
    this.editor?.show(present);
    this.editor?.view.draw(scene, theme);
    this.rates?.show(course.rates());
    this.rates?.draw(scene, theme);
    this.panel.show(present, this.playing);
    this.sandbox?.show(present);
    const moments = course.moments();
    const limits = course.limits(moments);
    if (limits !== null) this.panel.mark(limits);
    this.readouts.show(present, course.walks, theme);
    this.said.textContent = moments.length === 1 ? tell(moments[0]!) : tellRace(moments);
    this.more.show([...course.walks.values()], present.step);
  }

  /** Draw the ground and what is on it; return what was drawn. */
  private drawStage(theme: Theme): Scene2D {
    const scene = this.course.scene(theme, this.legend?.picture);
    this.stage.draw(this.present, scene, theme, this.inSight);
    this.legend?.show(theme);
    return scene;
  }
}
