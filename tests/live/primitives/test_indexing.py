"""Indexing: constant indices of all kinds, in and out of bounds."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import gdbook as gd
from tests.live.node import check

X = np.arange(12.0).reshape(3, 4) + 0.5
INDEXED = {
    "gather": lambda x: x[np.array([2, 0, 2])],
    "gather both": lambda x: x[np.array([2, 0]), np.array([1, 3])],
    "gather windows": lambda x: x[:, np.array([[1, 1], [0, 3]])],
    "clip": lambda x: x.at[np.array([5, -7])].get(mode="clip"),
    "fill": lambda x: x.at[np.array([5, 1])].get(mode="fill"),
    "fill with": lambda x: x.at[np.array([5, 1])].get(mode="fill", fill_value=7.0),
    "fill integers": lambda x: x.astype(np.int32).at[np.array([5])].get(mode="fill"),
    "dynamic slice": lambda x: lax.dynamic_slice(x, (1, 2), (2, 2)),
    "dynamic slice beyond": lambda x: lax.dynamic_slice(x, (9, -9), (2, 2)),
    "dynamic update": lambda x: lax.dynamic_update_slice(x, -x[:2, :2], (1, 1)),
    "set": lambda x: x.at[np.array([0, 2]), 1].set(x[1, :2]),
    "set beyond": lambda x: x.at[np.array([0, 9])].set(-1.0),
    "add twice": lambda x: x.at[np.array([1, 1, 0])].add(x),
    "subtract": lambda x: x.at[1:, 2].add(-x[0, 0]),
    "multiply": lambda x: x.at[np.array([0, 0])].multiply(x[1:]),
    "max": lambda x: x.at[np.array([2, 0])].max(x[1:] * 0.3),
    "min": lambda x: x.at[np.array([2, 0])].min(x[1:]),
    "integers": lambda x: x.astype(np.int32).at[0].add(2),
    "gradient": jax.grad(lambda x: jnp.sum(x[np.array([0, 0, 2])] ** 2)),
}


@pytest.mark.parametrize("name", INDEXED)
def test_constant_indices(name: str) -> None:
    """Reading, writing and adding at constant places is JAX's."""
    function: Any = INDEXED[name]
    check(function, jnp.asarray(X))


@pytest.mark.parametrize(
    "function",
    [
        lambda x, i: x[i],
        lambda x, i: lax.dynamic_slice(x, (i, np.int32(0)), (1, 2)),
        lambda x, i: x.at[i].set(0.0),
        lambda x, i: x.at[i].add(1.0),
        lambda x, i: lax.dynamic_update_slice(x, x[:1], (i, np.int32(0))),
    ],
)
def test_computed_indices_are_refused(function: Any) -> None:
    """An index that depends on an input is refused, and the way out is named."""
    with pytest.raises(gd.live.EmitError, match=r"choose with jnp\.where on a one-hot mask"):
        gd.live.emit(function, X, np.int32(1))
