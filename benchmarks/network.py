"""A network of 100 000 parameters on mini-batches, and how a step grows with the parameters."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import optax

import gdbook as gd
from benchmarks.timing import median, ratios, rounds

LAYERS = (64, 256, 256, 64, 10)
EXAMPLES, BATCH, STEPS, RATE = 4096, 128, 200, 1e-3


def measure() -> dict[str, Any]:
    """Return the time of one step of Adam each way, and the ratio; PyTorch's too, if at hand."""
    times = rounds({"gd.descend": _descend(), "optax in lax.scan": _optax()}, 9)
    return {
        **_pytorch(),
        "parameters": sum(leaf.size for leaf in jax.tree.leaves(_start())),
        "batch": BATCH,
        "seconds": {name: median(times, name) / STEPS for name in times},
        "of optax": ratios(times, "gd.descend", "optax in lax.scan"),
    }


def _pytorch() -> dict[str, Any]:
    """Return the time of a step in PyTorch, or nothing where no Python with PyTorch is named."""
    python = os.environ.get("GDBOOK_TORCH_PYTHON")
    if not python:
        print("PyTorch is left out; GDBOOK_TORCH_PYTHON can name a Python that has it")
        return {}
    script = Path(__file__).parent / "pytorch_step.py"
    answer = subprocess.run([python, script, "--time"], capture_output=True, text=True, check=True)
    return {"PyTorch": json.loads(answer.stdout)}


def growth() -> dict[str, Any]:
    """Return how the time of one step of Adam on a quadratic grows with its parameters."""
    counts, steps = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000], 50
    found: dict[str, Any] = {"counts": counts, "gd.descend": [], "optax in lax.scan": []}
    for count in counts:
        start = jnp.ones(count)
        ways = {
            "gd.descend": lambda start=start: gd.descend(
                _quadratic, start, gd.optimizers.adam(RATE), steps, record="loss"
            ),
            "optax in lax.scan": _scan(_quadratic, start, lambda key: jnp.zeros((steps, 0)), None),
        }
        times = rounds(ways, 3)
        for name in times:
            found[name].append(median(times, name) / steps)
    return found


def _quadratic(params: jax.Array, *_: Any) -> jax.Array:
    return 0.5 * jnp.sum(params**2)


def _start() -> Any:
    pairs = list(itertools.pairwise(LAYERS))
    keys = jax.random.split(jax.random.key(0), len(pairs))
    return [
        (jax.random.normal(key, pair) / pair[0] ** 0.5, jnp.zeros(pair[1]))
        for key, pair in zip(keys, pairs, strict=True)
    ]


def _data() -> Any:
    inputs = jax.random.normal(jax.random.key(1), (EXAMPLES, LAYERS[0]))
    return inputs, jax.random.randint(jax.random.key(2), (EXAMPLES,), 0, LAYERS[-1])


def _loss(params: Any, batch: Any) -> jax.Array:
    hidden, labels = batch
    for weights, bias in params[:-1]:
        hidden = jax.nn.relu(hidden @ weights + bias)
    logits = jax.nn.log_softmax(hidden @ params[-1][0] + params[-1][1])
    return -jnp.mean(jnp.take_along_axis(logits, labels[:, None], axis=1))


def _descend() -> Callable[[], Any]:
    data, options = _data(), {"batch_size": BATCH, "key": jax.random.key(3), "record": "loss"}
    rule, start = gd.optimizers.adam(RATE), _start()
    return lambda: gd.descend(_loss, start, rule, STEPS, data=data, **options)


def _optax() -> Callable[[], Any]:
    """Return the same walk by optax: shuffled in each epoch, loss and length recorded."""
    per_epoch = EXAMPLES // BATCH

    def rows(key: jax.Array) -> jax.Array:
        keys = jax.random.split(key, -(-STEPS // per_epoch))
        orders = jax.vmap(lambda key: jax.random.permutation(key, EXAMPLES))(keys)
        return orders.reshape(-1, BATCH)[:STEPS]

    return _scan(_loss, _start(), rows, jax.random.key(3), _data())


def _scan(loss: Any, start: Any, rows: Any, key: Any, data: Any = ()) -> Callable[[], Any]:
    rule = optax.adam(RATE)

    @jax.jit
    def walk(params: Any, key: Any, data: Any) -> Any:
        def step(carry: Any, chosen: Any) -> Any:
            params, state = carry
            batch = jax.tree.map(lambda leaf: leaf[chosen], data)
            value, grads = jax.value_and_grad(loss)(params, batch)
            updates, state = rule.update(grads, state, params)
            return (optax.apply_updates(params, updates), state), (value, optax.global_norm(grads))

        return jax.lax.scan(step, (params, rule.init(params)), rows(key))

    return lambda: walk(start, key, data)
