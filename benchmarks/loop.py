"""The loop: ``gd.descend`` against the same walk by optax, compiled whole and step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax

import gdbook as gd
from benchmarks.timing import medians

RATE = 1e-3
COMPILED_STEPS = 100_000
PYTHON_STEPS = 1_000


def measure() -> dict[str, float]:
    """Return the time of one step of Adam on Rosenbrock's function each way, in seconds."""
    compiled = medians({"gd.descend": _descend(), "optax in lax.scan": _optax_scan()})
    python = medians({"Python loop over a jitted optax step": _optax_loop()})
    return {name: t / COMPILED_STEPS for name, t in compiled.items()} | {
        name: t / PYTHON_STEPS for name, t in python.items()
    }


def _descend() -> Callable[[], Any]:
    surface = gd.surfaces.rosenbrock
    return lambda: gd.descend(surface, surface.start, gd.optimizers.adam(RATE), COMPILED_STEPS)


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


def _optax_scan() -> Callable[[], Any]:
    carry, step = _optax_step()
    return jax.jit(lambda: jax.lax.scan(step, carry, None, length=COMPILED_STEPS))


def _optax_loop() -> Callable[[], Any]:
    start, step = _optax_step()
    jitted = jax.jit(step)

    def loop() -> Any:
        carry = start
        for _ in range(PYTHON_STEPS):
            carry, record = jitted(carry, None)
        return carry, record

    return loop
