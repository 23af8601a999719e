"""Sophia: an estimate of curvature that is right on average, and the paper's algorithm."""

from __future__ import annotations

import inspect
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.optimizers import sophia
from tests.walks import assert_same

# The function sophia, in the package, stands in front of its module.
diagonal = inspect.unwrap(sophia).__globals__["diagonal"]
SURFACE, START = gd.surfaces.himmelblau, (2.2, 1.2)


def test_the_estimate_s_mean_is_the_hessian_s_diagonal() -> None:
    """Over many draws, s · (∇²L s) averages to the diagonal, within four standard errors."""
    place = jnp.array([0.5, -1.0])
    H = jax.hessian(SURFACE)(place)
    draws = jax.jit(jax.vmap(lambda key: diagonal(SURFACE, place, key)))(
        jax.random.split(jax.random.key(1), 4000)
    )
    error = abs(float(H[0, 1])) / np.sqrt(4000)
    np.testing.assert_allclose(draws.mean(axis=0), jnp.diag(H), atol=4 * error)
    assert draws.std() > 0


def test_on_an_upright_quadratic_the_estimate_is_exact() -> None:
    """Where the Hessian is diagonal, signs square away: every draw is the diagonal."""
    surface = gd.surfaces.quadratic(7)
    for seed in range(3):
        seen = diagonal(surface, jnp.array([1.0, 2.0]), jax.random.key(seed))
        np.testing.assert_allclose(seen, [1, 7], rtol=1e-14)


def transcription(steps: int, η: float, k: int, key: jax.Array, **settings: float) -> Any:
    """Return Algorithm 3 of Liu et al. in NumPy, with the signs that the key decides."""
    b1, b2, gamma, eps, decay = (
        settings[name] for name in ("b1", "b2", "gamma", "eps", "weight_decay")
    )
    slope, hessian = jax.jit(jax.grad(SURFACE)), jax.jit(jax.hessian(SURFACE))
    θ, m, h, places = np.array(START), np.zeros(2), np.zeros(2), []
    for t in range(steps + 1):
        places.append(θ)
        m = b1 * m + (1 - b1) * np.asarray(slope(θ))
        if t % k == 0:
            drawn = jax.random.split(jax.random.fold_in(key, t), 1)[0]
            s = np.asarray(jax.random.rademacher(drawn, (2,), float))
            h = b2 * h + (1 - b2) * s * (np.asarray(hessian(θ)) @ s)
        θ = θ - η * decay * θ
        θ = θ - η * np.clip(m / np.maximum(gamma * h, eps), -1, 1)
    return np.array(places)


@pytest.mark.parametrize("k", [1, 7])
def test_sophia_is_the_published_algorithm(k: int) -> None:
    """A NumPy transcription walks the same path, the curvature estimated every k steps.

    Weights decay by their value before the step, as in the library: the two orders are the same.
    """
    key = jax.random.key(3)
    settings = {"b1": 0.8, "b2": 0.9, "gamma": 0.5, "eps": 1e-12, "weight_decay": 0.1}
    path = gd.descend(SURFACE, START, sophia(0.05, update_interval=k, key=key, **settings), 40)
    wanted = transcription(40, 0.05, k, key, **settings)
    np.testing.assert_allclose(path.params, wanted, rtol=1e-9, atol=1e-11)
    lengths = np.abs(np.diff(path.params, axis=0) + 0.05 * 0.1 * path.params[:-1])
    assert lengths.max() == pytest.approx(0.05, rel=1e-9)  # some steps are cut,
    assert lengths.min() < 0.04  # and some are Newton's


def test_the_key_decides_the_walk() -> None:
    """The same key walks the same path, another key another; without one, key(0) is taken."""
    seeds = (0, 0, 1)
    one, same, other = (
        gd.descend(SURFACE, START, sophia(0.05, gamma=0.5, key=jax.random.key(seed)), 40)
        for seed in seeds
    )
    default = gd.descend(SURFACE, START, sophia(0.05, gamma=0.5), 40)
    assert_same(one, same, rtol=0, atol=0)
    assert_same(one, default, rtol=0, atol=0)
    assert not np.array_equal(one.params, other.params)
