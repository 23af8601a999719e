// A demo's state: how it begins, what of it is valid, and how it travels in an address.

import { wordsOf, type Link } from "./link";
import type { Pair, Spec, Stage, State } from "./spec";

/** Says whether a formula can be walked on; only a sandbox has any. */
export type Legible = (text: string) => boolean;

const NONE: Legible = () => false;

function isStage(view: unknown): view is Stage {
  return view === "surface" || view === "map";
}

export function initial(spec: Spec, scene = 0): State {
  const place = spec.scenes[scene] ?? spec.scenes[0]!;
  const rates: Record<string, number> = {};
  for (const runner of spec.runners) {
    if (runner.learning_rate !== null) rates[runner.name] = runner.learning_rate;
  }
  return {
    scene: spec.scenes.indexOf(place),
    start: [...place.start],
    step: 0,
    running: [...spec.running],
    settings: Object.fromEntries(spec.sliders.map((slider) => [slider.name, slider.value])),
    rates,
    view: spec.views.find(isStage) ?? "map",
    speed: spec.speed,
    camera: [...spec.camera],
    points: spec.points?.room ? pairs(spec.points.x, spec.points.y) : null,
    ...(spec.basins ? { basins: true } : {}),
    ...own(spec),
  };
}

function own({ sandbox, scenes }: Spec): Pick<State, "expression" | "domain"> {
  const [example] = sandbox ?? [];
  return example ? { expression: example.expression, domain: copied(scenes[0]!.domain) } : {};
}

function copied([x, y]: [Pair, Pair]): [Pair, Pair] {
  return [[...x], [...y]];
}

function pairs(x: number[], y: number[]): Pair[] {
  return x.map((value, i) => [value, y[i] ?? 0]);
}

/** Return a state in which everything is in its range: what does not fit is left as it was. */
export function repaired(
  spec: Spec, old: State, wanted: Partial<State>, legible = NONE,
): State {
  const changed = wanted.scene !== undefined && wanted.scene !== old.scene;
  const scene = integer(wanted.scene, 0, spec.scenes.length - 1) ?? old.scene;
  const base = changed ? { ...old, start: initial(spec, scene).start, step: 0 } : old;
  const names = spec.runners.map((runner) => runner.name);
  const running = names.filter((name) => (wanted.running ?? base.running).includes(name));
  return {
    scene,
    start: pair(wanted.start) ?? base.start,
    step: integer(wanted.step, 0, spec.steps) ?? base.step,
    running: running.length > 0 ? running : base.running,
    settings: numbers(spec.sliders, base.settings, wanted.settings),
    rates: rates(spec, base.rates, wanted.rates),
    view: isStage(wanted.view) && spec.views.includes(wanted.view) ? wanted.view : base.view,
    speed: between(wanted.speed, 0.5, 240) ?? base.speed,
    camera: camera(wanted.camera) ?? base.camera,
    points: points(spec, wanted.points) ?? base.points,
    ...(spec.basins ? { basins: truth(wanted.basins) ?? base.basins! } : {}),
    ...sandbox(spec, base, wanted, legible),
  };
}

function sandbox(
  spec: Spec, base: State, wanted: Partial<State>, legible: Legible,
): Pick<State, "expression" | "domain"> {
  if (!spec.sandbox) return {};
  const { expression } = wanted;
  const fits = typeof expression === "string" && (expression === base.expression || legible(expression));
  return {
    expression: fits ? expression : base.expression!,
    domain: domain(wanted.domain) ?? base.domain!,
  };
}

const FARTHEST = 1e6;
const NARROWEST = 1e-6;

/** Return a window if it is one, neither too wide nor too narrow to be drawn. */
export function domain(value: unknown): [Pair, Pair] | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const found = value.map(pair);
  const fits = found.every((range) =>
    range !== undefined && range[1] - range[0] >= NARROWEST && range.every((end) => Math.abs(end) <= FARTHEST));
  return fits ? (found as [Pair, Pair]) : undefined;
}

function rates(
  spec: Spec, old: Record<string, number>, wanted: Record<string, number> | undefined,
): Record<string, number> {
  const slider = spec.sliders.find(({ name }) => name === "learning_rate")!;
  const own = Object.keys(old).map((name) => ({ ...slider, name }));
  return numbers(own, old, wanted);
}

