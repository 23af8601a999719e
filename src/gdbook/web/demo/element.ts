// <gd-demo>: one state object, one way to draw it, and every control a way to change it.

import { nudged, round } from "./canvas";
import { menu, sliderControl, type Control } from "./controls";
import { CurveView } from "./curve";
import { DataView2D } from "./data";
import { iconButton, make, setIcon, textButton } from "./dom";
import { helpDialog } from "./help";
import { MapView } from "./map";
import { tell, tellRace, type Moment } from "./narrate";
import { toPython } from "./python";
import { lastSteps, Readouts } from "./readouts";
import type { Kernels, Pair, Spec, Stage, State } from "./spec";
import { fromHash, initial, repaired, toHash } from "./state";
import { RatesView } from "./rates";
import type { SurfaceView } from "./surface";
import { sample, type Terrain } from "./terrain";
import { themeOf, type Theme } from "./theme";
import type { Scene2D, Seen } from "./view";
import { factsAt, settingOf, solutionOf, Walk } from "./walk";

const SAMPLES = 101; // places of the terrain along each parameter
const SPEEDS: [number, string][] = [
  [2, "slow"], [6, "steady"], [12, "normal"], [30, "fast"], [120, "very fast"],
];
const CALM = 500; // milliseconds between two pictures for those who want little motion

