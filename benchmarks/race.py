"""The race: many starts of Adam at once, against optax under vmap and against vectorised NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

import gdbook as gd
from benchmarks.timing import median, ratios, rounds

RATE = 1e-3
STARTS = 20_000
STEPS = 2_000
NUMPY_STEPS = 200


def measure() -> dict[str, Any]:
    """Return the time of one step of one run each way, and the ratios."""
    starts = _starts(STARTS)
    ours, compiled, numpy = "gd.race", "optax under vmap and scan", "vectorised NumPy"
    ways = {ours: _race(starts, STEPS), compiled: _optax(starts, STEPS)}
    times = rounds(ways | {numpy: lambda: _numpy(starts)}, 5)
    seconds = {name: median(times, name) / STARTS / STEPS for name in times}
    seconds[numpy] = median(times, numpy) / STARTS / NUMPY_STEPS
    return {
        "starts": STARTS,
        "steps": STEPS,
        "seconds": seconds,
        "of optax": ratios(times, ours, compiled),
        "faster than NumPy": ratios(times, numpy, ours, STEPS / NUMPY_STEPS),
    }


def growth() -> dict[str, Any]:
    """Return how the time of a race of 200 steps grows with its starts, in seconds."""
    counts = [10, 100, 1_000, 10_000, 50_000]
    found: dict[str, Any] = {"counts": counts, "gd.race": [], "optax under vmap and scan": []}
    for count in counts:
        starts = _starts(count)
        ways = {"gd.race": _race(starts, 200), "optax under vmap and scan": _optax(starts, 200)}
        times = rounds(ways, 3)
        for name in times:
            found[name].append(median(times, name))
    return found


def _starts(count: int) -> Any:
    return np.random.default_rng(0).uniform(-2, 2, (count, 2)).astype(np.float32)


def _race(starts: Any, steps: int) -> Callable[[], Any]:
    surface, rules = gd.surfaces.rosenbrock, {"adam": gd.optimizers.adam}
    return lambda: gd.race(surface, rules, [RATE], starts, steps)["adam"].final


def _optax(starts: Any, steps: int) -> Callable[[], Any]:
    surface, rule = gd.surfaces.rosenbrock, optax.adam(RATE)

    def one(start: jax.Array) -> jax.Array:
        def step(carry: Any, _: Any) -> Any:
            params, state = carry
            updates, state = rule.update(jax.grad(surface)(params), state, params)
            return (optax.apply_updates(params, updates), state), None

        (params, _), _ = jax.lax.scan(step, (start, rule.init(start)), None, length=steps)
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
