// A run: a network, points and a rule; what every step does, and what is known after it.

import type { Kernel, Pair } from "../demo/spec";
import { permutation } from "./random";
import { sizesOf, type DataModule, type NetworkModule, type RulesModule, type Spec, type State } from "./spec";

const EVERY = 10; // steps between two looks at all points, once the first are over
const CLOSELY = 60; // steps of which each is looked at
const KEPT = 250; // steps between two places from which a walk can be taken up again

export interface Look {
  step: number;
  loss: Pair; // of the points to learn from, of those held out
  accuracy: Pair;
  silent: number; // hidden units that are zero at every point to learn from
}

/** Inputs in pairs, and classes; the first half is to learn from. */
export interface Points {
  inputs: Float64Array;
  classes: Float64Array;
  count: number;
  window: [Pair, Pair];
}

export function pointsOf(module: DataModule, noise: number): Points {
  const inputs = Float64Array.from(module.base, (value, i) => value + noise * module.scatter[i]!);
  const classes = Float64Array.from(module.classes);
  const range = (axis: number): Pair => {
    const values = inputs.filter((_, i) => i % 2 === axis);
    return [Math.min(...values), Math.max(...values)];
  };
  const ranges = [range(0), range(1)] as const;
  const reach = 0.54 * Math.max(...ranges.map(([low, high]) => high - low));
  const around = ([low, high]: Pair): Pair => [(low + high) / 2 - reach, (low + high) / 2 + reach];
  return { inputs, classes, count: classes.length, window: [around(ranges[0]), around(ranges[1])] };
}

interface Kept {
  params: Float64Array;
  memory: Float64Array;
}

export class Run {
  step = 0;
  params: Float64Array;
  readonly looks: Look[] = [];
  readonly sizes: number[];
  readonly training: number; // how many points there are to learn from
  divergedAt = -1;
  slopes: number[] = []; // of each layer, the length of the gradient that the last step used
  private memory: Float64Array; // what the rule remembers of each parameter
  private readonly kept: Kept[] = [];
  private readonly batch: number;
  private readonly whole: boolean; // then there is nothing to draw
  private readonly turn: Kernel;
  private readonly rate: number;
  private epoch = -1;
  private order: number[] = [];
  private readonly input: Float64Array;
  private readonly output: Float64Array;
  private readonly sum: Float64Array;
  private readonly seen: Float64Array;
  private readonly place: Float64Array;

  constructor(
    private readonly spec: Spec, state: State, private readonly network: NetworkModule,
    readonly points: Points, private readonly rules: RulesModule,
  ) {
    this.sizes = sizesOf(spec, state);
    this.training = points.count >> 1;
    this.batch = spec.batches[state.batch] ?? this.training;
    this.whole = spec.batches[state.batch] === null;
    this.rate = state.rate;
    this.turn = rules[`turn${state.optimizer}`]!;
    this.params = startOf(spec, state, network);
    const n = this.params.length;
    const size = spec.optimizers[state.optimizer]!.state;
    this.memory = new Float64Array(n * size);
    this.input = new Float64Array(n + 3);
    this.output = new Float64Array(n + 1);
    this.sum = new Float64Array(n);
    this.seen = new Float64Array(network.look.outputs);
    this.place = new Float64Array(n + 2);
    const first = rules[`first${state.optimizer}`]!;
    for (let i = 0; i < n; i++) {
      first.kernel(Float64Array.of(this.params[i]!, this.rate), this.memory.subarray(i * size, (i + 1) * size));
    }
    this.learn(0);
    this.arrived();
  }

  /** Walk to a step, forward or back, no longer than some milliseconds; say whether it is there. */
  reach(step: number, budget: number): boolean {
    const until = performance.now() + budget;
    if (step < this.step) this.takeUp(Math.floor(step / KEPT));
    while (this.step < step && !this.isLost) {
      this.advance();
      if (performance.now() > until) break;
    }
    return this.step >= step || this.isLost;
  }

  /** Whether its numbers have become larger than a computer can hold. */
  get isLost(): boolean {
    return this.divergedAt >= 0 && this.step >= this.divergedAt;
  }

  /** What is known of the present step. */
  get look(): Look {
    let i = this.looks.length - 1;
    while (i > 0 && this.looks[i]!.step > this.step) i--;
    return this.looks[i]!.step === this.step ? this.looks[i]! : this.lookAround();
  }

  /** Fill what each hidden unit makes of a point, and the score. */
  at(x: number, y: number): Float64Array {
    const n = this.params.length;
    this.place[n] = x;
    this.place[n + 1] = y;
    this.network.look.kernel(this.place, this.seen);
    return this.seen;
  }

  /** Make the present parameters those that `at` uses. */
  settle(): void {
    this.place.set(this.params);
  }

