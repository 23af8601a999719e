"""The other way to walk: optax's own loop, one step at a time, to compare with."""

from __future__ import annotations

import inspect
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


def _network(params: Any) -> jax.Array:
    """Return the loss, on exclusive or, of a network: 2 inputs and a 1, 3 tanh units, 1 output."""
    dtype = params["W"].dtype
    inputs = jnp.asarray([[-1, -1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, 1]], dtype)
    outputs = jnp.tanh(inputs @ params["W"]) @ params["V"]
    return jnp.mean((outputs - jnp.prod(inputs, axis=1)) ** 2)


_NETWORK = {
    "W": np.random.default_rng(4).normal(size=(3, 3)),
    "V": np.random.default_rng(5).normal(size=3),
}
_MATRIX = np.random.default_rng(3).normal(size=(3, 2))

PROBLEMS = (
    Problem("quadratic", gd.surfaces.quadratic(20, 0.4), np.array([2.0, 1.0]), 0.01, 0.1),
    Problem("Rosenbrock", gd.surfaces.rosenbrock, np.array([-1.2, 1.0]), 2e-4, 0.05),
    Problem("network", _network, _NETWORK, 0.05, 0.05),
    Problem("regression", _regression, {"W": _MATRIX, "b": np.zeros(2)}, 0.05, 0.05),
)


def lessard(theta: jax.Array) -> jax.Array:
    """Return the loss with slope 25x below 1, x + 24 up to 2, and 25x - 24 above: µ = 1, L = 25.

    L. Lessard, B. Recht and A. Packard, SIAM Journal on Optimization 26(1), 2016.
    """
    middle, right = 0.5 * theta**2 + 24 * theta - 12, 12.5 * theta**2 - 24 * theta + 36
    return jnp.where(theta < 1, 12.5 * theta**2, jnp.where(theta < 2, middle, right))


def walk(loss: Any, start: Any, optimizer: Any, steps: int, dtype: Any = float) -> Any:
    """Return the places that a plain optax loop visits, stacked like a Path's parameters."""

    @jax.jit
    def step(params: Any, state: Any) -> Any:
        updates, state = answer(loss, optimizer, jax.grad(loss)(params), params, state)
        return optax.apply_updates(params, updates), state

    params = cast(np.asarray(start) if isinstance(start, tuple) else start, dtype)
    state = optimizer.init(params)
    places = [params]
    for _ in range(steps):
        params, state = step(params, state)
        places.append(params)
    return jax.tree.map(lambda *leaves: np.stack(leaves), *places)


def replies(optimizer: Any) -> Any:
    """Return an optimizer's updates to 200 drawn gradients, of sizes from 1e-6 to 1e6.

    Given are gradients, not a loss: paths can be chaotic near a minimum, where two correct
    programs part by their rounding alone.
    """
    draw = np.random.default_rng(5)
    sizes = 10.0 ** draw.uniform(-6, 6, (200, 1, 1))
    grads = {"W": draw.normal(size=(200, 3, 2)) * sizes, "b": draw.normal(size=200)}
    params = {"W": jnp.asarray(_MATRIX), "b": jnp.asarray(0.5)}

    def step(state: Any, grads: Any) -> Any:
        return optimizer.update(grads, state, params)[::-1]

    return jax.lax.scan(step, optimizer.init(params), grads)[1]


def answer(loss: Any, optimizer: Any, grads: Any, params: Any, state: Any) -> Any:
    """Return an optimizer's updates and next state; hand it what else it asks for by name."""
    offered = {"value": loss(params), "grad": grads, "value_fn": loss}
    takes = inspect.signature(optimizer.update).parameters
    wanted = {name: offered[name] for name in offered if name in takes or "extra_args" in takes}
    return optimizer.update(grads, state, params, **wanted)


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
