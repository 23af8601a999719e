"""Entries: what a program computes on small arrays, and nothing but arithmetic left of it."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook import entries

X = jnp.asarray(np.random.default_rng(0).normal(size=3))
MOVES = frozenset(entries.MOVES)
FUNCTIONS = {
    "gradient": jax.grad(lambda x: gd.surfaces.rosenbrock(x[:2]) * x[2]),
    "moves": lambda x: jax.lax.pad(x[::-1].reshape(1, 3).T, x[0], [(2, -1, 0), (0, 1, 0)]),
    "strides": lambda x: jax.lax.pad(x, x[1], [(1, 0, 2)])[1:8:3],
    "folds": lambda x: jnp.outer(x, x + 1).sum(0) * x.max() - x.min() * jnp.prod(x),
    "truths": lambda x: jnp.where((x > 0).any() & ~(x > 9).all(), jnp.tanh(x), 1.0),
    "matrices": lambda x: jnp.arange(6.0).reshape(2, 3) @ x,
    "loops": lambda x: jax.lax.fori_loop(0, 3, lambda i, y: 1.5 * y + i, x),
    "whole": lambda x: x,
}


def by_entries(function: Any) -> Any:
    """Return the jaxpr of a function evaluated on entries."""
    closed = jax.make_jaxpr(function)(X)
    assert entries.are_small(closed)
    return jax.make_jaxpr(
        lambda x: entries.together(*entries.evaluate(closed, [entries.apart(x)]))
    )(X)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_entries_compute_what_the_arrays_do(function: Any) -> None:
    """Whether there is a rule for a primitive or not, the values are the same."""
    (found,) = jax.core.eval_jaxpr(by_entries(function).jaxpr, by_entries(function).consts, X)
    np.testing.assert_allclose(found, function(X), rtol=1e-12)


def test_between_the_entries_only_arithmetic_is_left() -> None:
    """Once the arrays are taken apart, a gradient neither slices, pads nor stacks."""
    closed = jax.make_jaxpr(FUNCTIONS["gradient"])(X)

    def evaluated(*scalars: Any) -> Any:
        return list(entries.evaluate(closed, [entries.array(list(scalars), (3,))])[0])

    names = {eqn.primitive.name for eqn in jax.make_jaxpr(evaluated)(*X).jaxpr.eqns}
    assert not names & MOVES
    assert "mul" in names


def test_large_arrays_are_not_taken_apart() -> None:
    """Whatever holds a large array, be it inside a called function, stays as it is."""
    large = jax.jit(lambda x: jnp.sum(jnp.zeros(entries.LARGEST + 1) + x[0]))
    assert not entries.are_small(jax.make_jaxpr(large)(X))
