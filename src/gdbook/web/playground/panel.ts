// The controls around the views: title and menus above, time and sliders below, numbers last.

import { menu, sliderControl } from "../demo/controls";
import { make, textButton } from "../demo/dom";
import { say } from "../demo/theme";
import { Transport, type TransportActs } from "../demo/transport";
import { percent } from "./narrate";
import type { Run } from "./run";
import { sayLayers, type Spec, type State } from "./spec";
import { SPEEDS } from "./state";

export interface Acts extends TransportActs {
  change(wanted: Partial<State>): void;
  reseed(): void;
  showHelp(): void;
}

const SCHEMES: Record<string, string> = { xavier: "Xavier", he: "He", lecun: "LeCun", zeros: "zeros" };
const ACTIVATIONS: Record<string, string> = { relu: "ReLU", gelu: "GELU" };

export class Panel {
  readonly head: HTMLElement;
  readonly menus: HTMLElement;
  readonly transport: Transport;
  readonly sliders: HTMLElement;
  readonly readouts: HTMLElement;
  private readonly shows: ((state: State) => void)[] = []; // how each control follows the state
  private readonly cells: HTMLElement[][];

  constructor(private readonly spec: Spec, private readonly acts: Acts) {
    this.head = make("div", { class: "gd-demo-head" }, make("strong", {}, spec.title),
      textButton("Keys", () => acts.showHelp()));
    this.menus = this.buildMenus();
    this.transport = new Transport(spec.steps, SPEEDS, acts);
    this.sliders = this.buildSliders();
    this.cells = [0, 1].map(() => [make("td"), make("td"), make("td")]);
    this.readouts = this.buildReadouts();
  }

  show(state: State, playing: boolean, run: Run): void {
    for (const show of this.shows) show(state);
    this.transport.show({ step: run.step, speed: state.speed }, playing);
    const { loss, accuracy } = run.look;
    this.cells.forEach(([points, value, right], half) => {
      points!.textContent = String(half === 0 ? run.training : run.points.count - run.training);
      value!.textContent = say(loss[half]!);
      right!.textContent = percent(accuracy[half]!);
    });
  }

  private buildMenus(): HTMLElement {
    const { spec, acts } = this;
    const places = (words: string[]): [number, string][] => words.map((word, i) => [i, word]);
    const build = (label: string, key: keyof State, words: string[]): HTMLElement => {
      const control = menu(label, places(words), (value) => acts.change({ [key]: value }));
      this.shows.push((state) => control.show(state[key]));
      return control.element;
    };
    return make("div", { class: "gd-playground-menus" },
      build("Data", "data", spec.data.map(({ name }) => name)),
      build("Hidden layers", "layers", spec.layers.map(({ sizes }) => sayLayers(sizes))),
      build("Activation", "activation", spec.activations.map((name) => ACTIVATIONS[name] ?? name)),
      build("Weights at first", "init", spec.inits.map((name) => SCHEMES[name] ?? name)),
      build("Optimizer", "optimizer", spec.optimizers.map(({ name }) => name)),
      build("Examples a step", "batch", spec.batches.map((size) => (size === null ? "all" : String(size)))),
      build("Seed", "seed", spec.seeds.map(String)),
      textButton("New weights", () => acts.reseed()),
    );
  }

  private buildSliders(): HTMLElement {
    const { acts, spec } = this;
    const rate = sliderControl(spec.rate, spec.rate.label, (value) => acts.change({ rate: value }));
    const noise = sliderControl(spec.noise, spec.noise.label, (value) => acts.change({ noise: value }));
    this.shows.push((state) => rate.show(state.rate), (state) => noise.show(state.noise));
    return make("div", { class: "gd-demo-sliders" }, rate.element, noise.element);
  }

  private buildReadouts(): HTMLElement {
    const head = ["points", "loss", "right"].map((word) => make("th", { scope: "col" }, word));
    const rows = ["training", "held out"].map((name, half) =>
      make("tr", {}, make("th", { scope: "row" }, name), ...this.cells[half]!));
    return make("div", { class: "gd-demo-readouts gd-demo-scroll" },
      make("table", {}, make("thead", {}, make("tr", {}, make("td"), ...head)),
        make("tbody", {}, ...rows)));
  }
}
