// What a reader turns: sliders on a linear or a logarithmic scale, menus, and who takes part.

import { make } from "./dom";
import type { Slider } from "./spec";
import { sayBriefly } from "./theme";

const FINE = 1000; // positions of a slider

export interface Control {
  readonly element: HTMLElement;
  show(value: number): void;
  /** Mark values of meaning below the slider. */
  mark(marks: [number, string][]): void;
}

export function valueAt({ low, high, log }: Slider, position: number): number {
  const value = log ? low * (high / low) ** position : low + position * (high - low);
  return Math.min(high, Math.max(low, Number(value.toPrecision(3))));
}

export function positionOf({ low, high, log }: Slider, value: number): number {
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

export function sliderControl(
  slider: Slider, label: string, act: (value: number) => void, hidden = false,
): Control {
  const input = make("input", { type: "range", min: "0", max: String(FINE), step: "1" });
  const output = make("output");
  const name = make("span", { class: hidden ? "gd-demo-unseen" : "gd-demo-label" }, label);
  const marks = make("span", { class: "gd-demo-marks", "aria-hidden": "true", hidden: "" });
  const track = make("span", { class: "gd-demo-track" }, input, marks);
  const element = make("label", { class: "gd-demo-slider" }, name, track, output);
  let marked = "";
  input.addEventListener("input", () => act(valueAt(slider, Number(input.value) / FINE)));
  return {
    element,
    show(value: number): void {
      // A position is coarser than a value: leave it where the reader holds it.
      const there = valueAt(slider, Number(input.value) / FINE);
      if (there !== value) input.value = String(Math.round(positionOf(slider, value) * FINE));
      output.textContent = sayBriefly(value);
      input.setAttribute("aria-valuetext", sayBriefly(value));
    },
    mark(wanted: [number, string][]): void {
      marks.hidden = false; // from now on: marks that come and go must not move the page
      const fitting = wanted.filter(([value]) => value > slider.low && value < slider.high);
      if (String(fitting) === marked) return;
      marked = String(fitting);
      marks.replaceChildren(...fitting.map(([value, words]) => {
        const mark = make("span", {}, words);
        mark.style.setProperty("--at", String(positionOf(slider, value)));
        return mark;
      }));
    },
  };
}

export function menu<T extends string | number>(
  label: string, options: [T, string][], act: (value: T) => void,
): { element: HTMLElement; show(value: T): void } {
  const select = make("select");
  for (const [, words] of options) select.append(make("option", {}, words));
  select.addEventListener("change", () => act(options[select.selectedIndex]![0]));
  const element = make("label", { class: "gd-demo-menu" }, make("span", {}, label), select);
  return {
    element,
    show(value: T): void {
      const index = options.findIndex(([option]) => option === value);
      if (index >= 0 && select.selectedIndex !== index) select.selectedIndex = index;
    },
  };
}
