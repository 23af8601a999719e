// <gd-playground>: one state object, one way to draw it, and every control a way to change it.

import { make } from "../demo/dom";
import { keysDialog } from "../demo/help";
import type { Link } from "../demo/link";
import { fetchModule } from "../demo/modules";
import { folded } from "../demo/more";
import { plot, takePoster } from "../demo/page";
import { SlowPlayer } from "../demo/slow";
import { themeOf } from "../demo/theme";
import { BoundaryView } from "./boundary";
import { LossView, SlopesView } from "./curves";
import { DiagramView } from "./diagram";
import { Field } from "./field";
import { tell } from "./narrate";
import { colorsOf } from "./paint";
import { Panel } from "./panel";
import { toPython } from "./python";
import { pointsOf, Run, type Points } from "./run";
import { namesOf, type DataModule, type NetworkModule, type RulesModule, type Spec, type State } from "./spec";
import { decides, fromHash, initial, repaired, toHash } from "./state";

const SLICE = 5; // milliseconds that a frame may spend on steps
const KEYS: [string, string][] = [
  ["Space", "play or pause"], [".", "one step forward"], [",", "one step back"],
  ["R", "back to the start, with the present settings"], ["N", "new weights at first"], ["?", "show these keys"],
];

export class GdPlayground extends SlowPlayer<Spec, State> {
  protected readonly word = "playground";
  protected readonly slice = SLICE;
  private run: Run | null = null;
  private running: State | null = null; // what the run was made for
  private rules!: RulesModule;
  private data!: DataModule;
  private network!: NetworkModule;
  private points: { points: Points; key: string } | null = null;
  private loads: Promise<void> = Promise.resolve();
  private panel!: Panel;
  private readonly modules = new Map<string, Promise<unknown>>();
  private readonly field = new Field();
  private readonly diagram = new DiagramView();
  private readonly boundary = new BoundaryView();
  private readonly curve = new LossView();
  private readonly slopes = new SlopesView();
  private readonly code = folded("See the compiled JavaScript", make("pre", { tabindex: "0" }));
  private turn = 0; // which pictures this frame draws: 0 or 1, or 2 for all
  private wanted = 0; // counts changes, so that only the last one's modules are used

  /** Kept once all modules are here and the present step is reached. */
  override get settled(): Promise<void> {
    return this.loads.then(() => super.settled);
  }

  override play(): void {
    if (this.run !== null) super.play();
  }

  reset(): void {
    this.pause();
    this.change({ step: 0 });
    void this.settled.then(() => this.speak());
  }

  python(): string {
    return toPython(this.spec, this.present);
  }

  // --- beginning ---------------------------------------------------------------------------

  protected async begin(): Promise<void> {
    const link = this.link(location.hash);
    this.present = link?.state ?? initial(this.spec);
    this.rules = (await this.load("rules")) as RulesModule;
    await this.fetch();
    this.enter(link);
  }

  protected link(hash: string): Link<State> | null {
    return fromHash(this.spec, hash);
  }

  protected hash(): string {
    return toHash(this.spec, this.present);
  }

  private load(name: string): Promise<unknown> {
    const known = this.modules.get(name);
    if (known !== undefined) return known;
    const address = new URL(this.spec.modules[name] ?? "", document.baseURI).href;
    const found = fetchModule(address);
    this.modules.set(name, found);
    found.catch(() => this.modules.delete(name)); // asked again, it is tried again
    return found;
  }

  /** Have the modules that the present state needs. */
  private async fetch(): Promise<void> {
    const mine = ++this.wanted;
    const { network, data } = namesOf(this.present);
    const [net, points] = await Promise.all([this.load(network), this.load(data)]);
    if (mine !== this.wanted) return; // chosen anew in the meantime
    this.network = net as NetworkModule;
    this.data = points as DataModule;
    this.beginRun();
  }

  /** Go on with the run that what was fetched made possible. */
  private go(): void {
    this.warn("");
    this.changed();
  }

  /** Stay with the run there is where what another one needs cannot be fetched. */
  private stay(): void {
    this.pause();
    this.present = { ...this.running!, step: this.run!.step, speed: this.present.speed };
    this.warn("That could not be fetched: is there a network?");
    this.changed();
  }

  /** Begin a run of the present state at its first step. */
  private beginRun(): void {
    const { spec, present, network, rules } = this;
    const key = `${present.data} ${present.noise}`;
    if (this.points?.key !== key) this.points = { points: pointsOf(this.data, present.noise), key };
    this.run = new Run(spec, present, network, this.points.points, rules);
    this.running = { ...present };
  }

