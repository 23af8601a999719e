// Basins of attraction: at which minimum a racer ends, for each of a grid of starts. They are
// computed by the very kernels that walk, coarsely first, a slice at a time.

import { kernelOf, type Kernels, type Pair, type Runner, type Scene, type Spec, type State } from "./spec";
import type { Color } from "./terrain";
import type { Theme } from "./theme";
import { settingOf } from "./walk";

export const NONE = -2; // in place of a minimum's number: at none of them
export const GONE = -1; // at no finite place

/** The name of a minimum, on the map and in the legend. */
export function letter(index: number): string {
  return String.fromCharCode(65 + index);
}

const COARSEST = 8; // tiles along each side of a block whose first stands for all, at first
const BATCH = 8; // walks between two looks at the clock

/** What is painted: for each tile, from the low ends of both parameters, where its walk ends. */
export interface Picture {
  n: number;
  home: Int8Array; // the minimum's number, NONE or GONE
  since: Uint16Array; // the step from which on it has been there
  steps: number; // of each walk
  palest: number; // how much of its colour a tile loses where its walk came late
  version: number; // another with every picture
}

/** Return the colour of a minimum's tiles, a part of it lost to the page. */
export function toneOf(theme: Theme, home: number, lost: number): Color {
  const color = home === GONE ? theme.page : home === NONE ? theme.nowhere : theme.basins[home]!;
  return color.map((value, k) => Math.round(value + lost * (theme.page[k]! - value))) as Color;
}

export class Basins implements Picture {
  readonly n: number;
  readonly steps: number;
  readonly palest: number;
  readonly home: Int8Array;
  readonly since: Uint16Array;
  version = 0; // none has been published
  private key = "";
  private counts = new Map<number, number>(); // of walks, by where they ended
  private shares = new Map<number, number>(); // of what was published
  private walked = 0;
  private block = COARSEST;
  private next = 0; // of the blocks of this size
  private walker: Walker | null = null;

  constructor(private readonly kernels: Kernels, private readonly spec: Spec) {
    this.n = spec.basins!.grid;
    this.steps = spec.basins!.steps;
    this.palest = spec.basins!.palest;
    this.home = new Int8Array(this.n * this.n);
    this.since = new Uint16Array(this.n * this.n);
  }

  /** Say whether all is known of a state. */
  has(state: State, runner: Runner): boolean {
    return this.done && this.key === keyOf(state, runner);
  }

  /** Begin anew if something changed that decides where walks end; say whether it did.
   *
   * What is begun is first brought to its coarse picture: who slides on sees some of the way. */
  follow(state: State, scene: Scene, runner: Runner): boolean {
    const key = keyOf(state, runner);
    if (key === this.key || (this.walked > 0 && !this.covered)) return false;
    this.key = key;
    this.walker = new Walker(this.kernels, this.spec, state, scene, runner);
    this.counts = new Map();
    this.walked = this.next = 0;
    this.block = COARSEST;
    return true;
  }

  get done(): boolean {
    return this.walked === this.n * this.n;
  }

  /** Whether each tile has been painted, if only for a walk from nearby. */
  get covered(): boolean {
    return this.block < COARSEST;
  }

  /** Return which part of the walks that are painted ended at a minimum, NONE or GONE. */
  share(home: number): number {
    return this.shares.get(home) ?? 0;
  }

  /** Go on for some milliseconds; say whether all tiles have been walked from as finely as once. */
  work(milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    const { block } = this;
    do {
      for (let k = 0; k < BATCH && this.block === block; k++) this.walk();
    } while (this.block === block && performance.now() < end);
    return this.block !== block;
  }

  /** Have what has been walked by now painted. */
  publish(): void {
    this.shares = new Map([...this.counts].map(([home, count]) => [home, count / this.walked]));
    this.version++;
  }

