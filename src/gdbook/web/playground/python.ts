// The cell that trains the same network in Python: the reader's choices in the page's own words.

import { number } from "../demo/python";
import { sizesOf, type Spec, type State } from "./spec";

/** Return Python that reproduces the walk of a state, from the first step to the present one. */
export function toPython(spec: Spec, state: State): string {
  const { name, source } = spec.data[state.data]!.python;
  const { rule, fixed } = spec.optimizers[state.optimizer]!.python;
  const settings = { learning_rate: state.rate, ...fixed };
  const words = Object.entries(settings).map(([key, value]) => `${key}=${number(value)}`);
  const sizes = sizesOf(spec, state).join(", ");
  const [activation, init] = [spec.activations[state.activation]!, spec.inits[state.init]!];
  const size = spec.batches[state.batch] ?? null;
  const drawn = size === null ? []
    : [`    batch_size=${size}, key=jax.random.key(${spec.keys.order}),`];
  return [
    "import jax", "import jax.numpy as jnp", "import gdbook as gd", "",
    'jax.config.update("jax_enable_x64", True)', "", "", source, "", "",
    `inputs, classes = ${name}(jax.random.key(${spec.keys.data}), ${number(state.noise)})`,
    `order = jax.random.permutation(jax.random.key(${spec.keys.split}), len(classes))`,
    "targets = classes[:, None].astype(float)",
    "train, held_out = ((inputs[half], targets[half]) for half in jnp.split(order, 2))", "",
    `model = gd.models.mlp([${sizes}], ${JSON.stringify(activation)}, ${JSON.stringify(init)})`,
    "loss = gd.models.objective(model, gd.models.binary_cross_entropy)",
    `start = model.init(jax.random.key(${spec.seeds[state.seed]!}))`,
    `rule = ${rule}(${words.join(", ")})`,
    "path = gd.descend(", `    loss, start, rule, ${Math.max(1, state.step)}, data=train,`, ...drawn,
    ")", `params = jax.tree.map(lambda leaf: leaf[${state.step}], path.params)`,
    "print(loss(params, train), loss(params, held_out))",
  ].join("\n") + "\n";
}
