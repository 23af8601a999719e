// The cell that trains the same network in Python: the reader's rates in the page's own words.

import { number } from "../demo/python";
import type { Spec, State } from "./spec";

/** Return Python that walks from the first step to the present one, and finds the sharpness. */
export function toPython(spec: Spec, { plan, step }: State): string {
  const { name, source, activation, init, seed } = spec.python;
  const until = Math.max(1, step);
  const [names, sizes] = [[activation, init].map((word) => JSON.stringify(word)), spec.sizes];
  const followed = plan.filter(([begin]) => begin < until);
  const rates = followed.map(([, rate]) => number(rate));
  const begins = followed.slice(1).map(([begin]) => begin);
  const rule = rates.length === 1 ? [`rule = gd.optimizers.gradient_descent(${rates[0]})`] : [
    `rates = [gd.schedules.constant(rate) for rate in (${rates.join(", ")})]`,
    `rule = gd.optimizers.gradient_descent(gd.schedules.join(rates, [${begins.join(", ")}]))`,
  ];
  return [
    "import jax", "import jax.numpy as jnp", "import gdbook as gd", "",
    'jax.config.update("jax_enable_x64", True)', "", "", source, "", "",
    `data = ${name}()`,
    `model = gd.models.mlp([${sizes.join(", ")}], ${names.join(", ")})`,
    "fit = gd.models.objective(model, gd.models.mean_squared_error)", "", "",
    "def loss(params):", "    return fit(params, data)", "", "",
    ...rule,
    `path = gd.descend(loss, model.init(jax.random.key(${seed})), rule, ${until})`,
    `params = jax.tree.map(lambda leaf: leaf[${step}], path.params)`,
    `print(path.loss[${step}], gd.analysis.sharpness(loss, params))`,
  ].join("\n") + "\n";
}
