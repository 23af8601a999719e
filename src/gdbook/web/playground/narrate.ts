// One sentence that says what is happening, and why: from the numbers of the run, nothing else.

import { say, sayBriefly } from "../demo/theme";
import type { Look, Run } from "./run";
import { sayLayers, type Spec, type State } from "./spec";

const LOSS_OF_A_COIN = Math.log(2);
const BACK = 60; // steps over which progress is judged
const VANISHED = 1e-3;

/** Write a fraction of points as a percentage. */
export function percent(part: number): string {
  return `${Math.round(100 * part)}%`;
}

export function tell(spec: Spec, state: State, run: Run): string {
  return `Step ${run.step}: ${happening(spec, state, run)}`;
}

function happening(spec: Spec, state: State, run: Run): string {
  const look = run.look;
  if (run.isLost) {
    return `diverged at step ${run.divergedAt}: the numbers are larger than a computer can hold. ` +
      `A rate below ${sayBriefly(state.rate)} would have held them.`;
  }
  if (run.step === 0) return beginning(spec, state, run, look);
  const [loss, held] = look.loss;
  const numbers = `the loss is ${say(loss)}, held out ${say(held)}; ` +
    `${percent(look.accuracy[1])} of the held-out points are on the right side. `;
  return numbers + why(spec, state, run, look);
}

function beginning(spec: Spec, state: State, run: Run, look: Look): string {
  const hidden = spec.layers[state.layers]!.sizes;
  const start = `nothing is learned yet; the loss is ${say(look.loss[0])}, ` +
    `and tossing a coin has ${say(LOSS_OF_A_COIN)}. `;
  if (symmetric(run)) {
    return start + "All weights are zero, so the units of a layer are all alike, and will stay so.";
  }
  if (hidden.length === 0) return start + "Without a hidden layer the boundary is a straight line.";
  return `${start}Hidden units: ${sayLayers(hidden)}. Play, or take one step.`;
}

function why(spec: Spec, state: State, run: Run, look: Look): string {
  const activation = spec.activations[state.activation]!;
  const { sizes } = spec.layers[state.layers]!;
  const before = lookBefore(run, BACK);
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const ratio = run.slopes[0]! / Math.max(...run.slopes);
  const few = spec.batches[state.batch] ?? null; // examples of a step; null: all
  const risen = look.loss[0] > (few === null ? 1.2 : 1.5) * before.loss[0] && look.loss[0] > 0.05;
  const best = bestHeld(run);
  if (symmetric(run)) {
    return "The units of a layer are all alike: they began alike, and equal gradients keep them so.";
  }
  if (risen) {
    const blame = few === null ? "are too long for this ground"
      : `that see ${few === 1 ? "one example" : `${few} examples`} each tremble`;
    return `In the last ${run.step - before.step} steps it rose, from ${say(before.loss[0])}: ` +
      `steps of rate ${sayBriefly(state.rate)} ${blame}.`;
  }
  if (sizes.length > 1 && ratio < VANISHED) {
    return `The first layer's gradient is ${times(1 / ratio)} shorter than the longest: ` +
      "little of it survives the way back through the layers.";
  }
  if (activation === "relu" && look.silent > 0 && units > 0) {
    return `${look.silent} of ${units} hidden units are zero at every point: ` +
      "no gradient reaches them, and they no longer learn.";
  }
  if (best.loss[1] < 0.8 * look.loss[1] && look.loss[0] < best.loss[0]) {
    return `The held-out loss was lowest at step ${best.step}, ${say(best.loss[1])}: ` +
      "since then the network learns the noise of these points.";
  }
  if ((sizes.length === 0 || activation === "identity") && run.step >= 100) {
    return "The boundary can only be straight" +
      (sizes.length === 0 ? "." : ": layers without a bend in between are one layer.");
  }
  if (look.accuracy[0] === 1) {
    return "All points to learn from are on their sides; the loss still falls as the network " +
      "becomes surer.";
  }
  const fall = 1 - look.loss[0] / before.loss[0];
  if (fall < 0.01) return "It hardly falls any more: this is flat ground, or the bottom.";
  return `It fell by ${percent(fall)} in the last ${run.step - before.step} steps.`;
}

function times(factor: number): string {
  if (!Number.isFinite(factor) || factor > 1e6) return "more than a million times";
  return `${Number(factor.toPrecision(2)).toLocaleString("en")} times`;
}

/** Return what was known some steps ago. */
function lookBefore(run: Run, steps: number): Look {
  let found = run.looks[0]!;
  for (const look of run.looks) {
    if (look.step > Math.max(0, run.step - steps)) break;
    found = look;
  }
  return found;
}

function bestHeld(run: Run): Look {
  let best = run.look;
  for (const look of run.looks) {
    if (look.step > run.step) break;
    if (look.loss[1] < best.loss[1]) best = look;
  }
  return best;
}

/** Say whether all units of the first hidden layer, of several, have the same weights. */
function symmetric({ sizes, params }: Run): boolean {
  const units = sizes[1]!;
  if (sizes.length < 3 || units < 2) return false;
  for (let i = 0; i < 2; i++) {
    for (let j = 1; j < units; j++) if (params[i * units + j] !== params[i * units]) return false;
  }
  return true;
}
