// A graph's state: how it begins, what of it is valid, and how it travels in an address.

import { isNumber, numberOf, readLink, within, type Link } from "../demo/link";
import type { Spec, State } from "./spec";

export const SPEEDS: [number, string][] = [
  [0.4, "slow"], [0.8, "normal"], [2, "fast"], [6, "very fast"],
];
export const FAR = 1e6; // what steps of gradient descent may come to before it is called divergence

export function initial(spec: Spec): State {
  return {
    inputs: spec.inputs.map(({ value }) => value), rate: spec.rate.value, step: 0, speed: 0.8,
  };
}

/** The last step: all lines forward, the loss's slope, and those of all other numbers. */
export function lastStep(spec: Spec): number {
  return lines(spec) + spec.nodes.length;
}

export function lines(spec: Spec): number {
  return spec.nodes.length - spec.inputs.length;
}

/** Return a state in which all is in its range: what does not fit is left as it was. */
export function repaired(spec: Spec, old: State, wanted: Partial<State>): State {
  const found = { ...old, inputs: [...old.inputs] };
  if (Array.isArray(wanted.inputs)) {
    wanted.inputs.slice(0, found.inputs.length).forEach((value: unknown, k) => {
      if (isNumber(value) && Math.abs(value) <= FAR) found.inputs[k] = value;
    });
  }
  const { rate, step, speed } = wanted;
  if (isNumber(rate)) found.rate = within(rate, spec.rate.low, spec.rate.high);
  if (isNumber(step)) found.step = Math.round(within(step, 0, lastStep(spec)));
  if (isNumber(speed)) found.speed = within(speed, 0.1, 60);
  return found;
}

/** Write what differs from the beginning as the end of an address: "#demo-id;step=3;…". */
export function toHash(spec: Spec, state: State): string {
  const first = initial(spec);
  const words = [`#demo-${spec.id}`];
  for (const key of ["inputs", "rate", "step", "speed"] as const) {
    if (String(state[key]) !== String(first[key])) words.push(`${key}=${String(state[key])}`);
  }
  return words.join(";");
}

/** Read what toHash wrote: the beginning, and not sound, where it is nonsense; null if not ours. */
export function fromHash(spec: Spec, hash: string): Link<State> | null {
  const first = initial(spec);
  return readLink<State>(hash, {
    id: spec.id, first, longest: 2000,
    read(key, text) {
      const numbers = text.split(",").map(numberOf);
      if (key === "inputs") return numbers.length === first.inputs.length ? numbers : undefined;
      return key === "rate" || key === "step" || key === "speed" ? numberOf(text) : undefined;
    },
    repair: (wanted) => repaired(spec, first, wanted),
  });
}
