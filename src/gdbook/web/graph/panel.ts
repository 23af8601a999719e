// The controls of a graph, and the table of its program.

import { sliderControl } from "../demo/controls";
import { make, textButton } from "../demo/dom";
import { say } from "../demo/theme";
import { Transport, type TransportActs } from "../demo/transport";
import type { Course, Numbers } from "./course";
import type { Spec, State } from "./spec";
import { lastStep, SPEEDS } from "./state";

export interface Acts extends TransportActs {
  change(wanted: Partial<State>): void;
  descend(): void;
  showHelp(): void;
}

const KEPT = 6; // losses that are shown of a descent

export class Panel {
  readonly head: HTMLElement;
  readonly transport: Transport;
  readonly sliders: HTMLElement;
  readonly descent: HTMLElement;
  private readonly losses = make("output", { class: "gd-graph-losses" });
  private readonly shows: ((state: State) => void)[] = []; // how each control follows the state

  constructor(spec: Spec, acts: Acts) {
    this.head = make("div", { class: "gd-demo-head" }, make("strong", {}, spec.title),
      textButton("Keys", () => acts.showHelp()));
    this.transport = new Transport(lastStep(spec), SPEEDS, acts);
    const knobs = spec.inputs.map((slider, k) => {
      const control = sliderControl(slider, slider.label, (value) => acts.change({ inputs: at(k, value) }));
      this.shows.push(({ inputs }) => control.show(inputs[k]!));
      return control.element;
    });
    this.sliders = make("div", { class: "gd-demo-sliders gd-graph-knobs" }, ...knobs);
    const rate = sliderControl(spec.rate, spec.rate.label, (value) => acts.change({ rate: value }));
    this.shows.push((state) => rate.show(state.rate));
    this.descent = make("div", { class: "gd-graph-descent" },
      textButton("One step of gradient descent", () => acts.descend()), rate.element, this.losses);
  }

  show(state: State, playing: boolean, losses: number[]): void {
    for (const show of this.shows) show(state);
    this.transport.show(state, playing);
    const last = losses.slice(-KEPT).map(say).join(" → ");
    this.losses.textContent = losses.length < 2 ? ""
      : `loss: ${losses.length > KEPT ? "… → " : ""}${last}`;
  }
}

/** Return inputs of which only one is set. */
function at(k: number, value: number): number[] {
  const inputs: number[] = [];
  inputs.length = k; // those before it are left as they are
  inputs[k] = value;
  return inputs;
}

/** The program as a table, for reading line by line. */
export class Listing {
  readonly element: HTMLElement;
  private readonly rows: HTMLTableRowElement[];

  constructor(spec: Spec) {
    this.rows = spec.nodes.map(({ line, label, formula }) => make("tr", {},
      make("th", { scope: "row" }, make("code", {}, line)),
      make("td", {}, formula === "" ? label : ""), make("td"), make("td")));
    const titles = ["line of the jaxpr", "input", "value", "slope of the loss"];
    const head = titles.map((title) => make("th", { scope: "col" }, title));
    const table = make("table", { class: "gd-graph-listing" },
      make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...this.rows));
    this.element = make("div", { class: "gd-demo-scroll", tabindex: "0" }, table);
  }

  show(course: Course, step: number, { values, slopes }: Numbers): void {
    const { node } = course.at(step);
    this.rows.forEach((row, k) => {
      if (k === node) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
      row.cells[2]!.textContent = step >= course.seen[k]! ? say(values[k]!) : "";
      row.cells[3]!.textContent = step >= course.sloped[k]! ? say(slopes[k]!) : "";
    });
  }
}