function numbers(
  sliders: { name: string; low: number; high: number }[],
  old: Record<string, number>,
  wanted: Record<string, number> | undefined,
): Record<string, number> {
  const found = { ...old };
  for (const { name, low, high } of sliders) {
    const value = between(wanted?.[name], low, high);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function between(value: unknown, low: number, high: number): number | undefined {
  if (typeof value !== "number" || Number.isNaN(value)) return undefined;
  return Math.min(high, Math.max(low, value));
}

function truth(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

function integer(value: unknown, low: number, high: number): number | undefined {
  const found = between(value, low, high);
  return found === undefined ? undefined : Math.round(found);
}

function pair(value: unknown): Pair | undefined {
  const fits = Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);
  return fits ? [value[0] as number, value[1] as number] : undefined;
}

function camera(value: unknown): [number, number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 3 || !value.every(Number.isFinite)) return undefined;
  const [azimuth, elevation, zoom] = value as [number, number, number];
  return [azimuth, Math.min(89, Math.max(2, elevation)), Math.min(4, Math.max(0.4, zoom))];
}

function points(spec: Spec, value: unknown): Pair[] | undefined {
  const room = spec.points?.room ?? 0;
  if (!Array.isArray(value) || value.length < 2 || value.length > room) return undefined;
  const found = value.map(pair);
  return found.every((entry) => entry !== undefined) ? (found as Pair[]) : undefined;
}

/** Write what differs from the beginning as the end of an address: "#demo-id;step=14;…". */
export function toHash(spec: Spec, state: State): string {
  const first = initial(spec, state.scene);
  const words = [`#demo-${spec.id}`];
  const say = (name: string, value: string, before: string): void => {
    if (value !== before) words.push(`${name}=${value}`);
  };
  say("scene", String(state.scene), "0");
  say("f", encodeURIComponent(state.expression ?? ""), encodeURIComponent(first.expression ?? ""));
  const window = (of: State): string => (of.domain ?? []).flat().map(brief).join(",");
  say("window", window(state), window(first));
  say("start", state.start.map(brief).join(","), first.start.map(brief).join(","));
  for (const [name, value] of Object.entries(state.settings)) {
    say(encodeURIComponent(name), brief(value), brief(first.settings[name] ?? NaN));
  }
  for (const [name, value] of Object.entries(state.rates)) {
    say(`rate.${encodeURIComponent(name)}`, brief(value), brief(first.rates[name] ?? NaN));
  }
  const names = (of: string[]): string => of.map(encodeURIComponent).join(",");
  say("running", names(state.running), names(first.running));
  const flat = (of: Pair[] | null): string => (of ?? []).flat().map(brief).join(",");
  say("points", flat(state.points), flat(first.points));
  say("view", state.view, first.view);
  say("basins", shown(state), shown(first));
  say("camera", state.camera.map(brief).join(","), first.camera.map(brief).join(","));
  say("speed", brief(state.speed), brief(first.speed));
  say("step", String(state.step), "0");
  return words.join(";");
}

function shown({ basins }: State): string {
  return basins === false ? "off" : "on";
}

/** Read what toHash wrote: the beginning, and not sound, where it is nonsense; null if not ours. */
export function fromHash(spec: Spec, hash: string, legible = NONE): Link<State> | null {
  const words = wordsOf(spec.id, hash);
  if (words === null) return null;
  const wanted: Partial<State> = { settings: {}, rates: {} };
  for (const [key, text] of words) read(wanted, decode(key), text);
  const first = repaired(spec, initial(spec), { scene: wanted.scene ?? 0 });
  const state = repaired(spec, first, wanted, legible);
  const sound = kept(wanted, state);
  return { state: sound ? state : initial(spec), sound };
}

/** Say whether all that was asked for came true: else the link is damaged or made up. */
function kept(wanted: Partial<State>, state: State): boolean {
  const { settings, rates, running, ...others } = wanted;
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const all = (asked: object | undefined, got: object): boolean =>
    Object.entries(asked ?? {}).every(([name, value]) => same(value, got[name as keyof object]));
  const runs = running === undefined || same([...running].sort(), [...state.running].sort());
  return runs && all(settings, state.settings) && all(rates, state.rates) && all(others, state);
}

function read(wanted: Partial<State>, name: string, text: string): void {
  const list = text.split(",");
  const values = list.map(Number);
  if (name === "start") wanted.start = values as Pair;
  else if (name === "running") wanted.running = list.map(decode);
  else if (name === "view") wanted.view = text as Stage;
  else if (name === "basins") wanted.basins = text === "off" ? false : text === "on" || undefined;
  else if (name === "camera") wanted.camera = values as [number, number, number];
  else if (name === "points") wanted.points = inPairs(values);
  else if (name === "f") wanted.expression = decode(text);
  else if (name === "window") wanted.domain = inPairs(values) as [Pair, Pair];
  else if (name === "scene" || name === "step" || name === "speed") wanted[name] = Number(text);
  else if (name.startsWith("rate.")) wanted.rates![name.slice(5)] = Number(text);
  else wanted.settings![name] = Number(text);
}

function inPairs(values: number[]): Pair[] {
  const found: Pair[] = [];
  for (let i = 0; i + 1 < values.length; i += 2) found.push([values[i]!, values[i + 1]!]);
  return found;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return ""; // an address that was cut in the middle of a letter
  }
}

/** Write a number exactly, so that a link gives the very same walk. */
function brief(value: number): string {
  return String(value);
}
