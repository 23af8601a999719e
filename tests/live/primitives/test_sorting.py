"""Sorting: nan last, equals in order, several keys, any axis."""

from __future__ import annotations

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import gdbook as gd
from tests.live.node import check, flat, run


def test_every_order_of_five_is_sorted() -> None:
    """All arrangements of five values, nan and ties among them, are sorted as JAX sorts them."""
    rows = np.array([*itertools.permutations([1.0, np.nan, -np.inf, 1.0, -2.0])])
    module = gd.live.emit(lambda x: (jnp.sort(x), jnp.argsort(x)), rows[0])
    wanted = np.concatenate([jnp.sort(rows), jnp.argsort(rows)], axis=1)
    np.testing.assert_array_equal(run(module, rows), wanted)


@pytest.mark.parametrize("keys", [1, 2])
def test_several_operands_and_keys(keys: int) -> None:
    """The first keys decide, and all operands move together."""
    one = np.array([2, 1, 2, 1, 1], np.int32)
    two = np.array([0.5, np.nan, -1.0, 3.0, 2.0])
    rest = np.arange(5.0)
    check(lambda *x: lax.sort(x, num_keys=keys), one, two, rest)


def test_any_axis() -> None:
    """Columns are sorted on their own."""
    x = np.random.default_rng(0).normal(size=(4, 3))
    check(lambda x: (jnp.sort(x, axis=0), jnp.median(x[:3], axis=0)), x)


def test_values_keep_their_bits() -> None:
    """A sort moves numbers and changes none."""
    x = np.array([3.0, 0.1, -0.7])
    assert set(run(gd.live.emit(jnp.sort, x), flat(x))[0]) == set(x)


def test_gradients_of_sorts_choose_by_computed_places() -> None:
    """A sort's derivative needs the order that it found: refused, with the way out."""
    with pytest.raises(gd.live.EmitError, match="one-hot mask"):
        gd.live.emit(jax.grad(lambda x: jnp.sort(x)[0]), np.ones(3))
