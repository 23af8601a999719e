// A walk: what one optimizer does on one scene, computed by the kernels as far as it is asked for.

import { kernelOf, type Kernels, type Pair, type Runner, type Spec, type State } from "./spec";

/** The examples that the loss is handed: inputs and targets, and which are there. */
export function dataOf(spec: Spec, state: State): number[][] {
  const points = spec.points;
  if (points === null) return [];
  if (points.room === null || state.points === null) return [points.x, points.y];
  const fill = (values: number[]): number[] => [
    ...values, ...Array<number>(points.room! - values.length).fill(0),
  ];
  const present = state.points.map(() => 1);
  return [state.points.map(([x]) => x), state.points.map(([, y]) => y), present].map(fill);
}

export function settingOf(state: State, runner: Runner, name: string): number {
  const own = name === "learning_rate" ? state.rates[runner.name] : undefined;
  return own ?? state.settings[name] ?? NaN;
}

export class Walk {
  readonly places: Pair[] = [];
  readonly losses: number[] = []; // of all examples, also where a step looks at a few
  readonly norms: number[] = []; // of the gradient that the step used
  private readonly input: Float64Array;
  private readonly output: Float64Array;
  private readonly settings: number[];
  private readonly data: number[][];

  constructor(
    private readonly kernels: Kernels,
    private readonly spec: Spec,
    private readonly scene: number,
    readonly runner: Runner,
    state: State,
  ) {
    const place = spec.runners.indexOf(runner);
    this.stepName = `step${scene}_${place}`;
    this.settings = runner.settings.map((name) => settingOf(state, runner, name));
    this.data = dataOf(spec, state);
    const step = kernelOf(kernels, this.stepName);
    this.input = new Float64Array(step.inputs);
    this.output = new Float64Array(step.outputs);
    const first = new Float64Array(runner.state);
    const start = Float64Array.from([...state.start, ...this.settings]);
    kernelOf(kernels, `start${scene}_${place}`).kernel(start, first);
    this.input.set(state.start);
    this.input.set(first, 2);
    this.input.set(this.settings, 2 + runner.state);
    if (runner.order === null) this.input.set(this.data.flat(), 2 + this.fixed);
  }

  readonly stepName: string;

  private get fixed(): number {
    return this.runner.state + this.settings.length;
  }

  /** Walk on until the place after a number of steps is known, with its loss and slope. */
  reach(step: number): void {
    const { kernel } = kernelOf(this.kernels, this.stepName);
    const size = 2 + this.runner.state;
    while (this.places.length <= Math.min(step, this.spec.steps)) {
      this.lookAt(this.places.length);
      const place: Pair = [this.input[0]!, this.input[1]!];
      kernel(this.input, this.output);
      this.places.push(place);
      this.losses.push(this.runner.order === null ? this.output[size]! : this.lossAt(place));
      this.norms.push(Math.hypot(this.output[size + 1]!, this.output[size + 2]!));
      this.input.set(this.output.subarray(0, size));
    }
  }

  /** The first step whose place or loss is not a finite number, of those that were walked. */
  get divergedAt(): number {
    const finite = (i: number): boolean =>
      Number.isFinite(this.losses[i]) && this.places[i]!.every(Number.isFinite);
    return this.places.findIndex((_, i) => !finite(i));
  }

  /** The learning rate of a step, where a schedule sets it. */
  rateAt(step: number): number {
    const output = new Float64Array(1);
    const peak = this.settings[this.runner.settings.indexOf("learning_rate")]!;
    const place = this.spec.runners.indexOf(this.runner);
    kernelOf(this.kernels, `rate${place}`).kernel(Float64Array.of(step, peak), output);
    return output[0]!;
  }

  private lookAt(step: number): void {
    const chosen = this.runner.order?.[step];
    if (chosen === undefined) return;
    let at = 2 + this.fixed;
    for (const field of this.data) for (const i of chosen) this.input[at++] = field[i]!;
  }

  private lossAt(place: Pair): number {
    const result = new Float64Array(1);
    const input = Float64Array.from([...place, ...this.data.flat()]);
    kernelOf(this.kernels, `loss${this.scene}`).kernel(input, result);
    return result[0]!;
  }
}

export interface Facts {
  loss: number;
  slope: number;
  gradient: Pair;
  flattest: number; // the smallest curvature
  steepest: number; // the largest
}

/** What is known of a place: height, slope, and the curvatures that decide which rates are safe. */
export function factsAt(kernels: Kernels, spec: Spec, state: State, place: Pair): Facts {
  const { kernel, outputs } = kernelOf(kernels, `facts${state.scene}`);
  const output = new Float64Array(outputs);
  kernel(Float64Array.from([...place, ...dataOf(spec, state).flat()]), output);
  const gradient: Pair = [output[1]!, output[2]!];
  return {
    loss: output[0]!, slope: Math.hypot(...gradient), gradient, flattest: output[3]!,
    steepest: output[4]!,
  };
}

/** Where the minimum of the present data is, if there is a closed form. */
export function solutionOf(kernels: Kernels, spec: Spec, state: State): Pair | null {
  if (!spec.points?.solution) return null;
  const output = new Float64Array(2);
  const data = Float64Array.from(dataOf(spec, state).flat());
  kernelOf(kernels, "solution").kernel(data, output);
  return output.every(Number.isFinite) ? [output[0]!, output[1]!] : null;
}
