// The data beside the loss, and every way to change them: pointer, keys, and what is refused.

import { nudged, round } from "./canvas";
import { DataView2D } from "./data";
import { make } from "./dom";
import { ARROWS } from "./keys";
import type { Kernels, Pair, Points, State } from "./spec";

const FEWEST = 2; // through one point there are many lines

export interface EditorActs {
  /** Replace the points; `done` when the change is complete. */
  change(points: Pair[], done: boolean): void;
  redraw(): void;
  say(words: string): void;
}

export class Editor {
  readonly view: DataView2D;
  readonly element: HTMLElement;
  private points: Pair[] = [];
  private readonly given: Pair[];

  constructor(kernels: Kernels, private readonly spec: Points, private readonly acts: EditorActs) {
    this.given = spec.x.map((x, i): Pair => [x, spec.y[i]!]);
    this.view = new DataView2D(kernels, spec, {
      move: (index, place, done) => this.move(index, place, done),
      add: (place) => this.add(place),
      remove: (index) => this.remove(index),
    });
    const { canvas } = this.view;
    const fixed = spec.room === null;
    canvas.setAttribute("role", fixed ? "img" : "application");
    if (!fixed) canvas.tabIndex = 0;
    canvas.setAttribute("aria-label", fixed
      ? "The data, and the line of the present parameters"
      : "The data: press [ or ] to choose a point, arrow keys to move it, Enter to add, Delete to remove");
    this.element = make("div", { class: "gd-demo-plot" }, canvas);
  }

  show(state: State): void {
    this.points = state.points ?? this.given;
    this.view.show(this.points);
  }

  /** Act on a key; say whether it meant anything. */
  key(key: string): boolean {
    const { points, spec, view } = this;
    if (spec.room === null) return false;
    const way = ARROWS[key];
    const chosen = points[view.selected];
    const [x, y] = spec.window;
    if (key === "[" || key === "]") {
      this.choose(key === "]" ? 1 : -1);
    } else if (key === "Enter") {
      this.add([round((x[0] + x[1]) / 2, x), round((y[0] + y[1]) / 2, y)]);
    } else if ((key === "Delete" || key === "Backspace") && chosen !== undefined) {
      this.remove(view.selected);
    } else if (way !== undefined && chosen !== undefined) {
      this.move(view.selected, nudged(chosen, spec.window, way), true);
    } else {
      return false;
    }
    return true;
  }

  private choose(by: number): void {
    const { points, view } = this;
    view.selected = (Math.max(view.selected, by > 0 ? -1 : 0) + by + points.length) % points.length;
    this.acts.redraw();
    this.acts.say(`Point ${view.selected + 1} at ${points[view.selected]!.join(", ")}`);
  }

  private move(index: number, place: Pair, done: boolean): void {
    this.acts.change(this.points.map((old, i): Pair => (i === index ? place : old)), done);
  }

  private add(place: Pair): void {
    const count = this.points.length;
    if (count >= (this.spec.room ?? 0)) {
      this.acts.say(`There is room for ${count} points.`);
      return;
    }
    this.view.selected = count;
    this.acts.change([...this.points, place], false);
    this.acts.say(`Point ${count + 1} added at ${place.join(", ")}`);
  }

  private remove(index: number): void {
    const points = this.points.filter((_, i) => i !== index);
    if (points.length < FEWEST) {
      this.acts.say(`A line needs ${FEWEST} points.`);
      return;
    }
    this.view.selected = -1;
    this.acts.change(points, false);
    this.acts.say(`Point ${index + 1} removed; there are ${points.length} left`);
  }
}
