"""The race: many starts of Adam at once, against optax under vmap and against vectorised NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

import gdbook as gd
from benchmarks.timing import medians

RATE = 1e-3
STARTS = 20_000
STEPS = 2_000
NUMPY_STEPS = 50


def measure() -> dict[str, float]:
    """Return the time of one step of one run each way, in seconds."""
    surface = gd.surfaces.rosenbrock
    starts = np.random.default_rng(0).uniform(-2, 2, (STARTS, 2)).astype(np.float32)
    rules = {"adam": gd.optimizers.adam}
    ways = {
        "gd.race": lambda: gd.race(surface, rules, [RATE], starts, STEPS)["adam"].final,
        "optax under vmap and scan": _optax(starts),
    }
    times = {name: t / STARTS / STEPS for name, t in medians(ways, repeats=3).items()}
    slow = medians({"vectorised NumPy": lambda: _numpy(starts)}, repeats=3)
    return times | {name: t / STARTS / NUMPY_STEPS for name, t in slow.items()}


def _optax(starts: Any) -> Callable[[], Any]:
    surface, rule = gd.surfaces.rosenbrock, optax.adam(RATE)

    def one(start: jax.Array) -> jax.Array:
        def step(carry: Any, _: Any) -> Any:
            params, state = carry
            updates, state = rule.update(jax.grad(surface)(params), state, params)
            return (optax.apply_updates(params, updates), state), None

        (params, _), _ = jax.lax.scan(step, (start, rule.init(start)), None, length=STEPS)
        return surface(params)

    run = jax.jit(jax.vmap(one))
    return lambda: run(jnp.asarray(starts))


def _numpy(starts: Any) -> Any:
    x, y = starts.T.copy()
    θ = np.stack([x, y])
    m, v = np.zeros_like(θ), np.zeros_like(θ)
    for t in range(1, NUMPY_STEPS + 1):
        x, y = θ
        g = np.stack([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        θ = θ - RATE * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return θ
