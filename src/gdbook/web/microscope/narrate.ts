// What is happening to the sharpness, and why, in words: from the numbers of the run, nothing else.

import { say, sayBriefly } from "../demo/theme";
import type { Run } from "./run";

const BACK = 40; // steps over which progress is judged
const LONG = 200; // and over which the sharpness is averaged
const NEAR = 0.03; // how far from the line, as a part of it, is next to the line
const LOST = 20; // how many times the loss of the start is called a fall out of the valley

/** What a walk is doing, in one word; what is said aloud waits for it to change. */
export type Regime =
  "start" | "diverged" | "thrown out" | "catapult" | "edge" | "above" | "pushed back" | "sharpening" |
  "calm";

export interface Told {
  regime: Regime;
  words: string;
}

export function tell(run: Run): Told {
  const regime = regimeOf(run);
  return { regime, words: `Step ${run.step}: ${changed(run)}${WORDS[regime](run)}${settled(run)}` };
}

export function regimeOf(run: Run): Regime {
  const { step, losses, sharpness, divergedAt } = run;
  const [loss, sharp] = [losses[step]!, sharpness[step]!];
  if (divergedAt === step) return "diverged";
  if (step === 0) return "start";
  if (loss > LOST * losses[0]!) return "thrown out";
  if (isCatapult(run)) return "catapult";
  if (keepsToEdge(run, BACK)) return "edge";
  if (sharp > run.edge()) return "above";
  if (lastAbove(run) >= step - BACK) return "pushed back";
  return sharp > 1.002 * sharpness[Math.max(0, step - BACK)]! ? "sharpening" : "calm";
}

const WORDS: Record<Regime, (run: Run) => string> = {
  start(run) {
    const start = `the loss is ${say(run.losses[0]!)}, and the ${against(run)}`;
    return isTooSharp(run)
      ? `${start}: the first steps will overshoot, each by more than the last.`
      : `${start}: so far the walk is safe. Play, or take one step.`;
  },
  diverged(run) {
    const [first, edge] = [run.sharpness[0]!, run.edge(0)];
    const why = first > edge
      ? `the start, of sharpness ${say(first)}, is too sharp for 2/rate = ${sayEdge(edge)}`
      : "the swings grew faster than they could be pushed to flatter ground";
    return `diverged at step ${run.divergedAt}: the numbers are larger than a computer can hold, ` +
      `for ${why}. Choose a lower rate, or reset.`;
  },
  "thrown out"(run) {
    const { step, losses } = run;
    const rises = losses[step]! > losses[step - 1]!;
    return `the loss is ${say(losses[step]!)}, and was ${say(losses[0]!)} at the start. ` +
      (rises ? "Each step overshoots by more than the last: the walk is being thrown out."
        : "It falls, but is far from where it began.");
  },
  catapult(run) {
    const { step, losses, sharpness } = run;
    const highest = Math.max(...losses.slice(0, step + 1));
    return `a catapult: the start, of sharpness ${say(sharpness[0]!)}, was too sharp for ` +
      `2/rate = ${sayEdge(run.edge())}. The loss rose to ${say(highest)} at step ` +
      `${losses.indexOf(highest)}, and threw the walk to where the sharpness is ${say(sharpness[step]!)}.`;
  },
  edge(run) {
    return `the sharpness ${say(run.sharpness[run.step]!)} keeps to 2/rate = ${sayEdge(run.edge())}: the ` +
      `swings across the valley neither grow nor die down. The loss rose in ${counted(rose(run), run)}.`;
  },
  above(run) {
    const rises = rose(run);
    return `the ${against(run)}, so each swing across the valley is wider than the last, ` +
      (rises > 0 ? `and the loss rose in ${counted(rises, run)}.` : "and the loss may rise for some steps.");
  },
  "pushed back"(run) {
    const highest = Math.max(...run.sharpness.slice(Math.max(0, run.step - BACK), run.step + 1));
    return `swinging has pushed the walk from sharpness ${say(highest)} down to ` +
      `${say(run.sharpness[run.step]!)}, below 2/rate = ${sayEdge(run.edge())}: ` +
      "now the swings die down, and the sharpness can rise again.";
  },
  sharpening(run) {
    const back = Math.max(0, run.step - BACK);
    const rises = rose(run);
    return `progressive sharpening: in the last ${run.step - back} steps the sharpness rose from ` +
      `${say(run.sharpness[back]!)} to ${say(run.sharpness[run.step]!)}, on its way to ` +
      `2/rate = ${sayEdge(run.edge())}. ` +
      (rises > 0 ? `The loss rose in ${counted(rises, run)}.` : "Until then the loss falls at every step.");
  },
  calm(run) {
    return `the ${against(run)}: swings across the valley die down, and the loss ` +
      `${rose(run) > 0 ? "falls on the whole" : "falls at every step"}.`;
  },
};

