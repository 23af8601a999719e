"""Reductions: sums, products, extremes and their places, along any axes, with nan and ties."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.live.node import check

X = np.array([[3.0, -1.0, 3.0, 0.5], [-2.0, -2.0, 4.0, 4.0], [1e-3, 7.0, -7.0, 2.0]])
NAN = np.array([[1.0, np.nan, 5.0, np.nan], [np.inf, -np.inf, 2.0, 0.0], [0.0, -0.0, 1.0, 1.0]])
arrays = pytest.mark.parametrize("x", [X, NAN, X.astype(np.int32)], ids=["x", "nan", "int"])
axes = pytest.mark.parametrize("axis", [None, 0, 1])


@arrays
@axes
@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "mean"])
def test_reductions(name: str, axis: Any, x: np.ndarray) -> None:
    """Reductions along each axis and along both."""
    check(lambda x: getattr(jnp, name)(x, axis=axis), x, scale=20.0 if name != "prod" else 0.0)


@axes
def test_all_and_any(axis: Any) -> None:
    """Booleans, and the bits of integers."""
    check(lambda x: (jnp.all(x > -2, axis=axis), jnp.any(x > 4, axis=axis)), X)
    bits = np.array([[12, 10, 8], [7, 5, 255]], np.int32)
    for reduce in (lax.reduce_and, lax.reduce_or, lax.reduce_xor):
        check(lambda x, reduce=reduce: reduce(x, (1,)), bits)


@arrays
@pytest.mark.parametrize("axis", [0, 1])
def test_places_of_extremes(axis: int, x: np.ndarray) -> None:
    """The first of equals, the first nan if there is one."""
    check(lambda x: (jnp.argmax(x, axis=axis), jnp.argmin(x, axis=axis)), x)


@arrays
@pytest.mark.parametrize("reverse", [False, True])
def test_cumulative(reverse: bool, x: np.ndarray) -> None:
    """Running sums, products and extremes, forwards and backwards."""
    functions = (lax.cumsum, lax.cumprod, lax.cummax, lax.cummin)
    check(lambda x: [f(x, axis=1, reverse=reverse) for f in functions], x, scale=20.0)


def test_reductions_of_nothing() -> None:
    """An empty sum is 0, an empty product 1, an empty maximum -inf."""
    empty = np.zeros((2, 0))
    check(lambda x: (x.sum(1), x.prod(1), x.max(1, initial=-np.inf), (x > 0).all(1)), empty)
