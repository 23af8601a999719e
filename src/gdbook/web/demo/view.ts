// What a view is handed: nothing in it changes while it draws.

import type { Picture } from "./basins";
import type { Pair } from "./spec";
import type { Terrain } from "./terrain";
import type { Theme } from "./theme";
import type { Walk } from "./walk";

/** One racer's walk, as far as it is shown. */
export interface Seen {
  walk: Walk;
  step: number;
  color: string;
}

export interface Scene2D {
  terrain: Terrain;
  axes: [string, string];
  start: Pair;
  minima: Pair[];
  walks: Seen[];
  step: number;
  steps: number;
  panels: boolean;
  floor: number; // the lowest loss in the window
  basins: Picture | null; // to be painted in place of heights, from above
}

export interface View {
  readonly canvas: HTMLCanvasElement;
  draw(scene: Scene2D, theme: Theme): void;
}