/** "sharpness 41.20 is above 2/rate = 40" */
function against(run: Run): string {
  const sharp = run.sharpness[run.step]!;
  return `sharpness ${say(sharp)} is ${sharp > run.edge() ? "above" : "below"} ` +
    `2/rate = ${sayEdge(run.edge())}`;
}

/** Say where a walk that keeps to the edge has been for long. */
function settled(run: Run): string {
  const { step, sharpness } = run;
  if (step < LONG || run.divergedAt === step) return "";
  const last = sharpness.slice(step - LONG + 1, step + 1);
  const mean = last.reduce((sum, value) => sum + value, 0) / LONG;
  const constant = run.edge(step - LONG) === run.edge();
  const returned = last.some((value, k) => k > 0 && last[k - 1]! > run.edge() && value <= run.edge());
  const near = Math.abs(mean / run.edge() - 1) < 0.15 && (returned || keepsToEdge(run, LONG));
  return constant && near
    ? ` Over the last ${LONG} steps it was ${say(mean)} on average: the edge of stability.` : "";
}

/** Say whether the sharpness was next to the line at each of the last steps. */
function keepsToEdge(run: Run, back: number): boolean {
  if (run.step < back) return false;
  for (let t = run.step - back + 1; t <= run.step; t++) {
    if (Math.abs(run.sharpness[t]! / run.edge(t) - 1) > NEAR) return false;
  }
  return true;
}

function changed(run: Run): string {
  for (let step = run.step; step > Math.max(0, run.step - BACK); step--) {
    const [before, after] = [run.edge(step - 1), run.edge(step)];
    if (before !== after) {
      return `at step ${step} the line went from ${sayEdge(before)} to ${sayEdge(after)}. Now, `;
    }
  }
  return "";
}

function sayEdge(edge: number): string {
  return sayBriefly(edge);
}

function isTooSharp(run: Run): boolean {
  return run.sharpness[0]! > run.edge(0);
}

/** Say whether a walk from too sharp a start is in flatter ground, and not back at the edge yet. */
function isCatapult(run: Run): boolean {
  const { step, sharpness } = run;
  if (!isTooSharp(run) || run.edge() !== run.edge(0)) return false;
  let landed = 1;
  while (landed <= step && sharpness[landed]! > 0.9 * run.edge()) landed += 1;
  if (landed > step) return false;
  for (let t = landed; t <= step; t++) if (sharpness[t]! > run.edge()) return false;
  return true;
}

function lastAbove(run: Run): number {
  for (let step = run.step; step >= 0; step--) if (run.sharpness[step]! > run.edge(step)) return step;
  return -Infinity;
}

/** Return at how many of the last steps the loss rose. */
function rose({ step, losses }: Run): number {
  let rises = 0;
  for (let t = Math.max(1, step - BACK + 1); t <= step; t++) if (losses[t]! > losses[t - 1]!) rises += 1;
  return rises;
}

function counted(rises: number, { step }: Run): string {
  return `${rises} of the last ${Math.min(BACK, step)} steps`;
}