  /** Walk from the next block, and paint all of it. */
  private walk(): void {
    const { n, block } = this;
    const wide = Math.ceil(n / block);
    const [row, column] = [Math.floor(this.next / wide), this.next % wide];
    this.next++;
    const again = block < COARSEST && row % 2 === 0 && column % 2 === 0; // the larger block's first
    if (!again) this.paint(row * block, column * block);
    if (this.next === wide * wide) [this.next, this.block] = [0, block / 2];
  }

  private paint(row: number, column: number): void {
    const { n, block, walker } = this;
    const [home, since] = walker!.end((column + 0.5) / n, (row + 0.5) / n);
    for (let i = row; i < Math.min(n, row + block); i++) {
      this.home.fill(home, i * n + column, Math.min(i * n + n, i * n + column + block));
      this.since.fill(since, i * n + column, Math.min(i * n + n, i * n + column + block));
    }
    this.counts.set(home, (this.counts.get(home) ?? 0) + 1);
    this.walked++;
  }
}

/** What decides where walks end. */
function keyOf(state: State, runner: Runner): string {
  const settings = runner.settings.map((name) => settingOf(state, runner, name));
  return JSON.stringify([state.scene, runner.name, settings]);
}

/** Walks from anywhere in a window, and remembers no more of it than where the last walk ended. */
class Walker {
  private readonly input: Float64Array;
  private readonly output: Float64Array;
  private readonly begin: Float64Array; // what the optimizer's first state is made of
  private readonly first: Float64Array;
  private readonly path: Float64Array;
  private readonly start: (input: Float64Array, output: Float64Array) => void;
  private readonly step: (input: Float64Array, output: Float64Array) => void;
  private readonly size: number; // of what a step hands on
  private readonly near: number;

  constructor(
    kernels: Kernels, private readonly spec: Spec, state: State, private readonly scene: Scene,
    runner: Runner,
  ) {
    const names = `${state.scene}_${spec.runners.indexOf(runner)}`;
    const settings = runner.settings.map((name) => settingOf(state, runner, name));
    const step = kernelOf(kernels, `step${names}`);
    this.start = kernelOf(kernels, `start${names}`).kernel;
    this.step = step.kernel;
    this.size = 2 + runner.state;
    this.input = new Float64Array(step.inputs);
    this.output = new Float64Array(step.outputs);
    this.begin = Float64Array.from([0, 0, ...settings]);
    this.first = new Float64Array(runner.state);
    this.path = new Float64Array(2 * (spec.basins!.steps + 1));
    this.input.set(settings, this.size);
    const [[low, high]] = scene.domain;
    this.near = spec.basins!.near * (high - low);
  }

  /** Walk from a part of the window's width and height; return where it ends, and since when. */
  end(across: number, up: number): [number, number] {
    const { input, output, path, size } = this;
    const [[x0, x1], [y0, y1]] = this.scene.domain;
    this.begin[0] = input[0] = x0 + across * (x1 - x0);
    this.begin[1] = input[1] = y0 + up * (y1 - y0);
    this.start(this.begin, this.first);
    input.set(this.first, 2);
    const { steps } = this.spec.basins!;
    for (let t = 0; t < steps; t++) {
      path[2 * t] = input[0]!;
      path[2 * t + 1] = input[1]!;
      this.step(input, output);
      for (let k = 0; k < size; k++) input[k] = output[k]!;
    }
    path[2 * steps] = input[0]!;
    path[2 * steps + 1] = input[1]!;
    const home = this.homeOf(input[0]!, input[1]!);
    return [home, home < 0 ? 0 : this.arrival(this.scene.minima[home]!)];
  }

  private homeOf(x: number, y: number): number {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return GONE;
    const apart = this.scene.minima.map(([u, v]) => Math.hypot(x - u, y - v));
    const nearest = Math.min(...apart);
    return nearest < this.near ? apart.indexOf(nearest) : NONE;
  }

  /** Go back along the last walk, to the step from which on it has been near a place. */
  private arrival([u, v]: Pair): number {
    const { path, near } = this;
    let t = path.length / 2 - 1;
    while (t > 0 && (path[2 * t - 2]! - u) ** 2 + (path[2 * t - 1]! - v) ** 2 < near * near) t--;
    return t;
  }
}
