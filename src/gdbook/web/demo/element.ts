// <gd-demo>: one state object, one way to draw it, and every control a way to change it.

import { Course } from "./course";
import { CurveView } from "./curve";
import { make } from "./dom";
import { Editor } from "./editor";
import { helpDialog } from "./help";
import { keyAnywhere, keyOnStage } from "./keys";
import { More } from "./more";
import { tell, tellRace } from "./narrate";
import { Panel } from "./panel";
import { toPython } from "./python";
import { RatesView } from "./rates";
import { Readouts } from "./readouts";
import type { Kernels, Pair, Spec, State } from "./spec";
import { StageView } from "./stage";
import { fromHash, initial, repaired, toHash } from "./state";
import { themeOf } from "./theme";

const CALM = 500; // milliseconds between two pictures for those who want little motion
const SETTLED = 400; // milliseconds without a change after which the address follows
const DECIDING = ["scene", "start", "running", "settings", "rates", "points"] as const; // of walks

export class GdDemo extends HTMLElement {
  readonly ready: Promise<void>;
  private begun!: () => void;
  private spec!: Spec;
  private present!: State;
  private course!: Course;
  private stage!: StageView;
  private panel!: Panel;
  private readouts!: Readouts;
  private more!: More;
  private help!: HTMLDialogElement;
  private curve: CurveView | null = null;
  private editor: Editor | null = null;
  private rates: RatesView | null = null;
  private readonly said = make("p", { class: "gd-demo-says" });
  private readonly spoken = make("p", { class: "gd-demo-unseen", role: "status" });
  private readonly warning = make("p", { class: "gd-demo-warning", role: "alert" });
  private frame = 0;
  private playing = false;
  private owed = 0; // parts of a step that the clock has earned but not yet taken
  private clock = 0;
  private inSight = false;
  private addressTimer = 0;

  constructor() {
    super();
    this.ready = new Promise((resolve) => (this.begun = resolve));
  }

  connectedCallback(): void {
    if (this.spec === undefined) void this.begin();
  }

  disconnectedCallback(): void {
    this.pause();
  }

  /** All that decides what is seen; what is set is repaired where it is out of range. */
  get state(): State {
    return structuredClone(this.present);
  }

  set state(wanted: Partial<State>) {
    this.change(wanted);
  }

  step(n = 1): void {
    this.pause();
    this.change({ step: Math.max(0, this.present.step + n) });
    this.speak();
  }

