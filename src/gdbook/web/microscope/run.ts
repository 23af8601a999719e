// A run: what every step of training does, and the curvature that it finds there.

import type { Kernel, Pair } from "../demo/spec";
import { dot, sharpen } from "./lanczos";
import { rateAt, type NetworkModule } from "./spec";
import { shared } from "./state";

const FIRST = 60; // pieces of Lanczos' method at the start, where no direction is known yet
const MOST = 4; // and at each step from there on

/** The loss along the sharpest direction, through where the walk stands. */
export interface Slice {
  places: number[]; // 0 is the bottom of the parabola
  heights: number[];
  bottom: number; // of the parabola that has the loss's slope and sharpness here: its height
  here: Pair; // place and height of the present parameters
  next: Pair; // and of those after the step, seen along this direction
}

export class Run {
  readonly losses: number[] = [];
  readonly sharpness: number[] = [];
  /** Of each step, the slope of the loss along the sharpest direction. */
  readonly along: number[] = [];
  divergedAt = -1;
  products = 0; // with the Hessian, so far
  private readonly params: Float64Array[] = [];
  private readonly vectors: Float64Array[] = []; // the sharpest direction of each step
  private readonly slopes: Float64Array[] = [];
  private readonly n: number;
  private plan: Pair[];
  private at = 0;

  constructor(private readonly network: NetworkModule, plan: Pair[]) {
    this.n = network.start.length;
    this.plan = plan;
    this.arrive(Float64Array.from(network.start));
  }

  get step(): number {
    return this.at;
  }

  get here(): Float64Array {
    return this.params[this.at]!;
  }

  rate(step = this.at): number {
    return rateAt(this.plan, step);
  }

  /** What the sharpness is held against. */
  edge(step = this.at): number {
    return 2 / this.rate(step);
  }

  /** The step from which on the walk has had its present rate. */
  get since(): number {
    return this.plan.filter(([begin]) => begin <= this.step).at(-1)![0];
  }

  /** Follow another plan: what was walked on another way is forgotten. */
  follow(plan: Pair[]): void {
    if (plan === this.plan) return;
    const kept = shared(this.plan, plan, this.params.length - 1) + 1;
    this.plan = plan;
    for (const list of [this.params, this.vectors, this.slopes]) list.length = kept;
    for (const list of [this.losses, this.sharpness, this.along]) list.length = kept;
    if (this.divergedAt >= kept) this.divergedAt = -1;
    this.at = Math.min(this.at, kept - 1);
  }

  /** Walk to a step, forward or back, no longer than some milliseconds; say whether it is there. */
  reach(step: number, budget: number): boolean {
    const until = performance.now() + budget;
    while (this.params.length <= step && this.divergedAt < 0) {
      this.advance();
      if (performance.now() > until) break;
    }
    this.at = Math.min(step, this.params.length - 1);
    return this.at === step || this.divergedAt === this.at;
  }

  /** Return the loss along the sharpest direction, so far to both sides of the valley's bottom. */
  slice(half: number, count: number): Slice {
    const { at, n } = this;
    const middle = -this.along[at]! / this.sharpness[at]!; // from here to the parabola's bottom
    const place = new Float64Array(n);
    const height = (amount: number): number => {
      for (let i = 0; i < n; i++) place[i] = this.here[i]! + amount * this.vectors[at]![i]!;
      return this.mean(this.network.height, [place], null);
    };
    const places = Array.from({ length: count }, (_, i) => half * ((2 * i) / (count - 1) - 1));
    const after = -this.rate() * this.along[at]!; // the step, along this direction
    return {
      places, heights: places.map((x) => height(middle + x)),
      bottom: this.losses[at]! - (this.along[at]! ** 2) / (2 * this.sharpness[at]!),
      here: [-middle, this.losses[at]!], next: [after - middle, height(after)],
    };
  }

  /** How far the walk stands from the parabola's bottom, along the sharpest direction. */
  swing(step = this.at): number {
    return this.along[step]! / this.sharpness[step]!;
  }

  private advance(): void {
    const last = this.params.length - 1;
    const [params, slopes, rate] = [this.params[last]!, this.slopes[last]!, this.rate(last)];
    const input = new Float64Array(3);
    const output = new Float64Array(1);
    input[2] = rate;
    this.arrive(params.map((param, i) => {
      input[0] = param;
      input[1] = slopes[i]!;
      this.network.turn.kernel(input, output);
      return output[0]!;
    }));
  }

  /** Note what is known of a place: the loss, its gradient, the sharpness and its direction. */
  private arrive(params: Float64Array): void {
    const slopes = new Float64Array(this.n);
    const loss = this.mean(this.network.learn, [params], slopes);
    const step = this.params.length;
    const finite = [loss, ...params, ...slopes].every(Number.isFinite);
    if (!finite) this.divergedAt = step;
    const vector = this.vectors[step - 1]?.slice() ?? anyDirection(this.n);
    this.params.push(params);
    this.slopes.push(slopes);
    this.losses.push(loss);
    const multiply = (other: Float64Array): Float64Array => this.bend(params, other);
    this.sharpness.push(finite ? sharpen(vector, multiply, step === 0 ? FIRST : MOST) : NaN);
    this.vectors.push(vector);
    this.along.push(dot(slopes, vector));
  }

  /** Return the Hessian times a vector. */
  private bend(params: Float64Array, vector: Float64Array): Float64Array {
    const image = new Float64Array(this.n);
    this.mean(this.network.bend, [params, vector], image);
    this.products += 1;
    return image;
  }

  /** Return the mean of a kernel's first result over the examples, and put that of the rest into `out`. */
  private mean({ kernel, inputs, outputs }: Kernel, parts: Float64Array[], out: Float64Array | null): number {
    const { examples } = this.network;
    const input = new Float64Array(inputs);
    const output = new Float64Array(outputs);
    parts.forEach((part, k) => input.set(part, k * this.n));
    const first = outputs - (out?.length ?? 0); // the results before those of `out`: the loss
    let sum = 0;
    out?.fill(0);
    for (const example of examples) {
      input.set(example, parts.length * this.n);
      kernel(input, output);
      sum += output[0]!;
      if (out !== null) for (let i = 0; i < this.n; i++) out[i]! += output[first + i]!;
    }
    if (out !== null) for (let i = 0; i < this.n; i++) out[i]! /= examples.length;
    return sum / examples.length;
  }
}

/** Return a vector of length 1 that no network's Hessian knows of. */
function anyDirection(n: number): Float64Array {
  const vector = Float64Array.from({ length: n }, (_, i) => Math.sin(1 + i * i));
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((entry) => entry / length);
}
