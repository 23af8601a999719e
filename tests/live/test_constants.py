"""Constants: computed when the module is made, with JAX's own bits."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from tests.live.node import run


@pytest.mark.parametrize(
    "function",
    [
        lambda: jnp.arange(6.0).reshape(2, 3).T @ jnp.ones((2, 2)),
        lambda: jax.lax.pad(jnp.eye(2), 7.0, ((1, 0, 1), (-1, 2, 0))),
        lambda: jnp.asarray([2**31 - 1], jnp.int32) + jnp.asarray([1], jnp.int32),
        lambda: jnp.asarray([3], jnp.uint32) - jnp.asarray([5], jnp.uint32),
        lambda: jnp.tanh(jnp.linspace(-2, 2, 5)) > jnp.float32(0.1),
        lambda: ~jnp.asarray([True, False]) ^ True,
        lambda: jnp.asarray([0.1], jnp.float32).astype(float),
        lambda: jax.random.permutation(jax.random.key(1), 5),
        lambda: jnp.iinfo(jnp.int32).min + jax.lax.iota(jnp.int32, 2),
        lambda: jnp.stack([jnp.zeros(2), jnp.ones(2)], axis=1)[:, ::-1],
    ],
)
def test_constants_are_jax_s(function: Any) -> None:
    """A function of nothing gives JAX's very numbers."""
    wanted = np.asarray(function()).astype(float).ravel()
    np.testing.assert_array_equal(run(gd.live.emit(function), np.zeros(0))[0], wanted)


def test_integers_that_no_double_holds_are_refused() -> None:
    """A constant beyond 2^53 is not silently rounded."""
    with pytest.raises(gd.live.EmitError, match="9007199254740993 is an integer that a double"):
        gd.live.emit(lambda n: n + (2**53 + 1), np.int64(1))
