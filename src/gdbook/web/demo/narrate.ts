// One sentence that says what is happening, and why: from the numbers of the walk, nothing else.

import type { Pair, Scene } from "./spec";
import { say, sayBriefly } from "./theme";
import type { Facts, Walk } from "./walk";

const ARRIVED = 1e-3; // of the window's width
const FLAT = 0.02;
const RESTING = 1e-6;
const LEVEL = 1e-6; // of the steepest curvature: what is left of none by rounding
const HOPELESS = 1e6; // times the loss at the start

export interface Moment {
  walk: Walk;
  step: number;
  rate: number;
  exact: boolean; // whether the rule is plain gradient descent now, of which 2/L is the whole story
  here: Facts; // of the place where the walk is
  before: Facts | null; // of the place it came from
  scene: Scene;
  minima: Pair[];
}

/** Tell of one racer. */
export function tell(moment: Moment): string {
  return `Step ${moment.step}: ${happening(moment)}`;
}

function happening(moment: Moment): string {
  const { walk, step, here, before } = moment;
  if (walk.divergedAt >= 0 && walk.divergedAt <= step) return diverged(moment);
  if (before === null) {
    return `the ball stands where the loss is ${say(here.loss)} and the slope ${say(here.slope)}. ` +
      whatIsSafe(moment);
  }
  const goal = nearest(moment);
  if (goal !== null) return `arrived: the ball lies in the minimum at ${place(goal)}.`;
  if (walk.runner.batch !== null) return sampled(moment);
  if (here.loss > before.loss && !atRest(here)) return grew(moment);
  if (here.slope < FLAT) return flat(here);
  const drop = 1 - here.loss / before.loss;
  const percent = before.loss > 0 && drop > 0.0005 ? ` by ${Number((100 * drop).toPrecision(2))}%` : "";
  return `the loss falls${percent}, to ${say(here.loss)}. ${pace(moment)}`.trim();
}

function diverged({ walk, step }: Moment): string {
  const at = walk.divergedAt;
  if (at === 0) return "at this start the loss is no finite number: put the ball somewhere else.";
  if (leftTheGround(walk)) {
    return `the ball has left the ground: where it went at step ${at}, there is no loss.`;
  }
  const when = at === step ? "now" : `since step ${at}`;
  return `the walk has exploded: ${when} its numbers are larger than a computer can hold. ` +
    "A smaller learning rate would have held it.";
}

function leftTheGround({ divergedAt, losses, places }: Walk): boolean {
  return Number.isNaN(losses[divergedAt]) && places[divergedAt]!.every(Number.isFinite);
}

/** Say how the rate compares with what the curvature allows, where that is the whole story. */
function whatIsSafe({ exact, here, rate }: Moment): string {
  if (!exact || !(here.steepest > 0)) return "Play, or take one step.";
  const limit = 2 / here.steepest;
  const relation = rate > limit ? "above" : "below";
  return `The learning rate ${sayBriefly(rate)} is ${relation} 2/L = ${sayBriefly(limit)} here.`;
}

function grew(moment: Moment): string {
  const { exact, here, before, rate } = moment;
  const words = `the loss grows, from ${say(before!.loss)} to ${say(here.loss)}`;
  const limit = 2 / before!.steepest;
  if (exact && rate > limit && limit > 0) {
    return `${words}: the step is longer than the valley is wide, for the rate ` +
      `${sayBriefly(rate)} is above 2/L = ${sayBriefly(limit)}.`;
  }
  if (isHopeless(moment)) return `${words}: the walk diverges, and a smaller learning rate would hold it.`;
  if (!exact) return `${words}: the step was carried uphill by what it remembers.`;
  return `${words}: the ground bends upward along the step.`;
}

function pace({ rate, before, here, exact }: Moment): string {
  if (!exact || before === null || !(before.steepest > 0)) return "";
  const part = rate * before.steepest;
  const limit = `2/L = ${sayBriefly(2 / before.steepest)}`;
  if (part < 0.1) return `It creeps: the rate is a small part of ${limit}.`;
  if (rate * before.flattest < 0.1 && before.flattest > 0 && part <= 1) {
    return "Across the valley little is left to do; along its floor, which is flatter, it creeps.";
  }
  if (part <= 1) return "It goes straight down, without a bounce.";
  if (part < 2) return `It bounces from wall to wall, but inward: the rate is below ${limit}.`;
  if (rate * here.steepest < 2) return `Where it came from, the rate is above ${limit}; here it is not.`;
  return `It cannot last: the rate is above ${limit}.`;
}

/** Say whether a walk has come to losses from which none returns. */
function isHopeless({ walk, here }: Moment): boolean {
  return here.loss > HOPELESS * Math.max(1, Math.abs(walk.losses[0]!));
}

