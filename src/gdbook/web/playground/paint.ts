// The two classes' colours, and pictures of functions of the plane in them.

import { parseColor, type Color } from "../demo/terrain";
import type { Theme } from "../demo/theme";
import type { Spec } from "./spec";

const TINT = 0.6; // of a class's colour, where the network is sure

export interface Colors {
  names: [string, string];
  classes: [Color, Color];
  ground: Color;
}

export function colorsOf(spec: Spec, theme: Theme): Colors {
  const names = spec.colors.map((color) => color[theme.name]) as [string, string];
  return {
    names, classes: names.map(parseColor) as [Color, Color], ground: parseColor(theme.background),
  };
}

/** Write a square of pixels: from −1, the first class, over the ground, to 1, the second. */
export function tint(
  pixels: Uint8ClampedArray, width: number, left: number, values: Float64Array, n: number,
  shade: (value: number) => number, { classes, ground }: Colors,
): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const part = shade(values[(n - 1 - i) * n + j]!);
      const color = classes[part < 0 ? 0 : 1];
      const sure = TINT * Math.min(1, Math.abs(part));
      const at = 4 * (i * width + left + j);
      for (let k = 0; k < 3; k++) pixels[at + k] = ground[k]! + sure * (color[k]! - ground[k]!);
      pixels[at + 3] = 255;
    }
  }
}
