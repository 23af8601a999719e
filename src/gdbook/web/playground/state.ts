// A playground's state: how it begins, what of it is valid, and how it travels in an address.

import { isNumber, numberOf, readLink, within, type Link } from "../demo/link";
import type { Spec, State } from "./spec";

export const SPEEDS: [number, string][] = [
  [5, "slow"], [30, "steady"], [120, "normal"], [600, "fast"], [2400, "very fast"],
];

export function initial(spec: Spec): State {
  const { data, layers, activation, init, optimizer, batch_size, seed } = spec.first;
  return {
    data, noise: spec.data[data]!.noise, layers, activation, init, optimizer,
    rate: spec.optimizers[optimizer]!.rate, batch: batch_size, seed, step: 0, speed: 120,
  };
}

/** Return a state in which all is in its range: what does not fit is left as it was. */
export function repaired(spec: Spec, old: State, wanted: Partial<State>): State {
  const found = { ...old };
  for (const [name, [low, high, whole]] of Object.entries(ranges(spec))) {
    const key = name as keyof State;
    const value: unknown = wanted[key];
    if (!isNumber(value)) continue;
    const inside = within(value, low, high);
    found[key] = whole ? Math.round(inside) : inside;
  }
  // Each set of points has a noise of its own at first, and each rule a learning rate.
  if (found.data !== old.data && wanted.noise === undefined) found.noise = spec.data[found.data]!.noise;
  if (found.optimizer !== old.optimizer && wanted.rate === undefined) {
    found.rate = spec.optimizers[found.optimizer]!.rate;
  }
  if (decides(found, old) && wanted.step === undefined) found.step = 0;
  return found;
}

/** Say whether two states are of different walks. */
export function decides(one: State, other: State): boolean {
  const keys = Object.keys(one) as (keyof State)[];
  return keys.some((key) => key !== "step" && key !== "speed" && one[key] !== other[key]);
}

function ranges(spec: Spec): Record<keyof State, [number, number, boolean]> {
  const place = (list: unknown[]): [number, number, boolean] => [0, list.length - 1, true];
  return {
    data: place(spec.data), noise: [spec.noise.low, spec.noise.high, false],
    layers: place(spec.layers), activation: place(spec.activations), init: place(spec.inits),
    optimizer: place(spec.optimizers), rate: [spec.rate.low, spec.rate.high, false],
    batch: place(spec.batches), seed: place(spec.seeds), step: [0, spec.steps, true],
    speed: [1, 2400, false],
  };
}

/** Write what differs from the beginning as the end of an address: "#demo-id;data=1;…". */
export function toHash(spec: Spec, state: State): string {
  const words = [`#demo-${spec.id}`];
  const first = initial(spec);
  for (const key of Object.keys(first) as (keyof State)[]) {
    const before = key === "noise" ? spec.data[state.data]!.noise
      : key === "rate" ? spec.optimizers[state.optimizer]!.rate : first[key];
    if (state[key] !== before) words.push(`${key}=${String(state[key])}`);
  }
  return words.join(";");
}

/** Read what toHash wrote: the beginning, and not sound, where it is nonsense; null if not ours. */
export function fromHash(spec: Spec, hash: string): Link<State> | null {
  const first = initial(spec);
  return readLink<State>(hash, {
    id: spec.id, first, longest: 1000,
    read: (key, text) => (Object.hasOwn(first, key) ? numberOf(text) : undefined),
    repair: (wanted) => repaired(spec, first, { ...wanted, step: wanted.step ?? 0 }),
  });
}
