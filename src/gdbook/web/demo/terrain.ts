// Terrain: heights sampled with the loss kernel, the colours of heights, and lines of equal height.

import { kernelOf, type Kernels, type Pair, type Scene, type Spec, type State } from "./spec";
import { dataOf } from "./walk";

export interface Terrain {
  n: number;
  domain: [Pair, Pair];
  loss: Float64Array; // row by row from the low end of the second parameter, n * n
  height: Float64Array; // as it is drawn, from 0 to 1
  scale(loss: number): number; // the same scale for any loss
}

const QUANTILE = 0.03; // as in the book's figures

/** Sample the loss of a state on n by n places of its window. */
export function sample(
  kernels: Kernels, spec: Spec, state: State, scene: Scene, n: number,
): Terrain {
  const { kernel, inputs } = kernelOf(kernels, `loss${state.scene}`);
  const [[x0, x1], [y0, y1]] = scene.domain;
  const input = new Float64Array(inputs);
  input.set(dataOf(spec, state).flat(), 2);
  const loss = new Float64Array(n * n);
  const result = new Float64Array(1);
  for (let i = 0; i < n; i++) {
    input[1] = y0 + ((y1 - y0) * i) / (n - 1);
    for (let j = 0; j < n; j++) {
      input[0] = x0 + ((x1 - x0) * j) / (n - 1);
      kernel(input, result);
      loss[i * n + j] = result[0]!;
    }
  }
  const lowest = loss.reduce((a, b) => (Number.isFinite(b) ? Math.min(a, b) : a), Infinity);
  const floor = spec.points?.room ? lowest : Math.min(scene.floor, lowest);
  const scale = scaleOf(loss, floor, spec.log);
  return { n, domain: scene.domain, loss, height: loss.map(scale), scale };
}

/** Spread heights so that the floor of a valley can be seen: log(1 + (loss - floor) / unit). */
function scaleOf(loss: Float64Array, floor: number, log: boolean): (loss: number) => number {
  const sorted = loss.filter(Number.isFinite).map((value) => Math.max(value - floor, 0)).sort();
  const highest = sorted[sorted.length - 1] || 1;
  if (!log) return (value) => (value - floor) / highest;
  const low = sorted[Math.floor(QUANTILE * sorted.length)] ?? 0;
  const unit = Math.max(low, 1e-6 * highest);
  const top = Math.log1p(highest / unit);
  return (value) => Math.log1p(Math.max(value - floor, 0) / unit) / top;
}

export type Color = [number, number, number];

export function parseColor(text: string): Color {
  const value = parseInt(text.trim().slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Return the colour at a height from 0 to 1, between evenly spaced colours. */
export function colorAt(colors: Color[], height: number): Color {
  const last = colors.length - 1;
  const place = Math.min(Math.max(height, 0), 1) * last;
  const i = Math.min(Math.floor(place), last - 1);
  const part = place - i;
  const [a, b] = [colors[i]!, colors[i + 1]!];
  return [0, 1, 2].map((k) => a[k]! + part * (b[k]! - a[k]!)) as Color;
}

export const ISOLINES = 16;

/** Return the line segments of equal height, in units of the grid: x, y, x, y, … */
export function isolines(terrain: Terrain): number[] {
  const segments: number[] = [];
  for (let k = 1; k < ISOLINES; k++) march(terrain, k / ISOLINES, segments);
  return segments;
}

/** Marching squares: where a level crosses a cell's edges, joined two by two. */
export function march(
  { n, height }: Pick<Terrain, "n" | "height">, level: number, segments: number[],
): void {
  for (let i = 0; i + 1 < n; i++) {
    for (let j = 0; j + 1 < n; j++) {
      const at = i * n + j;
      const [a, b, c, d] = [height[at]!, height[at + 1]!, height[at + n + 1]!, height[at + n]!];
      const low = Math.min(a, b, c, d);
      if (!(low < level) || !(Math.max(a, b, c, d) >= level)) continue;
      const crossings: number[] = [];
      const cross = (p: number, q: number, x: number, y: number, dx: number, dy: number): void => {
        if (p < level === q < level) return;
        const t = (level - p) / (q - p);
        crossings.push(x + t * dx, y + t * dy);
      };
      cross(a, b, j, i, 1, 0);
      cross(b, c, j + 1, i, 0, 1);
      cross(d, c, j, i + 1, 1, 0);
      cross(a, d, j, i, 0, 1);
      if (crossings.length >= 4) segments.push(...crossings.slice(0, 4));
      if (crossings.length === 8) segments.push(...crossings.slice(4));
    }
  }
}
