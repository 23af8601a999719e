// The keys of a demo: those that work anywhere in it, and those of the map and the surface.

import { nudged } from "./canvas";
import type { Pair, Scene, Stage, State } from "./spec";
import type { TransportActs } from "./transport";

export const ARROWS: Record<string, Pair> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
};

/** What keys and buttons alike do. */
export interface Acts extends TransportActs {
  showHelp(): void;
  change(wanted: Partial<State>): void;
}

export interface KeyActs extends Acts {
  moveStart(place: Pair, done: boolean): void;
}

/** Act on a key pressed on one of the stage's views; say whether it meant anything. */
export function keyOnStage(
  view: Stage | null, key: string, scene: Scene, state: State, acts: KeyActs,
): boolean {
  if (view === "map") return keyOnMap(key, scene, state, acts);
  return view === "surface" && keyOnSurface(key, state, acts);
}

/** Act on a key that works anywhere; say whether it meant anything. */
export function keyAnywhere(target: Element, key: string, state: State, acts: Acts): boolean {
  return actOn(target, key, {
    " ": () => acts.playOrPause(),
    ".": () => acts.step(1),
    ",": () => acts.step(-1),
    r: () => acts.reset(),
    v: () => acts.change({ view: state.view === "map" ? "surface" : "map" }),
    "?": () => acts.showHelp(),
    ...(state.basins === undefined ? {} : { b: () => acts.change({ basins: !state.basins }) }),
  });
}

/** Act on a key pressed in an element, unless its help is open or it is half of a shortcut. */
export function onKey(
  event: KeyboardEvent, help: HTMLDialogElement, wanted: Record<string, () => void>,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  if (actOn(event.target as Element, event.key, wanted)) event.preventDefault();
}

/** Do what a key stands for, unless the control that has the focus needs it; say whether it was. */
function actOn(target: Element, key: string, wanted: Record<string, () => void>): boolean {
  const isControl = target.closest("button, summary, select, input, a, pre") !== null;
  if (key === " " && isControl) return false;
  if (target.closest("select, input[type=text]") !== null) return false;
  const act = wanted[key.toLowerCase()];
  act?.();
  return act !== undefined;
}

function keyOnMap(key: string, scene: Scene, state: State, acts: KeyActs): boolean {
  const way = ARROWS[key];
  if (way !== undefined) {
    acts.moveStart(nudged(state.start, scene.domain, way), true);
  } else if ("+=-".includes(key) && state.domain !== undefined) {
    acts.change({ domain: zoomed(state.domain, key === "-" ? 1.25 : 0.8) });
  } else {
    return false;
  }
  return true;
}

/** Return a window that is so many times as wide, around the same middle. */
export function zoomed(domain: [Pair, Pair], factor: number): [Pair, Pair] {
  return domain.map(([low, high]): Pair => {
    const [middle, half] = [(low + high) / 2, (factor * (high - low)) / 2];
    const digits = Math.max(0, 3 - Math.ceil(Math.log10(2 * half)));
    return [Number((middle - half).toFixed(digits)), Number((middle + half).toFixed(digits))];
  }) as [Pair, Pair];
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
