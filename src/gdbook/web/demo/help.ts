// The overlay that names the keys.

import { make, textButton } from "./dom";
import type { Spec } from "./spec";

const KEYS: [string, string][] = [
  ["Space", "play or pause"],
  [".", "one step forward"],
  [",", "one step back"],
  ["R", "back to the start"],
  ["V", "change between three dimensions and from above"],
  ["Arrow keys, on the map", "move the start"],
  ["Arrow keys, on the surface", "turn it"],
  ["+ and −, on the surface", "come nearer or go away"],
  ["?", "show these keys"],
];

const DATA_KEYS: [string, string][] = [
  ["[ and ], on the data", "choose a point"],
  ["Arrow keys, on the data", "move the chosen point"],
  ["Enter, on the data", "add a point in the middle"],
  ["Delete, on the data", "remove the chosen point"],
];

const BASINS_KEYS: [string, string][] = [["B", "show or hide the basins"]];

const SANDBOX_KEYS: [string, string][] = [["+ and −, on the map", "show less or more of it"]];

export function helpDialog(spec: Spec): HTMLDialogElement {
  const both = spec.views.includes("surface") && spec.views.includes("map");
  const keys = KEYS.filter(([key, act]) =>
    (both || key !== "V") && (spec.views.includes("surface") || !act.match(/turn|nearer/)) &&
    (spec.views.includes("map") || !act.match(/move the start/)));
  const others = [...(spec.points?.room ? DATA_KEYS : []), ...(spec.sandbox ? SANDBOX_KEYS : []),
    ...(spec.basins ? BASINS_KEYS : [])];
  return keysDialog([...keys, ...others], otherwise(spec));
}

/** Say what a mouse or a finger does on the views that there are. */
function otherwise(spec: Spec): string {
  return "With a mouse or a finger: click the ground to put the start there." +
    (spec.views.includes("surface")
      ? " Drag the surface to turn it, and once it is chosen, scroll or pinch to zoom." : "") +
    (spec.points?.room
      ? " Click the data to add a point, drag a point to move it, and click it twice to remove it." : "");
}

/** Return the overlay that names keys, with a word on how else to play. */
export function keysDialog(keys: [string, string][], otherwise: string): HTMLDialogElement {
  const list = make("dl");
  for (const [key, act] of keys) list.append(make("dt", {}, key), make("dd", {}, act));
  const title = make("h2", {}, "Keys");
  const dialog = make("dialog", { class: "gd-demo-help", "aria-label": "Keys of the demo" });
  dialog.append(title, list, make("p", {}, otherwise), textButton("Close", () => dialog.close()));
  return dialog;
}