  protected build(): void {
    const { spec } = this;
    this.help = keysDialog(KEYS, "Every menu, slider and button can be reached with Tab.");
    this.panel = new Panel(spec, this);
    this.code.addEventListener("toggle", () => this.draw());
    const views = make("div", { class: "gd-playground-views" },
      plot(this.diagram.canvas,
        "The network: its units, each with a picture of what it makes of the plane, and its weights, wide where they are large",
        "gd-playground-tall"),
      plot(this.boundary.canvas,
        "The plane in the colours of both classes, with the boundary that the network draws and the points, filled if it learns from them, hollow if they are held out",
        "gd-playground-tall"),
      plot(this.curve.canvas,
        "The loss of the training points and of those held out, at each step so far"),
      plot(this.slopes.canvas,
        "The length of the gradient of each layer's weights at this step"),
    );
    const more = make("div", { class: "gd-demo-more" }, this.code, this.copies());
    const { head, menus, transport, sliders, readouts } = this.panel;
    this.append(head, menus, this.warning, views, transport.element, sliders, this.said,
      this.spoken, readouts, more, this.help, ...takePoster(this));
  }

  // --- changing: what the controls call ----------------------------------------------------

  change(wanted: Partial<State>): void {
    this.become(repaired(this.spec, this.present, wanted));
  }

  /** Begin with the weights of the next seed. */
  reseed(): void {
    this.change({ seed: (this.present.seed + 1) % this.spec.seeds.length });
  }

  protected override become(state: State): void {
    const before = this.present;
    this.present = state;
    const { network, data } = namesOf(state);
    const old = namesOf(before);
    if (network !== old.network || data !== old.data) {
      this.loads = this.fetch().then(() => this.go(), () => this.stay());
    } else if (this.running !== null && decides(state, this.running)) {
      if (this.network !== undefined) this.loads = this.loads.then(() => this.renew());
    }
    this.changed();
  }

  /** Begin anew, unless the run is already that of the present state. */
  private renew(): void {
    if (this.running !== null && !decides(this.present, this.running)) return;
    this.beginRun();
    this.changed();
  }

  protected override keys(): Record<string, () => void> {
    return { ...super.keys(), n: () => this.reseed() };
  }

  // --- time --------------------------------------------------------------------------------

  /** The run, unless it is of another state than the present one. */
  protected get walk(): Run | null {
    return this.running === null || decides(this.present, this.running) ? null : this.run;
  }

  protected get atEnd(): boolean {
    return this.present.step >= this.spec.steps || this.run?.isLost === true;
  }

  protected advance(due: number): void {
    const { walk } = this;
    if (walk === null) return;
    walk.reach(Math.min(this.spec.steps, this.present.step + due), SLICE);
    this.change({ step: walk.step }); // fewer than wished for where steps are dear
  }

  // --- drawing and telling -----------------------------------------------------------------

  protected picture(): void {
    const { run, panel, spec, present } = this;
    if (run === null || panel === undefined || this.running === null) return;
    const theme = themeOf(this);
    const colors = colorsOf(spec, theme);
    const key = `${JSON.stringify({ ...this.running, step: 0, speed: 0 })} ${run.step}`;
    this.field.look(run, key);
    this.boundary.draw(this.field, key, run.points, colors, theme);
    // While it plays, the others take turns, so that a frame's work stays short.
    this.turn = this.playing ? Number(this.turn !== 1) : 2;
    if (this.turn !== 0) this.diagram.draw(run, this.field, key, colors, theme);
    if (this.turn !== 1) {
      this.curve.draw(run, theme);
      this.slopes.draw(run, theme);
    }
    panel.show(present, this.playing, run);
    this.said.textContent = tell(spec, this.running, run);
    if (this.code.open) this.code.lastElementChild!.textContent = this.program();
  }

  private program(): string {
    const rule = this.spec.optimizers[this.present.optimizer]!.name;
    return [
      `// One example: its loss, and the gradient\n${String(this.network.learn.kernel)}`,
      `// A step of ${rule}, applied to each parameter\n` +
        String(this.rules[`turn${this.present.optimizer}`]!.kernel),
      `// A point: what each hidden unit makes of it, and the score\n${String(this.network.look.kernel)}`,
    ].join("\n\n");
  }
}
