// What a microscope is, as the page's Python wrote it down; and what a reader can choose.

import type { Kernel, Pair, Slider } from "../demo/spec";

export interface Spec {
  id: string;
  title: string;
  description: string;
  steps: number;
  sizes: number[]; // of all layers
  parameters: number;
  rate: Slider;
  python: { name: string; source: string; activation: string; init: string; seed: number };
}

/** All that decides what is seen. A plan has the steps at which a rate begins, the first being 0. */
export interface State {
  plan: Pair[];
  step: number;
  speed: number;
}

/** The network: what it does at one example, as it stands in a row of `examples`. */
export interface NetworkModule {
  learn: Kernel; // parameters, example -> loss, gradient
  bend: Kernel; // parameters, vector, example -> the Hessian times the vector
  height: Kernel; // parameters, example -> loss
  turn: Kernel; // one parameter, its slope, the rate -> the parameter after the step
  start: number[];
  examples: number[][];
}

/** Return the rate of a step. */
export function rateAt(plan: Pair[], step: number): number {
  let found = plan[0]![1];
  for (const [begin, rate] of plan) if (begin <= step) found = rate;
  return found;
}
