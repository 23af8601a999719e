// How low a formula gets in a window: the lowest of many places, and from there by Newton's method.

import type { Pair } from "../demo/spec";
import type { Formula } from "./formula";

const SAMPLES = 61; // places along each parameter
const POLISHING = 30; // steps at most
const NOTHING = 1e-12; // below 0 by so little is a rounding error

export function lowest({ loss, facts }: Formula, [x, y]: [Pair, Pair]): number {
  const value = new Float64Array(1);
  const at = ([low, high]: Pair, i: number): number => low + ((high - low) * i) / (SAMPLES - 1);
  let [best, place]: [number, Pair] = [Infinity, [NaN, NaN]];
  for (let i = 0; i < SAMPLES; i++) {
    for (let j = 0; j < SAMPLES; j++) {
      loss.run(at(x, j), at(y, i), value);
      if (value[0]! < best && Number.isFinite(value[0])) [best, place] = [value[0]!, [at(x, j), at(y, i)]];
    }
  }
  const known = new Float64Array(6);
  for (let k = 0; k < POLISHING; k++) {
    facts.run(...place, known);
    const next = newton(place, known);
    if (next === null || !inside(next[0], x) || !inside(next[1], y)) break;
    loss.run(...next, value);
    if (!(value[0]! < best)) break;
    [best, place] = [value[0]!, next];
  }
  return best < 0 && best > -NOTHING ? 0 : best;
}

/** Return the bottom of the bowl that value, slopes and curvatures describe; null if it is none. */
function newton([x, y]: Pair, [, byX, byY, xx, xy, yy]: Float64Array): Pair | null {
  const determinant = xx! * yy! - xy! * xy!;
  if (!(xx! > 0 && determinant > 0)) return null;
  return [
    x - (yy! * byX! - xy! * byY!) / determinant, y - (xx! * byY! - xy! * byX!) / determinant,
  ];
}

function inside(value: number, [low, high]: Pair): boolean {
  return value >= low && value <= high;
}
