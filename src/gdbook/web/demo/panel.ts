// The controls around the views: title and menus above, time and sliders below.

import { menu, sliderControl, type Control } from "./controls";
import { make, textButton } from "./dom";
import type { Acts } from "./keys";
import type { Spec, Stage, State } from "./spec";
import { Transport } from "./transport";

const SPEEDS: [number, string][] = [
  [2, "slow"], [6, "steady"], [12, "normal"], [30, "fast"], [120, "very fast"],
];

export class Panel {
  readonly head: HTMLElement;
  readonly transport: Transport;
  readonly sliders: HTMLElement;
  private readonly rate: Control | null;
  private readonly shows: ((state: State) => void)[] = []; // how each control follows the state

  constructor(private readonly spec: Spec, private readonly acts: Acts) {
    this.head = this.buildHead();
    this.transport = new Transport(spec.steps, SPEEDS, acts);
    const controls = this.sharedSliders();
    this.rate = controls.get("learning_rate") ?? null;
    const elements = [...controls.values()].map(({ element }) => element);
    this.sliders = make("div", { class: "gd-demo-sliders" }, ...elements);
  }

  show(state: State, playing: boolean): void {
    for (const show of this.shows) show(state);
    this.transport.show(state, playing);
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
    const keys = textButton("Keys", () => acts.showHelp());
    keys.classList.add("gd-demo-keys");
    head.append(keys);
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