  play(): void {
    if (this.playing) return;
    if (this.present.step >= this.course.lastStep) this.change({ step: 0 });
    this.playing = true;
    this.owed = 0;
    this.clock = performance.now();
    this.frame = requestAnimationFrame((now) => this.tick(now));
    this.draw();
  }

  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    cancelAnimationFrame(this.frame);
    this.draw();
    this.speak();
  }

  reset(): void {
    this.playing = false;
    const { view, speed } = this.present;
    this.present = { ...initial(this.spec, this.present.scene), view, speed };
    this.stage.look(this.present.camera);
    this.changed(true);
    this.speak();
  }

  /** The Python cell that walks the same walk. */
  python(): string {
    return toPython(this.spec, this.present);
  }

  // --- beginning ---------------------------------------------------------------------------

  private async begin(): Promise<void> {
    const text = this.querySelector('script[type="application/json"]')?.textContent ?? "";
    this.spec = JSON.parse(text) as Spec;
    const address = new URL(this.getAttribute("kernels") ?? "", document.baseURI).href;
    const kernels = (await import(address)) as Kernels;
    const link = fromHash(this.spec, location.hash);
    this.present = link?.state ?? initial(this.spec);
    this.course = new Course(kernels, this.spec);
    this.build(kernels);
    this.course.restart(this.present);
    this.draw();
    this.watch();
    if (link !== null) this.scrollIntoView();
    this.notice(link?.sound ?? true);
    this.begun();
  }

  private build(kernels: Kernels): void {
    const { spec } = this;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", spec.title);
    this.help = helpDialog(spec);
    this.panel = new Panel(spec, this);
    this.stage = new StageView({
      moveStart: (place, done) => this.moveStart(place, done),
      turn: (camera) => this.change({ camera }),
      arrived: () => this.draw(),
      refused: () => {
        this.change({ view: "map" }); // no WebGL here: the same ground from above
        this.say("This browser shows no 3D; here is the view from above.");
      },
    });
    this.readouts = new Readouts(spec, {
      toggle: (name, on) => this.toggle(name, on),
      rate: (name, value) => this.change({ rates: { [name]: value } }),
    });
    const copies = { link: () => this.address(), python: () => this.python() };
    this.more = new More(spec, kernels, copies, () => this.draw());
    const side = make("div", { class: "gd-demo-side" }, ...this.buildSide(kernels));
    const views = make("div", { class: "gd-demo-views" }, this.stage.element, side);
    if (!side.hasChildNodes()) views.classList.add("gd-demo-alone");
    const { head, transport, sliders } = this.panel;
    const poster = this.querySelector("figure");
    const caption = poster?.querySelector("figcaption");
    poster?.remove();
    this.append(
      head, this.warning, views, transport, sliders, this.said, this.spoken,
      this.readouts.element, this.more.element, this.help,
    );
    if (caption) this.append(make("p", { class: "gd-demo-caption" }, ...caption.childNodes));
    this.classList.add("gd-demo-live");
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

  /** Take part in the page: sight, size, theme, address and keys. */
  private watch(): void {
    new IntersectionObserver(([entry]) => {
      this.inSight = entry?.isIntersecting ?? false;
      if (this.inSight) this.draw();
      else this.pause();
    }).observe(this);
    new ResizeObserver(() => this.draw()).observe(this.stage.element);
    new MutationObserver(() => this.draw()).observe(document.body, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    addEventListener("hashchange", () => {
      const link = fromHash(this.spec, location.hash);
      if (link === null) return;
      this.present = link.state;
      this.stage.look(link.state.camera);
      this.notice(link.sound);
      this.changed(true);
    });
    this.addEventListener("keydown", (event) => this.key(event));
  }

  // --- changing: what the controls call ----------------------------------------------------

  change(wanted: Partial<State>): void {
    const before = this.present;
    this.present = repaired(this.spec, before, wanted);
    if (wanted.camera) this.stage.look(this.present.camera);
    this.changed(DECIDING.some((key) =>
      JSON.stringify(before[key]) !== JSON.stringify(this.present[key])));
  }

  moveStart(start: Pair, done: boolean): void {
    this.pause();
    this.change({ start, step: 0 });
    if (done) this.speak();
  }

  playOrPause(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  showHelp(): void {
    this.help.showModal();
  }

  private toggle(name: string, on: boolean): void {
    const others = this.present.running.filter((other) => other !== name);
    this.change({ running: on ? [...others, name] : others });
  }

  private changed(walksAnew: boolean): void {
    if (walksAnew) this.course.restart(this.present);
    this.draw();
    window.clearTimeout(this.addressTimer);
    if (!this.playing) this.addressTimer = window.setTimeout(() => this.writeAddress(), SETTLED);
  }

  private address(): string {
    return location.href.split("#")[0] + toHash(this.spec, this.present);
  }

  private writeAddress(): void {
    const hash = toHash(this.spec, this.present);
    const mine = location.hash.split(";")[0] === `#demo-${this.spec.id}`;
    if (!hash.includes(";") && !mine) return; // nothing was changed
    history.replaceState(history.state, "", hash);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.help.open) return;
    const { key } = event;
    const target = event.target as Element;
    const onData = target === this.editor?.view.canvas && this.editor.key(key);
    const onStage = (): boolean =>
      keyOnStage(this.stage.viewOf(target), key, this.spec, this.present, this);
    if (onData || onStage() || keyAnywhere(target, key, this.present, this)) event.preventDefault();
  }

  // --- time --------------------------------------------------------------------------------

  private tick(now: number): void {
    if (!this.playing) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const passed = now - this.clock;
    if (!calm || passed >= CALM) {
      this.clock = now;
      this.owed += (Math.min(passed, 1000) / 1000) * this.present.speed;
      const whole = Math.floor(this.owed);
      this.owed -= whole;
      const last = this.course.lastStep;
      if (whole > 0) this.change({ step: Math.min(last, this.present.step + whole) });
      if (this.present.step >= last) return this.pause();
    }
    this.frame = requestAnimationFrame((then) => this.tick(then));
  }

  // --- drawing and telling -----------------------------------------------------------------

  private draw(): void {
    if (this.stage === undefined || this.present === undefined) return;
    const { course, present } = this;
    course.reach(present);
    const theme = themeOf(this);
    const scene = course.scene(theme);
    this.stage.draw(present, scene, theme, this.inSight);
    this.curve?.draw(scene, theme);
    this.editor?.show(present);
    this.editor?.view.draw(scene, theme);
    this.rates?.show(course.rates());
    this.rates?.draw(scene, theme);
    this.panel.show(present, this.playing);
    const moments = course.moments();
    const limits = course.limits(moments);
    if (limits !== null) this.panel.mark(limits);
    this.readouts.show(present, course.walks, theme);
    this.said.textContent = moments.length === 1 ? tell(moments[0]!) : tellRace(moments);
    this.more.show([...course.walks.values()], present.step);
  }

  /** Say so where a link asked for what cannot be. */
  private notice(sound: boolean): void {
    this.warning.textContent = sound ? "" : "This link is damaged: the demo stands at its beginning.";
  }

  private say(words: string): void {
    this.spoken.textContent = words;
  }

  private speak(): void {
    this.say(this.said.textContent ?? "");
  }
}

function plot(canvas: HTMLCanvasElement, words: string): HTMLElement {
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", words);
  return make("div", { class: "gd-demo-plot" }, canvas);
}