/** Say whether it lies at the bottom; what the loss still grows by is rounding. */
function atRest(here: Facts): boolean {
  return here.slope < RESTING && (here.flattest > 0 || onFloor(here));
}

/** Say whether the ground bends upward in one direction and, but for rounding, not in the other. */
function onFloor({ flattest, steepest }: Facts): boolean {
  return steepest > 0 && Math.abs(flattest) <= LEVEL * steepest;
}

function flat(here: Facts): string {
  if (atRest(here) && onFloor(here)) {
    return `at rest: the slope is ${say(here.slope)}, on the floor of a valley that is level ` +
      "along it and bends upward across.";
  }
  if (here.flattest < -1e-6) {
    return `the slope is only ${say(here.slope)}, but this is no minimum: the ground bends down ` +
      "in one direction. It is a saddle, and steps near it are short.";
  }
  if (atRest(here)) {
    return `at rest: the slope is ${say(here.slope)}, and the ground bends upward every way. ` +
      "This is a minimum.";
  }
  return `the ground is almost level, slope ${say(here.slope)}, so steps are tiny.`;
}

function sampled({ walk, step, here, before }: Moment): string {
  const examples = walk.runner.batch === 1 ? "one example" : `${walk.runner.batch} examples`;
  const way = here.loss > before!.loss ? "uphill" : "downhill";
  return `this step looked at ${examples} and went ${way} on the loss of all, to ` +
    `${say(here.loss)}; epoch ${epoch(walk, step)}.`;
}

function epoch({ runner }: Walk, step: number): number {
  const seen = new Set((runner.order ?? []).flat()).size;
  return 1 + Math.floor(((step - 1) * (runner.batch ?? seen)) / seen);
}

function nearest({ walk, step, here, scene, minima }: Moment): Pair | null {
  const at = walk.places[step]!;
  const width = scene.domain[0][1] - scene.domain[0][0];
  const close = ([x, y]: Pair): boolean => Math.hypot(x - at[0], y - at[1]) < ARRIVED * width;
  return here.slope < 1 ? (minima.find(close) ?? null) : null;
}

function place(pair: Pair): string {
  return `(${pair.map(say).join(", ")})`;
}

/** Tell of several: who is ahead, and who is lost. */
export function tellRace(moments: Moment[]): string {
  const [first] = moments;
  if (first === undefined) return "";
  const step = first.step;
  if (step === 0 && !Number.isFinite(first.here.loss)) {
    return "Step 0: at this start the loss is no finite number: put the balls somewhere else.";
  }
  if (step === 0) {
    return `Step 0: all stand at one start, where the loss is ${say(first.here.loss)}.`;
  }
  const lost = moments.filter(({ walk }) => walk.divergedAt >= 0 && walk.divergedAt <= step);
  const running = moments.filter((moment) => !lost.includes(moment));
  const wild = running.filter(isHopeless);
  const order = running.filter((moment) => !wild.includes(moment))
    .sort((a, b) => a.here.loss - b.here.loss);
  const sentences = [];
  if (order.length > 0) sentences.push(ahead(order));
  if (wild.length > 0) {
    const names = wild.map(({ walk }) => walk.runner.name);
    sentences.push(`${capital(listed(names))} ${names.length > 1 ? "diverge" : "diverges"}.`);
  }
  for (const [gone, words] of [[true, "left the ground"], [false, "exploded"]] as const) {
    const names = lost.filter(({ walk }) => leftTheGround(walk) === gone);
    if (names.length > 0) {
      sentences.push(`${capital(listed(names.map(({ walk }) => walk.runner.name)))} ${words}.`);
    }
  }
  return `Step ${step}: ${sentences.join(" ")}`;
}

/** Say who is lowest, given all from the lowest up; those whose losses read the same are so together. */
function ahead(order: Moment[]): string {
  const [best, second] = [order[0]!, order[1]];
  const [name, loss] = [best.walk.runner.name, say(best.here.loss)];
  const equals = order.filter(({ here }) => say(here.loss) === loss);
  if (equals.length > 1) {
    const names = listed(equals.map(({ walk }) => walk.runner.name));
    return `${names} are lowest, ${equals.length > 2 ? "all" : "both"} at ${loss}.`;
  }
  const there = nearest(best) === null ? "" : " and has arrived";
  const behind = second === undefined ? "" : `; ${second.walk.runner.name} has ${say(second.here.loss)}`;
  return `${name} is lowest, at ${loss}${there}${behind}.`;
}

function listed(names: string[]): string {
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].filter(Boolean).join(" and ");
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
