// The numbers: one row for each racer, and the last steps as a table.

import { drawMark } from "./canvas";
import { sliderControl, type Control } from "./controls";
import { make } from "./dom";
import type { Runner, Spec, State } from "./spec";
import { say, type Theme } from "./theme";
import { settingOf, type Walk } from "./walk";

const DOT = 28; // pixels of a mark, sharp on dense screens

export interface RowActions {
  toggle(name: string, on: boolean): void;
  rate(name: string, value: number): void;
}

/** The table of racers: who runs, where they are, and their own learning rates. */
export class Readouts {
  readonly element: HTMLElement;
  private readonly rows = new Map<string, { row: HTMLElement; cells: HTMLElement[]; box: HTMLInputElement | null; rate: Control | null; dot: HTMLCanvasElement }>();

  constructor(private readonly spec: Spec, actions: RowActions) {
    const own = spec.runners.some((runner) => runner.learning_rate !== null);
    const names = ["", ...columns(spec), ...(own ? ["learning rate"] : [])];
    const head = make("tr");
    for (const name of names) {
      head.append(name ? make("th", { scope: "col", ...minor(name) }, name) : make("td"));
    }
    const body = make("tbody");
    for (const runner of spec.runners) body.append(this.row(runner, actions, own));
    const crowded = own || spec.runners.length > 1;
    const kind = crowded ? "gd-demo-readouts gd-demo-crowded" : "gd-demo-readouts";
    const table = make("table", { class: kind }, make("thead", {}, head), body);
    this.element = make("div", { class: "gd-demo-scroll" }, table);
  }

  private row(runner: Runner, actions: RowActions, own: boolean): HTMLElement {
    const dot = make("canvas", { class: "gd-demo-dot", "aria-hidden": "true" });
    const name = make("th", { scope: "row" });
    let box: HTMLInputElement | null = null;
    if (this.spec.runners.length > 1) {
      box = make("input", { type: "checkbox" });
      const input = box;
      box.addEventListener("change", () => actions.toggle(runner.name, input.checked));
      name.append(make("label", {}, box, dot, runner.name));
    } else {
      name.append(dot, runner.name);
    }
    const cells = columns(this.spec).map((column) => make("td", minor(column)));
    const row = make("tr", {}, name, ...cells);
    const slider = this.spec.sliders.find((entry) => entry.name === "learning_rate")!;
    let rate: Control | null = null;
    if (own) {
      const cell = make("td");
      if (runner.learning_rate !== null) {
        const label = `learning rate of ${runner.name}`;
        rate = sliderControl(slider, label, (value) => actions.rate(runner.name, value), true);
        cell.append(rate.element);
      }
      row.append(cell);
    }
    this.rows.set(runner.name, { row, cells, box, rate, dot });
    return row;
  }

  show(state: State, walks: Map<string, Walk>, theme: Theme): void {
    for (const runner of this.spec.runners) {
      const { row, cells, box, rate, dot } = this.rows.get(runner.name)!;
      const walk = walks.get(runner.name);
      const place = walk?.places[state.step];
      row.classList.toggle("gd-demo-resting", walk === undefined);
      if (box !== null) box.checked = walk !== undefined;
      paintDot(dot, runner, theme);
      rate?.show(settingOf(state, runner, "learning_rate"));
      const values = walk && place ? [...place, walk.losses[state.step]!, walk.norms[state.step]!] : [];
      if (walk && place && runner.schedule) values.push(walk.rateAt(state.step));
      cells.forEach((cell, i) => {
        const value = values[i];
        cell.textContent = value === undefined ? "" : sayShortly(value);
      });
    }
  }
}

/** Paint the mark that a racer has on the ground: two colours may be hard to tell apart. */
function paintDot(dot: HTMLCanvasElement, { color, marker }: Runner, theme: Theme): void {
  const fill = color[theme.name];
  if (dot.dataset["color"] === fill) return;
  dot.dataset["color"] = fill;
  dot.width = dot.height = DOT; // which clears it
  drawMark(dot.getContext("2d")!, marker, [DOT / 2, DOT / 2], 0.36 * DOT, fill, fill);
}

/** Write a number for a column that is not much wider than numbers are. */
function sayShortly(value: number): string {
  return Number.isNaN(value) ? "NaN" : say(value);
}

/** What is told of each racer: its place, height and slope, and the rate where that changes. */
function columns(spec: Spec): string[] {
  const changing = spec.runners.some(({ schedule }) => schedule);
  return [...spec.axes, "loss", "slope", ...(changing ? ["rate now"] : [])];
}

/** Beside others, or their learning rates, a narrow page has room for the loss alone. */
function minor(column: string): Record<string, string> {
  return ["loss", "rate now", "learning rate"].includes(column) ? {} : { class: "gd-demo-minor" };
}

const LAST = 8; // steps in the table

export function lastSteps(spec: Spec, walk: Walk, step: number): HTMLElement {
  const head = make("tr");
  for (const name of ["step", ...spec.axes, "loss", "slope"]) {
    head.append(make("th", { scope: "col" }, name));
  }
  const body = make("tbody");
  for (let t = step; t >= Math.max(0, step - LAST + 1); t--) {
    const values = [...walk.places[t]!, walk.losses[t]!, walk.norms[t]!].map(sayShortly);
    const row = make("tr", {}, make("th", { scope: "row" }, String(t)));
    for (const value of values) row.append(make("td", {}, value));
    body.append(row);
  }
  const caption = make("caption", {}, walk.runner.name);
  return make("table", {}, caption, make("thead", {}, head), body);
}
