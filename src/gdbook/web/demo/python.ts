// The cell that walks the same walk in Python: the reader's numbers in the page's own words.

import type { Runner, Scene, Spec, State } from "./spec";
import { settingOf } from "./walk";

/** Return Python that reproduces the paths of a state, from the first step to the present one. */
export function toPython(spec: Spec, state: State, scene: Scene): string {
  const lines = ["import jax", "import jax.numpy as jnp", "import gdbook as gd", ""];
  lines.push('jax.config.update("jax_enable_x64", True)', "");
  if (scene.python.source) lines.push("", scene.python.source, "", "");
  if (spec.points !== null) lines.push(...data(spec, state), "");
  lines.push(`start = jnp.array([${state.start.map(number).join(", ")}])`, "paths = {");
  for (const runner of spec.runners) {
    if (state.running.includes(runner.name)) lines.push(`    ${entry(spec, state, scene, runner)},`);
  }
  lines.push("}", "for name, path in paths.items():");
  lines.push(`    print(name, path.params[${state.step}], path.loss[${state.step}])`);
  return lines.join("\n") + "\n";
}

function entry(spec: Spec, state: State, scene: Scene, runner: Runner): string {
  const { rule, fixed, seed } = runner.python;
  const settings = runner.settings.map((name) => {
    const value = number(settingOf(state, runner, name));
    return `${name}=${name === "learning_rate" ? scheduled(runner, value) : value}`;
  });
  const others = named(fixed);
  const steps = Math.max(1, state.step);
  const words = [
    scene.python.name, "start", `${rule}(${[...settings, ...others].join(", ")})`,
    String(steps),
  ];
  if (spec.points !== null) words.push("data=data");
  if (runner.batch !== null) words.push(`batch_size=${runner.batch}`, `key=jax.random.key(${seed})`);
  return `${JSON.stringify(runner.name)}: gd.descend(${words.join(", ")})`;
}

function scheduled(runner: Runner, rate: string): string {
  const { schedule, shape } = runner.python;
  return schedule === undefined ? rate : `${schedule}(${[rate, ...named(shape ?? {})].join(", ")})`;
}

function named(numbers: Record<string, number>): string[] {
  return Object.entries(numbers).map(([name, value]) => `${name}=${number(value)}`);
}

function data(spec: Spec, state: State): string[] {
  const points = state.points ?? spec.points!.x.map((x, i) => [x, spec.points!.y[i]!] as const);
  const array = (values: number[]): string => `jnp.array([${values.map(number).join(", ")}])`;
  const lines = [`x = ${array(points.map(([x]) => x))}`, `y = ${array(points.map(([, y]) => y))}`];
  const here = spec.points!.room === null ? "" : ", jnp.ones(len(x))";
  return [...lines, `data = (x, y${here})`];
}

/** Write a number so that Python reads the very same double, and reads a double. */
export function number(value: number): string {
  const text = String(value);
  return /[.en]/.test(text) ? text : `${text}.0`;
}
