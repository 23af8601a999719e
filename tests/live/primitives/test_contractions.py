"""Contractions: every arrangement of batch, free and summed axes."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.live.node import check

draw = np.random.default_rng(0)
A, B = draw.normal(size=(2, 3, 4)), draw.normal(size=(2, 4, 3))


@pytest.mark.parametrize(
    "dimensions",
    [
        (((2,), (1,)), ((0,), (0,))),
        (((2,), (1,)), ((), ())),
        (((1,), (2,)), ((0,), (0,))),
        (((2, 1), (1, 2)), ((0,), (0,))),
        (((0, 2), (0, 1)), ((1,), (2,))),
        (((), ()), ((0, 1), (0, 2))),
        (((0, 1, 2), (0, 2, 1)), ((), ())),
    ],
    ids=str,
)
def test_dot_general(dimensions: Any) -> None:
    """Sums of products are JAX's, along any axes, with and without batches."""
    check(lambda a, b: lax.dot_general(a, b, dimensions), A, B, scale=10.0)


def test_products_of_integers_and_of_nothing() -> None:
    """Integer products wrap around; a sum of no products is 0; nan and infinity spread."""
    big = np.array([[2**20, 3], [-7, 2**30]], np.int32)
    check(lambda a: a @ a, big)
    check(lambda a, b: a @ b, np.zeros((2, 0)), np.zeros((0, 3)))
    wild = np.array([[np.inf, 0.0], [np.nan, 1.0]])
    check(lambda a: a @ jnp.eye(2), wild)


def test_zeros_are_not_skipped() -> None:
    """A product with 0 is computed, for infinity times 0 is nan."""
    module = check(lambda a: a @ jnp.asarray([0.0, 1.0]), np.array([np.inf, 2.0]))
    assert "0 * " in module
