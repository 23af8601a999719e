// The keys of a demo: those that work anywhere in it, and those of the map and the surface.

import { nudged } from "./canvas";
import type { Pair, Spec, Stage, State } from "./spec";

export const ARROWS: Record<string, Pair> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
};

/** What keys and buttons alike do. */
export interface Acts {
  playOrPause(): void;
  step(n: number): void;
  reset(): void;
  showHelp(): void;
  change(wanted: Partial<State>): void;
}

export interface KeyActs extends Acts {
  moveStart(place: Pair, done: boolean): void;
}

/** Act on a key pressed on one of the stage's views; say whether it meant anything. */
export function keyOnStage(
  view: Stage | null, key: string, spec: Spec, state: State, acts: KeyActs,
): boolean {
  if (view === "map") return keyOnMap(key, spec, state, acts);
  return view === "surface" && keyOnSurface(key, state, acts);
}

/** Act on a key that works anywhere; say whether it meant anything. */
export function keyAnywhere(target: Element, key: string, state: State, acts: Acts): boolean {
  const isControl = target.closest("button, summary, select, input, a, pre") !== null;
  if (key === " " && isControl) return false;
  if (target.closest("select") !== null) return false;
  const wanted: Record<string, () => void> = {
    " ": () => acts.playOrPause(),
    ".": () => acts.step(1),
    ",": () => acts.step(-1),
    r: () => acts.reset(),
    v: () => acts.change({ view: state.view === "map" ? "surface" : "map" }),
    "?": () => acts.showHelp(),
  };
  const act = wanted[key.toLowerCase()];
  act?.();
  return act !== undefined;
}

function keyOnMap(key: string, spec: Spec, state: State, acts: KeyActs): boolean {
  const way = ARROWS[key];
  if (way === undefined) return false;
  acts.moveStart(nudged(state.start, spec.scenes[state.scene]!.domain, way), true);
  return true;
}

function keyOnSurface(key: string, state: State, acts: KeyActs): boolean {
  const [azimuth, elevation, zoom] = state.camera;
  const way = ARROWS[key];
  if (way !== undefined) {
    acts.change({ camera: [azimuth - 5 * way[0], elevation + 5 * way[1], zoom] });
  } else if (key === "+" || key === "=") {
    acts.change({ camera: [azimuth, elevation, zoom * 1.15] });
  } else if (key === "-") {
    acts.change({ camera: [azimuth, elevation, zoom / 1.15] });
  } else {
    return false;
  }
  return true;
}
