// A microscope's state: how it begins, what of it is valid, and how it travels in an address.

import { isNumber, numberOf, readLink, within, type Link } from "../demo/link";
import type { Pair } from "../demo/spec";
import { rateAt, type Spec, type State } from "./spec";

export const SPEEDS: [number, string][] = [
  [2, "slow"], [15, "steady"], [60, "normal"], [240, "fast"], [1200, "very fast"],
];
const MOST = 200; // rates in a plan
const SHORTEST = 15; // steps of a rate that was merely passed on the way to another

export function initial(spec: Spec): State {
  return { plan: [[0, spec.rate.value]], step: 0, speed: 60 };
}

/** Return a state in which all is in its range: what does not fit is left as it was. */
export function repaired(spec: Spec, old: State, wanted: Partial<State>): State {
  const { plan, step, speed } = wanted;
  return {
    plan: isPlan(spec, plan) ? plan.map(([begin, rate]): Pair => [begin, rate]) : old.plan,
    step: isNumber(step) ? Math.round(within(step, 0, spec.steps)) : old.step,
    speed: isNumber(speed) ? within(speed, 1, 2400) : old.speed,
  };
}

/** Return the plan with another rate from a step on; nothing that was planned for later is kept. */
export function retuned(plan: Pair[], step: number, rate: number): Pair[] {
  const before = plan.filter(([begin]) => begin === 0 || begin < step);
  const [begin] = before.at(-1)!;
  const passed = before.length > 1 && step - begin < SHORTEST; // the slider is still moving
  const kept = passed || before.length >= MOST || step === 0 ? before.slice(0, -1) : before;
  const from = kept.length < before.length ? begin : step;
  if (kept.length > 0 && kept.at(-1)![1] === rate) return kept;
  return [...kept, [from, rate]];
}

function isPlan(spec: Spec, plan: unknown): plan is Pair[] {
  const { low, high } = spec.rate;
  return Array.isArray(plan) && plan.length > 0 && plan.length <= MOST &&
    plan.every((entry: unknown, i) => {
      if (!Array.isArray(entry) || entry.length !== 2) return false;
      const [begin, rate] = entry as unknown[];
      const after: unknown = i === 0 ? -1 : (plan[i - 1] as unknown[])[0];
      return Number.isInteger(begin) && isNumber(begin) && begin > (after as number) &&
        begin <= spec.steps && (i > 0 || begin === 0) &&
        isNumber(rate) && rate >= low && rate <= high;
    });
}

/** Write what differs from the beginning: "#demo-id;plan=0:0.1,350:0.05;step=400". */
export function toHash(spec: Spec, state: State): string {
  const first = initial(spec);
  const words = [`#demo-${spec.id}`];
  const plan = state.plan.map(([begin, rate]) => `${begin}:${rate}`).join(",");
  if (plan !== `0:${first.plan[0]![1]}`) words.push(`plan=${plan}`);
  if (state.step !== first.step) words.push(`step=${state.step}`);
  if (state.speed !== first.speed) words.push(`speed=${state.speed}`);
  return words.join(";");
}

/** Read what toHash wrote: the beginning, and not sound, where it is nonsense; null if not ours. */
export function fromHash(spec: Spec, hash: string): Link<State> | null {
  const first = initial(spec);
  return readLink<State>(hash, {
    id: spec.id, first, longest: 8000,
    read(key, text) {
      if (key === "plan") return planOf(text);
      return key === "step" || key === "speed" ? numberOf(text) : undefined;
    },
    repair: (wanted) => repaired(spec, first, wanted),
  });
}

function planOf(text: string): Pair[] {
  return text.split(",").map((entry): Pair => {
    const parts = entry.split(":").map(numberOf);
    return parts.length === 2 ? [parts[0]!, parts[1]!] : [NaN, NaN];
  });
}

/** Return the step, at most a given one, until which two plans walk the same way. */
export function shared(one: Pair[], other: Pair[], step: number): number {
  for (let t = 0; t < step; t++) if (rateAt(one, t) !== rateAt(other, t)) return t;
  return step;
}
