"""Lanes: what vmap computes, with the runs last, and one value for what is equal in all."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook import lanes

RUNS = 5
DRAW = np.random.default_rng(0)
FUNCTIONS = {
    "surfaces": lambda x: gd.surfaces.beale(x) + gd.surfaces.ackley(x),
    "gradient": jax.grad(gd.surfaces.rosenbrock),
    "matrices": lambda x: jnp.tanh(jnp.arange(6.0).reshape(3, 2) @ x)[::-1].sum() * x.T,
    "choices": lambda x: jnp.where(x[0] > 0, jnp.sort(x), jnp.concatenate([x[1:], jnp.ones(1)])),
    "loops": lambda x: jax.lax.fori_loop(0, 3, lambda i, y: 1.5 * y + i, x),
    "indices": lambda x: jnp.arange(7.0)[(10 * jnp.abs(x)).astype(int) % 7] + jnp.pad(x, 1)[1:3],
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_lanes_compute_what_vmap_does(function: Any) -> None:
    """Whether there is a rule for a primitive or not, each lane is that run's value."""
    x = jnp.asarray(DRAW.normal(size=(2, RUNS)))
    (found,) = lanes.evaluate(jax.make_jaxpr(function)(x[:, 0]), [(x, True)], RUNS)
    wanted = jax.vmap(function, in_axes=-1, out_axes=-1)(x)
    np.testing.assert_allclose(lanes.spread(found, RUNS), wanted, rtol=1e-12)


def test_what_is_equal_in_all_runs_stays_one_value() -> None:
    """An output that depends on no lane has none."""
    jaxpr = jax.make_jaxpr(lambda x, t: (x * t, t + 1))(jnp.ones(2), 1.0)
    many = [(jnp.ones((2, RUNS)), True), (jnp.asarray(2.0), False)]
    (product, has), (following, has_not) = lanes.evaluate(jaxpr, many, RUNS)
    assert (product.shape, has) == ((2, RUNS), True)
    assert (following.shape, has_not) == ((), False)
