// What a demo is, as the page's Python wrote it down; and what a reader can change of it.

export type Pair = [number, number];
export type ThemeName = "light" | "dark";

export interface Scene {
  name: string;
  domain: [Pair, Pair];
  minima: Pair[];
  start: Pair;
  floor: number;
  python: { name: string; source: string };
}

export interface Runner {
  name: string;
  color: Record<ThemeName, string>;
  marker: string;
  settings: string[]; // the sliders it listens to, in the order of its kernel's inputs
  learning_rate: number | null;
  state: number; // how many numbers it remembers
  batch: number | null;
  order: number[][] | null; // which examples each step looks at
  sensitivity: { rates: number[]; losses: (number | null)[] } | null; // the honest race's curve
  exact: boolean; // plain gradient descent on all examples, of which 2/L is the whole story
  schedule: boolean; // whether the learning rate is where a schedule's first number stands
  python: {
    rule: string; fixed: Record<string, number>; seed: number;
    schedule?: string; shape?: Record<string, number>;
  };
}

export interface Slider {
  name: string;
  label: string;
  low: number;
  high: number;
  value: number;
  log: boolean;
}

export interface Points {
  x: number[];
  y: number[];
  window: [Pair, Pair];
  axes: [string, string];
  room: number | null;
  solution: boolean;
}

/** Where the formula is the reader's: what may stand in it at first. */
export interface Example {
  name: string;
  expression: string;
  domain: [Pair, Pair];
  start: Pair;
  rates: Record<string, number>; // of those who would otherwise stumble here
}

export type Stage = "surface" | "map";

/** How basins of attraction are painted. */
export interface Painting {
  steps: number; // of each walk
  grid: number; // tiles along each side
  near: number; // how near to a minimum a walk is at it, in parts of the window
  palest: number; // how much of its colour a tile loses where its walk came late
}

export interface Spec {
  id: string;
  title: string;
  description: string;
  axes: [string, string];
  views: (Stage | "loss" | "data" | "rates")[];
  camera: [number, number, number]; // where the eye is at first
  panels: boolean; // from above, one panel to each racer
  basins: Painting | null;
  log: boolean;
  steps: number;
  speed: number;
  running: string[];
  scenes: Scene[];
  runners: Runner[];
  sliders: Slider[];
  points: Points | null;
  sandbox?: Example[]; // the first is what it begins with
}

/** All that decides what is seen: two demos in one state look the same. */
export interface State {
  scene: number;
  start: Pair;
  step: number;
  running: string[];
  settings: Record<string, number>;
  rates: Record<string, number>; // of those that have a learning rate of their own
  view: Stage;
  speed: number;
  camera: [number, number, number]; // azimuth and elevation in degrees, zoom
  points: Pair[] | null; // where the reader may change them
  basins?: boolean; // whether the map shows them, where it can
  expression?: string; // in a sandbox, as is the window
  domain?: [Pair, Pair];
}

export interface Kernel {
  inputs: number;
  outputs: number;
  kernel(input: Float64Array, output: Float64Array): void;
  text?: string; // what to show for it, if it was not compiled whole
}

export type Kernels = Record<string, Kernel>;

/** Return a kernel by name; its absence is a mistake in the build, not in the page. */
export function kernelOf(kernels: Kernels, name: string): Kernel {
  const found = kernels[name];
  if (found === undefined) throw new Error(`the demo has no kernel ${name}`);
  return found;
}