export class GdDemo extends HTMLElement {
  readonly ready: Promise<void>;
  private begun!: () => void;
  private spec!: Spec;
  private kernels!: Kernels;
  private present!: State;
  private walks = new Map<string, Walk>();
  private terrain: { key: string; value: Terrain } | null = null;
  private map: MapView | null = null;
  private surface: SurfaceView | null = null;
  private fetchingSurface = false;
  private curve: CurveView | null = null;
  private data: DataView2D | null = null;
  private rates: RatesView | null = null;
  private readouts!: Readouts;
  private sliders = new Map<string, Control>();
  private timeline!: HTMLInputElement;
  private playButton!: HTMLButtonElement;
  private said!: HTMLElement;
  private spoken!: HTMLElement;
  private readonly warning = make("p", { class: "gd-demo-warning", role: "alert" });
  private stage!: HTMLElement;
  private table!: HTMLDetailsElement;
  private code!: HTMLDetailsElement;
  private help!: HTMLDialogElement;
  private shows: ((state: State) => void)[] = [];
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
    if (this.present.step >= this.lastStep()) this.change({ step: 0 });
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
    this.surface?.look(this.present.camera);
    this.changed(true);
    this.speak();
  }

  private async begin(): Promise<void> {
    const text = this.querySelector('script[type="application/json"]')?.textContent ?? "";
    this.spec = JSON.parse(text) as Spec;
    const address = new URL(this.getAttribute("kernels") ?? "", document.baseURI).href;
    this.kernels = (await import(address)) as Kernels;
    const link = fromHash(this.spec, location.hash);
    this.present = link?.state ?? initial(this.spec);
    this.build();
    this.restart();
    this.draw();
    this.watch();
    if (link !== null) this.scrollIntoView();
    this.notice(link?.sound ?? true);
    this.begun();
  }

  /** Take part in the page: sight, size, theme and address. */
  private watch(): void {
    new IntersectionObserver(([entry]) => {
      this.inSight = entry?.isIntersecting ?? false;
      if (this.inSight) this.draw();
      else this.pause();
    }).observe(this);
    new ResizeObserver(() => this.draw()).observe(this.stage);
    new MutationObserver(() => this.draw()).observe(document.body, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    addEventListener("hashchange", () => {
      const link = fromHash(this.spec, location.hash);
      if (link === null) return;
      this.present = link.state;
      this.surface?.look(link.state.camera);
      this.notice(link.sound);
      this.changed(true);
    });
    this.addEventListener("keydown", (event) => this.key(event));
  }

  // --- building ----------------------------------------------------------------------------

  private build(): void {
    const { spec } = this;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", spec.title);
    this.stage = make("div", { class: "gd-demo-stage" });
    const side = make("div", { class: "gd-demo-side" });
    const loss = make("div", { class: "gd-demo-plot" });
    if (spec.views.includes("data")) side.append(this.buildData());
    if (spec.views.includes("rates")) side.append(this.buildRates());
    if (spec.views.includes("loss")) {
      this.curve = new CurveView();
      this.curve.canvas.setAttribute("role", "img");
      this.curve.canvas.setAttribute("aria-label", "The loss at each step so far");
      loss.append(this.curve.canvas);
      side.append(loss);
    }
    const views = make("div", { class: "gd-demo-views" }, this.stage, side);
    if (!side.hasChildNodes()) views.classList.add("gd-demo-alone");
    this.readouts = new Readouts(spec, {
      toggle: (name, on) => this.toggle(name, on),
      rate: (name, value) => this.change({ rates: { [name]: value } }),
    });
    this.said = make("p", { class: "gd-demo-says" });
    this.spoken = make("p", { class: "gd-demo-unseen", role: "status" });
    this.help = helpDialog(spec);
    const poster = this.querySelector("figure");
    const caption = poster?.querySelector("figcaption");
    const parts = [
      this.buildHead(), this.warning, views, this.buildTransport(), this.buildSliders(), this.said, this.spoken,
      this.readouts.element, this.buildMore(), this.help,
    ];
    poster?.remove();
    this.append(...parts);
    if (caption) this.append(make("p", { class: "gd-demo-caption" }, ...caption.childNodes));
    this.classList.add("gd-demo-live");
  }

  private buildHead(): HTMLElement {
    const { spec } = this;
    const head = make("div", { class: "gd-demo-head" }, make("strong", {}, spec.title));
    if (spec.scenes.length > 1) {
      const options = spec.scenes.map(({ name }, i): [number, string] => [i, name]);
      const choice = menu("Surface", options, (scene) => this.change({ scene }));
      this.shows.push(({ scene }) => choice.show(scene));
      head.append(choice.element);
    }
    if (spec.views.includes("surface") && spec.views.includes("map")) head.append(this.buildToggle());
    head.append(textButton("Keys", () => this.help.showModal()));
    return head;
  }

  private buildToggle(): HTMLElement {
    const words: Record<Stage, string> = { surface: "3D", map: "From above" };
    const group = make("div", { class: "gd-demo-toggle", role: "group", "aria-label": "View" });
    for (const view of ["surface", "map"] as const) {
      const button = textButton(words[view], () => this.change({ view }));
      this.shows.push((state) => button.setAttribute("aria-pressed", String(state.view === view)));
      group.append(button);
    }
    return group;
  }

  private buildTransport(): HTMLElement {
    this.playButton = iconButton("play", "Play", () => (this.playing ? this.pause() : this.play()));
    this.playButton.classList.add("gd-demo-play");
    this.timeline = make("input", { type: "range", min: "0", step: "1", "aria-label": "Step" });
    this.timeline.addEventListener("input", () => {
      this.pause();
      this.change({ step: Number(this.timeline.value) });
    });
    const counter = make("output", { class: "gd-demo-counter" });
    this.shows.push(({ step }) => {
      counter.textContent = `step ${step}`;
      this.timeline.max = String(this.spec.steps);
      this.timeline.value = String(step);
      this.timeline.setAttribute("aria-valuetext", `step ${step}`);
    });
    const speed = menu("Speed", SPEEDS, (value) => this.change({ speed: value }));
    this.shows.push((state) => speed.show(state.speed));
    return make(
      "div", { class: "gd-demo-transport" },
      iconButton("reset", "Reset", () => this.reset()),
      iconButton("back", "One step back", () => this.step(-1)),
      this.playButton,
      iconButton("forward", "One step forward", () => this.step(1)),
      this.timeline, counter, speed.element,
    );
  }

  private buildSliders(): HTMLElement {
    const box = make("div", { class: "gd-demo-sliders" });
    for (const slider of this.spec.sliders) {
      const shared = this.spec.runners.some(({ settings, learning_rate }) =>
        settings.includes(slider.name) && (slider.name !== "learning_rate" || learning_rate === null));
      if (!shared) continue;
      const control = sliderControl(slider, slider.label, (value) => {
        this.change({ settings: { [slider.name]: value } });
      });
      this.shows.push((state) => control.show(state.settings[slider.name]!));
      this.sliders.set(slider.name, control);
      box.append(control.element);
    }
    return box;
  }

  private buildData(): HTMLElement {
    const points = this.spec.points!;
    this.data = new DataView2D(this.kernels, points, {
      move: (index, place, done) => this.movePoint(index, place, done),
      add: (place) => this.addPoint(place),
      remove: (index) => this.removePoint(index),
    });
    const { canvas } = this.data;
    const kind = points.room === null ? "img" : "application";
    canvas.setAttribute("role", kind);
    if (points.room !== null) canvas.tabIndex = 0;
    canvas.setAttribute("aria-label", points.room === null
      ? "The data, and the line of the present parameters"
      : "The data: press [ or ] to choose a point, arrow keys to move it, Enter to add, Delete to remove");
    return make("div", { class: "gd-demo-plot" }, canvas);
  }

  private buildRates(): HTMLElement {
    this.rates = new RatesView(this.spec.sliders.find(({ name }) => name === "learning_rate")!);
    this.rates.canvas.setAttribute("role", "img");
    this.rates.canvas.setAttribute("aria-label",
      "For each optimizer, the loss it reaches at each learning rate, with its present rate marked");
    return make("div", { class: "gd-demo-plot" }, this.rates.canvas);
  }

  private buildMore(): HTMLElement {
    this.table = make("details", {}, make("summary", {}, "The last steps"),
      make("div", { class: "gd-demo-scroll" }));
    this.code = make("details", {}, make("summary", {}, "See the compiled JavaScript"),
      make("pre", { tabindex: "0" }));
    for (const part of [this.table, this.code]) part.addEventListener("toggle", () => this.draw());
    const done = make("span", { class: "gd-demo-done", role: "status" });
    const copy = (words: string, text: () => string): HTMLButtonElement =>
      textButton(words, () => {
        navigator.clipboard.writeText(text()).then(
          () => (done.textContent = "Copied."),
          () => (done.textContent = "The browser does not let the page copy."),
        );
      });
    return make(
      "div", { class: "gd-demo-more" }, this.table, this.code,
      make("div", { class: "gd-demo-copies" },
        copy("Copy link", () => location.href.split("#")[0] + toHash(this.spec, this.present)),
        copy("Copy as Python", () => this.python()), done),
    );
  }

  /** The Python cell that walks the same walk. */
  python(): string {
    return toPython(this.spec, this.present);
  }

  // --- changing ----------------------------------------------------------------------------

  private change(wanted: Partial<State>): void {
    const before = this.present;
    this.present = repaired(this.spec, before, wanted);
    if (wanted.camera) this.surface?.look(this.present.camera);
    const keys = ["scene", "start", "running", "settings", "rates", "points"] as const;
    const other = keys.some((key) => JSON.stringify(before[key]) !== JSON.stringify(this.present[key]));
    this.changed(other);
  }

  private changed(walksAnew: boolean): void {
    if (walksAnew) this.restart();
    this.draw();
    window.clearTimeout(this.addressTimer);
    if (!this.playing) this.addressTimer = window.setTimeout(() => this.writeAddress(), 400);
  }

  private writeAddress(): void {
    const hash = toHash(this.spec, this.present);
    const mine = location.hash.split(";")[0] === `#demo-${this.spec.id}`;
    if (!hash.includes(";") && !mine) return; // nothing was changed
    history.replaceState(history.state, "", hash);
  }

  private restart(): void {
    const { scene, running } = this.present;
    const runners = this.spec.runners.filter(({ name }) => running.includes(name));
    this.walks = new Map(runners.map((runner) => [
      runner.name, new Walk(this.kernels, this.spec, scene, runner, this.present),
    ]));
  }

  private toggle(name: string, on: boolean): void {
    const others = this.present.running.filter((other) => other !== name);
    this.change({ running: on ? [...others, name] : others });
  }

  private moveStart(start: Pair, done: boolean): void {
    this.pause();
    this.change({ start, step: 0 });
    if (done) this.speak();
  }

  private movePoint(index: number, place: Pair, done: boolean): void {
    const points = this.present.points!.map((old, i): Pair => (i === index ? place : old));
    this.change({ points });
    if (done) this.speak();
  }

  private addPoint(place: Pair): void {
    const points = this.present.points!;
    if (points.length >= (this.spec.points!.room ?? 0)) {
      this.spoken.textContent = `There is room for ${points.length} points.`;
      return;
    }
    this.data!.selected = points.length;
    this.change({ points: [...points, place] });
  }

  private removePoint(index: number): void {
    const points = this.present.points!.filter((_, i) => i !== index);
    if (points.length < 2) return; // through one point there are many lines
    this.data!.selected = -1;
    this.change({ points });
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
      const last = this.lastStep();
      if (whole > 0) this.change({ step: Math.min(last, this.present.step + whole) });
      if (this.present.step >= last) return this.pause();
    }
    this.frame = requestAnimationFrame((then) => this.tick(then));
  }

  /** Where playing ends: at the last step, or once nobody is left. */
  private lastStep(): number {
    const ends = [...this.walks.values()].map(({ divergedAt }) => divergedAt);
    const allLost = ends.length > 0 && ends.every((end) => end >= 0);
    return allLost ? Math.min(this.spec.steps, Math.max(...ends)) : this.spec.steps;
  }

  // --- keys --------------------------------------------------------------------------------

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.help.open) return;
    const target = event.target as HTMLElement;
    if (target === this.data?.canvas && this.keyOnData(event.key)) return event.preventDefault();
    if (target === this.surface?.canvas && this.keyOnSurface(event.key)) return event.preventDefault();
    if (target === this.map?.canvas && this.keyOnMap(event.key)) return event.preventDefault();
    const isControl = target.closest("button, summary, select, input, a, pre") !== null;
    if (event.key === " " && isControl) return;
    if (target.closest("select") !== null) return;
    const acts: Record<string, () => void> = {
      " ": () => (this.playing ? this.pause() : this.play()),
      ".": () => this.step(1),
      ",": () => this.step(-1),
      r: () => this.reset(),
      v: () => this.change({ view: this.present.view === "map" ? "surface" : "map" }),
      "?": () => this.help.showModal(),
    };
    const act = acts[event.key.toLowerCase()];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  private keyOnMap(key: string): boolean {
    const way = ARROWS[key];
    if (way === undefined) return false;
    const { domain } = this.spec.scenes[this.present.scene]!;
    this.moveStart(nudged(this.present.start, domain, way), true);
    return true;
  }

  private keyOnSurface(key: string): boolean {
    const [azimuth, elevation, zoom] = this.present.camera;
    const way = ARROWS[key];
    if (way !== undefined) {
      this.change({ camera: [azimuth - 5 * way[0], elevation + 5 * way[1], zoom] });
    } else if (key === "+" || key === "=") {
      this.change({ camera: [azimuth, elevation, zoom * 1.15] });
    } else if (key === "-") {
      this.change({ camera: [azimuth, elevation, zoom / 1.15] });
    } else {
      return false;
    }
    return true;
  }

  private keyOnData(key: string): boolean {
    const data = this.data!;
    const points = this.present.points;
    if (points === null) return false;
    const way = ARROWS[key];
    const chosen = points[data.selected];
    const [x, y] = this.spec.points!.window;
    if (key === "[" || key === "]") {
      const by = key === "]" ? 1 : -1;
      data.selected = (Math.max(data.selected, by > 0 ? -1 : 0) + by + points.length) % points.length;
      this.draw();
      this.spoken.textContent = `Point ${data.selected + 1} at ${points[data.selected]!.join(", ")}`;
    } else if (key === "Enter") {
      this.addPoint([round((x[0] + x[1]) / 2, x), round((y[0] + y[1]) / 2, y)]);
    } else if ((key === "Delete" || key === "Backspace") && chosen !== undefined) {
      this.removePoint(data.selected);
    } else if (way !== undefined && chosen !== undefined) {
      this.movePoint(data.selected, nudged(chosen, [x, y], way), true);
    } else {
      return false;
    }
    return true;
  }

  // --- drawing -----------------------------------------------------------------------------

  private draw(): void {
    if (this.stage === undefined || this.present === undefined) return;
    const { present, spec } = this;
    for (const walk of this.walks.values()) walk.reach(present.step);
    const theme = themeOf(this);
    const scene = this.scene(theme);
    this.drawStage(scene, theme);
    this.curve?.draw(scene, theme);
    if (this.data !== null) {
      const all = spec.points!.x.map((x, i): Pair => [x, spec.points!.y[i]!]);
      this.data.show(present.points ?? all);
      this.data.draw(scene, theme);
    }
    if (this.rates !== null) {
      const now = [...this.walks.values()].map(({ runner }): [string, number] =>
        [runner.name, settingOf(present, runner, "learning_rate")]);
      this.rates.show(new Map(now));
      this.rates.draw(scene, theme);
    }
    for (const show of this.shows) show(present);
    this.markRates();
    this.readouts.show(present, this.walks, theme);
    setIcon(this.playButton, this.playing ? "pause" : "play", this.playing ? "Pause" : "Play");
    this.said.textContent = this.narration();
    this.drawDetails();
  }

  private scene(theme: Theme): Scene2D {
    const { present, spec } = this;
    const walks: Seen[] = [...this.walks.values()].map((walk) => ({
      walk, step: present.step, color: walk.runner.color[theme.name],
    }));
    return {
      terrain: this.ground(), axes: spec.axes, start: present.start, minima: this.minima(), walks,
      step: present.step, steps: spec.steps, panels: spec.panels,
      floor: spec.scenes[present.scene]!.floor,
    };
  }

  private minima(): Pair[] {
    const solution = solutionOf(this.kernels, this.spec, this.present);
    return solution === null ? this.spec.scenes[this.present.scene]!.minima : [solution];
  }

  private ground(): Terrain {
    const key = JSON.stringify([this.present.scene, this.present.points]);
    if (this.terrain?.key !== key) {
      this.terrain = { key, value: sample(this.kernels, this.spec, this.present, SAMPLES) };
    }
    return this.terrain.value;
  }

  private drawStage(scene: Scene2D, theme: Theme): void {
    if (this.present.view === "surface") this.drawSurface(scene, theme);
    else this.drawMap(scene, theme);
  }

  private drawMap(scene: Scene2D, theme: Theme): void {
    if (this.map === null) {
      this.map = new MapView((place, done) => this.moveStart(place, done));
      this.describe(this.map.canvas, "Map of the loss: arrow keys move the start, Space plays");
    }
    if (this.stage.firstChild !== this.map.canvas) this.stage.replaceChildren(this.map.canvas);
    this.map.draw(scene, theme);
  }

  private drawSurface(scene: Scene2D, theme: Theme): void {
    if (this.surface === null) {
      if (this.inSight) void this.fetchSurface();
      return;
    }
    if (this.stage.firstChild !== this.surface.canvas) {
      this.stage.replaceChildren(this.surface.canvas, this.surface.labels);
    }
    this.surface.draw(scene, theme);
  }

  private async fetchSurface(): Promise<void> {
    if (this.fetchingSurface) return;
    this.fetchingSurface = true;
    try {
      const { SurfaceView } = await import("./surface");
      this.surface = new SurfaceView(
        (place, done) => this.moveStart(place, done), (camera) => this.change({ camera }),
      );
      this.describe(this.surface.canvas, "The loss in three dimensions: arrow keys turn it, plus and minus zoom, Space plays");
      this.surface.look(this.present.camera);
      this.draw();
    } catch {
      this.change({ view: "map" }); // no WebGL here: the same ground from above
      this.spoken.textContent = "This browser shows no 3D; here is the view from above.";
    }
  }

  private describe(canvas: HTMLCanvasElement, words: string): void {
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", words);
  }

  private narration(): string {
    const moments = [...this.walks.values()].map((walk) => this.moment(walk));
    return moments.length === 1 ? tell(moments[0]!) : tellRace(moments);
  }

  private moment(walk: Walk): Moment {
    const { present, spec, kernels } = this;
    const facts = (step: number) => factsAt(kernels, spec, present, walk.places[step]!);
    return {
      walk, step: present.step, rate: settingOf(present, walk.runner, "learning_rate"),
      here: facts(present.step), before: present.step > 0 ? facts(present.step - 1) : null,
      scene: spec.scenes[present.scene]!, minima: this.minima(),
    };
  }

  /** Mark below the slider what the ground here allows, where one racer's rule says it all. */
  private markRates(): void {
    const [walk, ...others] = this.walks.values();
    if (walk === undefined || others.length > 0 || !walk.runner.exact) return;
    const place = walk.places[this.present.step]!;
    const { steepest } = factsAt(this.kernels, this.spec, this.present, place);
    const marks: [number, string][] = steepest > 0 ? [[1 / steepest, "1/L"], [2 / steepest, "2/L"]] : [];
    this.sliders.get("learning_rate")?.mark(marks);
  }

  /** Say so where a link asked for what cannot be. */
  private notice(sound: boolean): void {
    this.warning.textContent = sound ? "" : "This link is damaged: the demo stands at its beginning.";
  }

  private speak(): void {
    this.spoken.textContent = this.said.textContent;
  }

  private drawDetails(): void {
    const walks = [...this.walks.values()];
    if (this.table.open) {
      const tables = walks.map((walk) => lastSteps(this.spec, walk, this.present.step));
      this.table.lastElementChild!.replaceChildren(...tables);
    }
    if (this.code.open) {
      const texts = walks.map(({ stepName, runner }) =>
        `// One step of ${runner.name}\n${String(this.kernels[stepName]!.kernel)}`);
      this.code.lastElementChild!.textContent = texts.join("\n\n");
    }
  }
}

const ARROWS: Record<string, Pair> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
};
