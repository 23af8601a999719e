"""An evolution strategy: its estimate is the gradient on average, and exact in closed forms."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.optimizers import evolution_strategy

pytestmark = pytest.mark.usefixtures("compile_quickly")


def estimate(loss: Any, params: Any, **settings: Any) -> np.ndarray:
    """Return the slope that the rule's first step follows."""
    rule, params = evolution_strategy(1.0, **settings), jnp.asarray(params)
    return -np.asarray(rule.update(params, rule.init(params), params, value_fn=loss)[0])


def test_the_estimate_of_a_quadratic_is_its_gradient() -> None:
    """With many pairs the estimate is the gradient, however wide σ: a parabola's evens cancel."""
    place = np.array([2.0, -1.0])
    for σ in (0.01, 3.0):
        got = estimate(gd.surfaces.quadratic(10), place, scale=σ, pairs=40_000)
        np.testing.assert_allclose(got, place * [1, 10], rtol=0.15)


def test_the_estimate_is_the_sum_written_out() -> None:
    """ĝ is Σ (L(θ + σξ) - L(θ - σξ)) ξ / 2nσ: on a slope, (Σ ξ ξᵀ / n) g, whatever σ."""
    g = jnp.array([1.0, -3.0, 0.5])
    one, other = (
        estimate(lambda w: g @ w, [0.0, 0.0, 0.0], scale=σ, pairs=7, key=4) for σ in (0.1, 2.0)
    )
    np.testing.assert_allclose(one, other, rtol=1e-10)
    now = jax.random.split(jax.random.key(4))[1]
    ξ = np.stack([jax.random.normal(key, (3,)) for key in jax.random.split(now, 7)])
    np.testing.assert_allclose(one, ξ.T @ ξ @ np.asarray(g) / 7, rtol=1e-10)


def test_it_descends_where_there_is_no_gradient() -> None:
    """On stairs, whose gradient is zero everywhere, the smoothed loss has a slope to follow."""
    path = gd.descend(
        lambda w: jnp.sum(jnp.floor(jnp.abs(4 * w))),
        [2.0, -1.5],
        evolution_strategy(0.03, scale=0.3, pairs=20),
        100,
    )
    assert not np.any(path.grad_norm)
    assert path.loss[0] == 14
    assert path.loss[-1] <= 1
