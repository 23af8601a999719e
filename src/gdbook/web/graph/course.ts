// What a graph computes, and in what order it is shown: lines forward, slopes backward.

import type { Kernels, Spec } from "./spec";
import { lines } from "./state";

export interface Numbers {
  values: number[];
  slopes: number[];
  locals: number[]; // one for each edge
}

/** What one step shows: a number's value, or its slope; at step 0, the inputs. */
export interface Moment {
  node: number | null;
  backward: boolean;
}

export class Course {
  /** For each node, the step at which its value is shown, and that at which its slope is. */
  readonly seen: number[];
  readonly sloped: number[];
  private readonly way: number[]; // the nodes in the order in which slopes are found
  private readonly uses: number[][]; // for each node, its edges to what is made of it

  constructor(private readonly spec: Spec, private readonly kernels: Kernels) {
    const { nodes, inputs, edges } = spec;
    const n = inputs.length;
    this.uses = nodes.map((_, k) => edges.flatMap((edge, i) => (edge.source === k ? [i] : [])));
    this.seen = nodes.map((_, k) => Math.max(0, k - n + 1));
    // An input's turn comes when the earliest line that uses it has had its own.
    const rank = (k: number): number =>
      k < n ? Math.min(...this.uses[k]!.map((i) => edges[i]!.target)) - 0.5 : k;
    this.way = nodes.map((_, k) => k).sort((a, b) => rank(b) - rank(a) || a - b);
    this.sloped = [];
    this.way.forEach((k, place) => (this.sloped[k] = lines(spec) + 1 + place));
  }

  /** Return all numbers at some inputs. */
  look(inputs: number[]): Numbers {
    const { look } = this.kernels;
    const output = new Float64Array(look.outputs);
    look.kernel(Float64Array.from(inputs), output);
    const n = this.spec.nodes.length;
    const all = [...output];
    return { values: all.slice(0, n), slopes: all.slice(n, 2 * n), locals: all.slice(2 * n) };
  }

  /** Return the inputs after one step of gradient descent. */
  turn(inputs: number[], rate: number): number[] {
    const { turn } = this.kernels;
    const output = new Float64Array(turn.outputs);
    turn.kernel(Float64Array.from([...inputs, rate]), output);
    return [...output];
  }

  /** Return what a step shows. */
  at(step: number): Moment {
    const count = lines(this.spec);
    if (step === 0) return { node: null, backward: false };
    if (step <= count) return { node: this.spec.inputs.length + step - 1, backward: false };
    return { node: this.way[step - count - 1]!, backward: true };
  }

  /** Return the edges from a node to those that are made of it. */
  usesOf(node: number): number[] {
    return this.uses[node]!;
  }

  /** Return the edges from those that a node is made of. */
  sourcesOf(node: number): number[] {
    return this.spec.edges.flatMap((edge, i) => (edge.target === node ? [i] : []));
  }

  /** Return the edges at work in a step. */
  atWork({ node, backward }: Moment): number[] {
    if (node === null) return [];
    return backward ? this.usesOf(node) : this.sourcesOf(node);
  }
}
