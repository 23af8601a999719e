// <gd-microscope>: one state object, one way to draw it, and every control a way to change it.

import { make } from "../demo/dom";
import { keysDialog } from "../demo/help";
import type { Link } from "../demo/link";
import { folded } from "../demo/more";
import { plot, takePoster } from "../demo/page";
import { SlowPlayer } from "../demo/slow";
import { themeOf } from "../demo/theme";
import { tell, type Regime } from "./narrate";
import { Panel } from "./panel";
import { toPython } from "./python";
import { Run } from "./run";
import { rateAt, type NetworkModule, type Spec, type State } from "./spec";
import { fromHash, initial, repaired, retuned, toHash } from "./state";
import { LossView, SharpnessView, ValleyView } from "./views";

const SLICE = 7; // milliseconds that a frame may spend on steps
const PART = 0.4; // of the time since the last picture may be spent on steps, where that is more
const QUIET = 5000; // milliseconds between two sentences that are read out while it plays
const KEYS: [string, string][] = [
  ["Space", "play or pause"], [".", "one step forward"], [",", "one step back"],
  ["R", "back to the start, at the present rate"], ["?", "show these keys"],
];

export class GdMicroscope extends SlowPlayer<Spec, State> {
  protected readonly word = "microscope";
  protected readonly slice = SLICE;
  private network!: NetworkModule;
  private run!: Run;
  private panel!: Panel;
  private readonly curve = new SharpnessView();
  private readonly loss = new LossView();
  private readonly valley = new ValleyView();
  private heard: { regime: Regime; at: number } = { regime: "start", at: 0 };

  /** Go back to the start, and keep the present rate from there on. */
  reset(): void {
    this.pause();
    this.change({ step: 0, plan: [[0, rateAt(this.present.plan, this.present.step)]] });
    void this.settled.then(() => this.speak());
  }

  /** Change the rate from the step that is seen on; after a divergence, from the start on. */
  retune(rate: number): void {
    const { plan } = this.present;
    const step = Math.min(this.present.step, this.run.step); // it may still be on its way
    if (this.isLost) this.change({ plan: [[0, rate]], step: 0 });
    else this.change({ plan: retuned(plan, step, rate), step });
  }

  python(): string {
    return toPython(this.spec, this.present);
  }

  // --- beginning ---------------------------------------------------------------------------

  protected async begin(): Promise<void> {
    this.network = (await this.fetchKernels()) as NetworkModule;
    const link = this.link(location.hash);
    this.present = link?.state ?? initial(this.spec);
    this.run = new Run(this.network, this.present.plan);
    this.enter(link);
  }

  protected link(hash: string): Link<State> | null {
    return fromHash(this.spec, hash);
  }

  protected hash(): string {
    return toHash(this.spec, this.present);
  }

  protected build(): void {
    const { spec, network } = this;
    this.help = keysDialog(KEYS, "Every menu, slider and button can be reached with Tab.");
    this.panel = new Panel(spec, this);
    const views = make("div", { class: "gd-microscope-views" },
      plot(this.curve.canvas,
        "The sharpness at each step so far, and a dashed line at two over the rate; red where the sharpness is above it",
        "gd-microscope-sharpness"),
      plot(this.valley.canvas,
        "The microscope: the loss along the sharpest direction, a valley, dotted its parabola; a disc where the walk stands, and a ring where its step leads",
        "gd-microscope-valley"),
      plot(this.loss.canvas, "The loss at each step so far, on a logarithmic axis; red where it rose",
        "gd-microscope-loss"));
    const code = make("pre", { tabindex: "0" }, [
      `// One example: its loss, and the gradient\n${String(network.learn.kernel)}`,
      `// One example: the Hessian times a vector\n${String(network.bend.kernel)}`,
      `// One parameter after a step\n${String(network.turn.kernel)}`,
    ].join("\n\n"));
    const more = make("div", { class: "gd-demo-more" },
      folded("See the compiled JavaScript", code), this.copies());
    const { head, transport, sliders, readouts } = this.panel;
    this.append(head, this.warning, views, transport.element, sliders, this.said, this.spoken,
      readouts, more, this.help, ...takePoster(this));
  }

  // --- changing: what the controls call ----------------------------------------------------

  change(wanted: Partial<State>): void {
    this.present = repaired(this.spec, this.present, wanted);
    this.run.follow(this.present.plan);
    this.changed();
  }

  /** Whether the walk has left the numbers that a computer can hold. */
  private get isLost(): boolean {
    return this.run.divergedAt >= 0 && this.present.step >= this.run.divergedAt;
  }

  // --- time --------------------------------------------------------------------------------

  protected get walk(): Run {
    return this.run;
  }

  protected get atEnd(): boolean {
    return this.present.step >= this.spec.steps || this.isLost;
  }

  protected advance(due: number, now: number): void {
    const spare = Math.min(this.longest, (PART * 1000 * due) / this.present.speed);
    this.run.reach(Math.min(this.spec.steps, this.present.step + due), Math.max(SLICE, spare));
    this.change({ step: this.run.step }); // fewer than wished for where steps are dear
    this.speakAtTimes(now);
  }

  // --- drawing and telling -----------------------------------------------------------------

  protected picture(): void {
    if (this.panel === undefined) return;
    const theme = themeOf(this);
    this.curve.draw(this.run, theme);
    this.loss.draw(this.run, theme);
    this.valley.draw(this.run, theme);
    this.panel.show(this.present, this.playing, this.run);
    this.said.textContent = tell(this.run).words;
  }

  protected override speak(): void {
    const { regime, words } = tell(this.run);
    this.heard = { regime, at: performance.now() };
    this.say(words);
  }

  /** While it plays: speak if something else is happening, and not too often. */
  private speakAtTimes(now: number): void {
    if (now - this.heard.at >= QUIET && tell(this.run).regime !== this.heard.regime) this.speak();
  }
}
