// What a graph is, as the page's Python wrote it down; and what a reader can choose.

import type { Kernel, Slider } from "../demo/spec";

export interface GraphNode {
  letter: string; // the jaxpr's name for it
  label: string;
  formula: string; // "{0} × {1}", of its sources; empty for an input
  line: string;
  column: number;
  row: number;
}

export interface Edge {
  source: number;
  target: number;
  why: string; // where the local slope comes from
}

export interface Spec {
  id: string;
  title: string;
  inputs: Slider[]; // the first nodes, in their order
  learned: number[]; // the inputs that gradient descent moves
  nodes: GraphNode[]; // in the order in which they are computed; the last is the loss
  edges: Edge[];
  rate: Slider;
  python: { name: string; source: string; rule: string };
}

/** All that decides what is seen. */
export interface State {
  inputs: number[];
  rate: number;
  step: number;
  speed: number;
}

/** `look`: inputs -> values, slopes, local slopes. `turn`: inputs, rate -> inputs. */
export interface Kernels {
  look: Kernel;
  turn: Kernel;
}
