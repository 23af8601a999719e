// What a playground is, as the page's Python wrote it down; and what a reader can choose.

import type { Kernel, Slider, ThemeName } from "../demo/spec";

export interface Layers {
  sizes: number[]; // of the hidden layers
  gains: Record<string, number[]>; // of each scheme: by how much Xavier's weights are multiplied
}

export interface Rule {
  name: string;
  rate: number; // the learning rate at first
  state: number; // how many numbers it remembers of each parameter
  color: Record<ThemeName, string>;
  python: { rule: string; fixed: Record<string, number> };
}

export interface Data {
  name: string;
  noise: number;
  python: { name: string; source: string };
}

export interface Spec {
  id: string;
  title: string;
  description: string;
  steps: number;
  layers: Layers[];
  activations: string[];
  inits: string[];
  optimizers: Rule[];
  data: Data[];
  batches: (number | null)[]; // null: all examples
  seeds: number[];
  first: {
    data: number; layers: number; activation: number; init: number; optimizer: number;
    batch_size: number; seed: number;
  };
  rate: Slider;
  noise: Slider;
  keys: { data: number; split: number; order: number }; // seeds of random keys
  colors: Record<ThemeName, string>[];
  modules: Record<string, string>; // names and addresses
}

/** All that decides what is seen; what is a place in a list is an integer. */
export interface State {
  data: number;
  noise: number;
  layers: number;
  activation: number;
  init: number;
  optimizer: number;
  rate: number;
  batch: number;
  seed: number;
  step: number;
  speed: number;
}

export interface NetworkModule {
  learn: Kernel; // parameters, a point, its class -> the loss, its gradient
  look: Kernel; // parameters, a point -> what each hidden unit makes of it, the score
  starts: number[][];
}

export interface DataModule {
  base: number[];
  scatter: number[];
  classes: number[];
}

/** The rules, and the loss of a score: first0, turn0, first1, …, criterion. */
export type RulesModule = Record<string, Kernel>;

/** Return the sizes of all layers, from the two inputs to the one score. */
export function sizesOf(spec: Spec, state: State): number[] {
  return [2, ...spec.layers[state.layers]!.sizes, 1];
}

export function namesOf(state: State): { network: string; data: string } {
  return { network: `network-${state.layers}-${state.activation}`, data: `data-${state.data}` };
}

export function sayLayers(sizes: number[]): string {
  if (sizes.length === 0) return "none";
  const same = sizes.every((size) => size === sizes[0]);
  return same && sizes.length > 2 ? `${sizes.length} × ${sizes[0]}` : sizes.join(" + ");
}