  private takeUp(at: number): void {
    const { params, memory } = this.kept[at]!;
    this.params = params.slice();
    this.memory = memory.slice();
    this.step = at * KEPT;
    this.learn(this.step);
  }

  private advance(): void {
    const { turn, params, memory, sum, rate } = this;
    const size = turn.outputs - 1;
    const input = new Float64Array(turn.inputs);
    const output = new Float64Array(turn.outputs);
    for (let i = 0; i < params.length; i++) {
      input[0] = params[i]!;
      for (let j = 0; j < size; j++) input[1 + j] = memory[i * size + j]!;
      input[1 + size] = sum[i]!;
      input[2 + size] = rate;
      turn.kernel(input, output);
      params[i] = output[0]!;
      for (let j = 0; j < size; j++) memory[i * size + j] = output[1 + j]!;
    }
    this.step += 1;
    this.learn(this.step);
    this.arrived();
  }

  /** Set the gradient of the examples that a step looks at. */
  private learn(step: number): void {
    const { network: { learn: { kernel } }, params, points, input, output, sum, batch } = this;
    const n = params.length;
    const first = this.turnTo(step);
    input.set(params);
    sum.fill(0);
    for (let k = 0; k < batch; k++) {
      const i = first < 0 ? k : this.order[first + k]!;
      input[n] = points.inputs[2 * i]!;
      input[n + 1] = points.inputs[2 * i + 1]!;
      input[n + 2] = points.classes[i]!;
      kernel(input, output);
      for (let j = 0; j < n; j++) sum[j]! += output[j + 1]!;
    }
    for (let j = 0; j < n; j++) sum[j]! /= batch;
    this.measureSlopes();
  }

  /** Return where in the order of its epoch a step begins, or -1 if it looks at all. */
  private turnTo(step: number): number {
    if (this.whole) return -1;
    const perEpoch = Math.floor(this.training / this.batch);
    const epoch = Math.floor(step / perEpoch);
    if (epoch !== this.epoch) {
      this.order = permutation(this.spec.keys.order, epoch, this.training);
      this.epoch = epoch;
    }
    return (step % perEpoch) * this.batch;
  }

  private measureSlopes(): void {
    const { sizes, sum } = this;
    let at = 0;
    this.slopes = sizes.slice(1).map((n, i) => {
      const count = sizes[i]! * n;
      let square = 0;
      for (let j = at; j < at + count; j++) square += sum[j]! ** 2;
      at += count + n;
      return Math.sqrt(square);
    });
  }

  private arrived(): void {
    const { step, params, memory } = this;
    if (step % KEPT === 0 && this.kept.length === step / KEPT) {
      this.kept.push({ params: params.slice(), memory: memory.slice() });
    }
    const finite = params.every(Number.isFinite) && this.sum.every(Number.isFinite);
    if (!finite && this.divergedAt < 0) this.divergedAt = step;
    const due = step <= CLOSELY || step % EVERY === 0 || !finite;
    const last = this.looks[this.looks.length - 1]?.step ?? -1;
    if (due && step > last) this.looks.push(this.lookAround());
  }

  /** Return the losses and accuracies of all points, and count silent units. */
  private lookAround(): Look {
    const { points, training, rules, seen } = this;
    const loss: Pair = [0, 0];
    const right: Pair = [0, 0];
    const value = new Float64Array(1);
    const pair = new Float64Array(2);
    const units = seen.length - 1;
    const heard = new Uint8Array(units);
    this.settle();
    for (let i = 0; i < points.count; i++) {
      const held = i < training ? 0 : 1;
      this.at(points.inputs[2 * i]!, points.inputs[2 * i + 1]!);
      pair[0] = seen[units]!;
      pair[1] = points.classes[i]!;
      rules["criterion"]!.kernel(pair, value);
      loss[held]! += value[0]!;
      if (pair[0]! > 0 === pair[1] > 0) right[held]! += 1;
      if (held === 0) for (let j = 0; j < units; j++) if (seen[j] !== 0) heard[j] = 1;
    }
    const counts: Pair = [training, points.count - training];
    return {
      step: this.step,
      loss: [loss[0] / counts[0], loss[1] / counts[1]],
      accuracy: [right[0] / counts[0], right[1] / counts[1]],
      silent: units - heard.reduce((sum, one) => sum + one, 0),
    };
  }
}

/** Return the weights at first: what Xavier's scheme drew, or as much larger as another has them. */
function startOf(spec: Spec, state: State, network: NetworkModule): Float64Array {
  const params = Float64Array.from(network.starts[state.seed]!);
  const gains = spec.layers[state.layers]!.gains[spec.inits[state.init]!]!;
  const sizes = sizesOf(spec, state);
  let at = 0;
  gains.forEach((gain, i) => {
    const count = sizes[i]! * sizes[i + 1]!;
    for (let j = at; j < at + count; j++) params[j]! *= gain;
    at += count + sizes[i + 1]!;
  });
  return params;
}
