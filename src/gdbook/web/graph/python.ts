// The cell that computes the same in Python: the reader's numbers in the page's own words.

import { number } from "../demo/python";
import type { Spec, State } from "./spec";

/** Return Python that prints the loss, its slopes and the program, and takes the step. */
export function toPython(spec: Spec, state: State): string {
  const { name, source, rule } = spec.python;
  const listed = (keep: (k: number) => boolean): string => spec.inputs
    .map((input, k) => [k, `"${input.name}": ${number(state.inputs[k]!)}`] as const)
    .filter(([k]) => keep(k)).map(([, text]) => text).join(", ");
  const learned = (k: number): boolean => spec.learned.includes(k);
  return [
    "import jax", "import jax.numpy as jnp", "import gdbook as gd", "",
    'jax.config.update("jax_enable_x64", True)', "", "", source, "", "",
    `weights = {${listed(learned)}}`, `given = {${listed((k) => !learned(k))}}`, "", "",
    "def loss(weights):", `    return ${name}(**given, **weights)`, "", "",
    `print(jax.make_jaxpr(lambda inputs: ${name}(**inputs))({**given, **weights}))`,
    "value, slopes = jax.value_and_grad(loss)(weights)", "print(value, slopes)",
    `path = gd.descend(loss, weights, ${rule}(${number(state.rate)}), 1)`, "print(path.last)",
  ].join("\n") + "\n";
}
