"""The other way to walk: optax's own loop, one step at a time, to compare with."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

import gdbook as gd


class Problem(NamedTuple):
    """A loss, a start, and learning rates with which each rule neither stalls nor diverges."""

    name: str
    loss: Any
    start: Any
    slow: float
    fast: float


def _regression(params: Any) -> jax.Array:
    """Return the loss of a linear map from 3 numbers to 2, a pytree of a matrix and a vector."""
    dtype = params["W"].dtype
    inputs = jnp.asarray(np.random.default_rng(1).normal(size=(12, 3)), dtype)
    targets = jnp.asarray(np.random.default_rng(2).normal(size=(12, 2)), dtype)
    return jnp.mean((inputs @ params["W"] + params["b"] - targets) ** 2)


_MATRIX = np.random.default_rng(3).normal(size=(3, 2))

PROBLEMS = (
    Problem("quadratic", gd.surfaces.quadratic(20, 0.4), np.array([2.0, 1.0]), 0.01, 0.1),
    Problem("Rosenbrock", gd.surfaces.rosenbrock, np.array([-1.2, 1.0]), 2e-4, 0.05),
    Problem("regression", _regression, {"W": _MATRIX, "b": np.zeros(2)}, 0.05, 0.05),
)


def walk(loss: Any, start: Any, optimizer: Any, steps: int, dtype: Any = float) -> Any:
    """Return the places that a plain optax loop visits, stacked like a Path's parameters."""

    @jax.jit
    def step(params: Any, state: Any) -> Any:
        updates, state = optimizer.update(jax.grad(loss)(params), state, params)
        return optax.apply_updates(params, updates), state

    params = cast(np.asarray(start) if isinstance(start, tuple) else start, dtype)
    state = optimizer.init(params)
    places = [params]
    for _ in range(steps):
        params, state = step(params, state)
        places.append(params)
    return jax.tree.map(lambda *leaves: np.stack(leaves), *places)


def cast(tree: Any, dtype: Any = float) -> Any:
    """Return a pytree's leaves as JAX arrays of one dtype."""
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, dtype), tree)


def assert_same(got: Any, wanted: Any, rtol: float = 1e-12, atol: float = 1e-13) -> None:
    """Assert that two pytrees have one structure and leaves that agree."""
    assert jax.tree.structure(got) == jax.tree.structure(wanted)
    for mine, other in zip(jax.tree.leaves(got), jax.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(np.asarray(mine), np.asarray(other), rtol=rtol, atol=atol)


def answers_to(grads: Any, optimizer: Any) -> Any:
    """Return an optimizer's updates to gradients given in advance, from parameters of zero."""

    def step(carry: Any, grad: Any) -> Any:
        params, state = carry
        updates, state = optimizer.update(grad, state, params)
        return (optax.apply_updates(params, updates), state), updates

    params = jax.tree.map(lambda leaf: jnp.zeros_like(leaf[0]), grads)
    return jax.lax.scan(step, (params, optimizer.init(params)), grads)[1]
