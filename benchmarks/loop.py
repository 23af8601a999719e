"""The loop: ``gd.descend`` against the same walk by optax, compiled whole and step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax

import gdbook as gd
from benchmarks.timing import median, ratios, rounds

RATE = 1e-3
COMPILED_STEPS = 100_000
PYTHON_STEPS = 1_000


def measure() -> dict[str, Any]:
    """Return the time of one step of Adam on Rosenbrock's function each way, and the ratios."""
    scan, python = "optax in lax.scan", "Python loop over a jitted optax step"
    times = rounds({"gd.descend": _descend(), scan: _optax_scan(), python: _optax_loop()}, 15)
    seconds = {name: median(times, name) / COMPILED_STEPS for name in times}
    seconds[python] = median(times, python) / PYTHON_STEPS
    return {
        "steps": COMPILED_STEPS,
        "seconds": seconds,
        "of optax": ratios(times, "gd.descend", scan),
        "faster than Python": ratios(times, python, "gd.descend", COMPILED_STEPS / PYTHON_STEPS),
    }


def growth() -> dict[str, Any]:
    """Return how the time of a walk grows with its steps, in seconds."""
    counts = [10, 100, 1_000, 10_000, 100_000]
    found: dict[str, Any] = {"counts": counts, "gd.descend": [], "optax in lax.scan": []}
    for count in counts:
        times = rounds({"gd.descend": _descend(count), "optax in lax.scan": _optax_scan(count)}, 5)
        for name in times:
            found[name].append(median(times, name))
    return found


def _descend(steps: int = COMPILED_STEPS) -> Callable[[], Any]:
    surface = gd.surfaces.rosenbrock
    start = jnp.asarray(surface.start)
    return lambda: gd.descend(surface, start, gd.optimizers.adam(RATE), steps)


def _optax_step() -> tuple[Any, Callable[..., Any]]:
    surface, rule = gd.surfaces.rosenbrock, optax.adam(RATE)
    start = jnp.asarray(surface.start)

    def step(carry: Any, _: Any) -> Any:
        params, state = carry
        loss, grads = jax.value_and_grad(surface)(params)
        updates, state = rule.update(grads, state, params)
        record = params, loss, optax.global_norm(grads)
        return (optax.apply_updates(params, updates), state), record

    return (start, rule.init(start)), step


def _optax_scan(steps: int = COMPILED_STEPS) -> Callable[[], Any]:
    carry, step = _optax_step()
    return jax.jit(lambda: jax.lax.scan(step, carry, None, length=steps))


def _optax_loop() -> Callable[[], Any]:
    start, step = _optax_step()
    jitted = jax.jit(step)

    def loop() -> Any:
        carry = start
        for _ in range(PYTHON_STEPS):
            carry, record = jitted(carry, None)
        return carry, record

    return loop
