// The controls around the views: title and menus above, time and sliders below.

import { menu, sliderControl, type Control } from "./controls";
import { iconButton, make, setIcon, textButton } from "./dom";
import type { Acts } from "./keys";
import type { Spec, Stage, State } from "./spec";

const SPEEDS: [number, string][] = [
  [2, "slow"], [6, "steady"], [12, "normal"], [30, "fast"], [120, "very fast"],
];

export interface PanelActs extends Acts {
  pause(): void;
}

export class Panel {
  readonly head: HTMLElement;
  readonly transport: HTMLElement;
  readonly sliders: HTMLElement;
  private readonly playButton: HTMLButtonElement;
  private readonly rate: Control | null;
  private readonly shows: ((state: State) => void)[] = []; // how each control follows the state

  constructor(private readonly spec: Spec, private readonly acts: PanelActs) {
    this.head = this.buildHead();
    this.playButton = iconButton("play", "Play", () => acts.playOrPause());
    this.playButton.classList.add("gd-demo-play");
    this.transport = this.buildTransport();
    const controls = this.sharedSliders();
    this.rate = controls.get("learning_rate") ?? null;
    const elements = [...controls.values()].map(({ element }) => element);
    this.sliders = make("div", { class: "gd-demo-sliders" }, ...elements);
  }

  show(state: State, playing: boolean): void {
    for (const show of this.shows) show(state);
    setIcon(this.playButton, playing ? "pause" : "play", playing ? "Pause" : "Play");
  }

  /** Mark below the learning rate what the ground allows. */
  mark(limits: [number, string][]): void {
    this.rate?.mark(limits);
  }

  private buildHead(): HTMLElement {
    const { acts, spec } = this;
    const head = make("div", { class: "gd-demo-head" }, make("strong", {}, spec.title));
    if (spec.scenes.length > 1) {
      const options = spec.scenes.map(({ name }, i): [number, string] => [i, name]);
      const choice = menu("Surface", options, (scene) => acts.change({ scene }));
      this.shows.push(({ scene }) => choice.show(scene));
      head.append(choice.element);
    }
    if (spec.views.includes("surface") && spec.views.includes("map")) head.append(this.toggle());
    head.append(textButton("Keys", () => acts.showHelp()));
    return head;
  }

  private toggle(): HTMLElement {
    const words: Record<Stage, string> = { surface: "3D", map: "From above" };
    const group = make("div", { class: "gd-demo-toggle", role: "group", "aria-label": "View" });
    for (const view of ["surface", "map"] as const) {
      const button = textButton(words[view], () => this.acts.change({ view }));
      this.shows.push((state) => button.setAttribute("aria-pressed", String(state.view === view)));
      group.append(button);
    }
    return group;
  }

  private buildTransport(): HTMLElement {
    const { acts, spec } = this;
    const timeline = make("input", { type: "range", min: "0", step: "1", "aria-label": "Step" });
    timeline.addEventListener("input", () => {
      acts.pause();
      acts.change({ step: Number(timeline.value) });
    });
    const counter = make("output", { class: "gd-demo-counter" });
    const speed = menu("Speed", SPEEDS, (value) => acts.change({ speed: value }));
    this.shows.push((state) => {
      counter.textContent = `step ${state.step}`;
      timeline.max = String(spec.steps);
      timeline.value = String(state.step);
      timeline.setAttribute("aria-valuetext", `step ${state.step}`);
      speed.show(state.speed);
    });
    return make(
      "div", { class: "gd-demo-transport" },
      iconButton("reset", "Reset", () => acts.reset()),
      iconButton("back", "One step back", () => acts.step(-1)),
      this.playButton,
      iconButton("forward", "One step forward", () => acts.step(1)),
      timeline, counter, speed.element,
    );
  }

  /** Make the sliders that at least one racer shares with others; its own stands in its row. */
  private sharedSliders(): Map<string, Control> {
    const shared = this.spec.sliders.filter(({ name }) =>
      this.spec.runners.some(({ settings, learning_rate }) =>
        settings.includes(name) && (name !== "learning_rate" || learning_rate === null)));
    return new Map(shared.map((slider) => {
      const control = sliderControl(slider, slider.label, (value) => {
        this.acts.change({ settings: { [slider.name]: value } });
      });
      this.shows.push((state) => control.show(state.settings[slider.name]!));
      return [slider.name, control];
    }));
  }
}
