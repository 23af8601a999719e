"""Momentum: gradient descent at 0, a linear recursion on quadratics, and optax's path."""

from __future__ import annotations

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from jax.tree_util import Partial

import gdbook as gd
from gdbook.optimizers import gradient_descent, momentum
from tests.walks import assert_same, lessard


@given(η=st.floats(0, 3e-3))
def test_momentum_zero_is_gradient_descent(η: float) -> None:
    """A ball that keeps nothing of its velocity walks gradient descent's path."""
    surface = gd.surfaces.beale
    one = gd.descend(surface, surface.start, momentum(η, 0.0), 100)
    two = gd.descend(surface, surface.start, gradient_descent(η), 100)
    assert_same(one, two)


def parabola(curvature: jax.Array, theta: jax.Array) -> jax.Array:
    """Return ½ λ θ²."""
    return 0.5 * curvature * theta**2


@given(λ=st.floats(0.1, 10), ηλ=st.floats(0.01, 3.5), β=st.floats(0, 0.99), start=st.floats(1, 9))
def test_momentum_on_a_parabola_is_a_matrix_power(
    λ: float, ηλ: float, β: float, start: float
) -> None:
    """On ½ λ θ², (v, θ) after t steps is the t-th power of a 2 by 2 matrix times (0, θ_0)."""
    η = ηλ / λ
    step = np.array([[β, λ], [-η * β, 1 - η * λ]])  # v' = β v + λ θ, θ' = θ - η v'
    closed = np.array([(np.linalg.matrix_power(step, t) @ [0, start])[1] for t in range(41)])
    loss = Partial(parabola, jnp.asarray(λ))
    path = gd.descend(loss, jnp.asarray(start), momentum(η, β), 40)
    largest = np.maximum.accumulate(np.abs(closed))
    assert (np.abs(path.params - closed) <= 1e-11 * largest).all()


def test_the_best_momentum_for_a_condition_number() -> None:
    """With Polyak's η and β, the loss shrinks by ((√κ - 1) / (√κ + 1))² a step, in the long run."""
    κ = 100.0
    root = np.sqrt(κ)
    η, β = (2 / (root + 1)) ** 2, ((root - 1) / (root + 1)) ** 2
    path = gd.descend(gd.surfaces.quadratic(κ), [2.0, 1.0], momentum(η, β), 600)
    rate = (float(path.loss[600]) / float(path.loss[300])) ** (1 / 300)
    assert rate == pytest.approx(β, rel=0.01)


@given(β=st.floats(0, 0.95))
def test_velocity_on_a_slope_grows_towards_its_limit(β: float) -> None:
    """Where the gradient is g, step t has length η g (1 - β^t) / (1 - β)."""
    path = gd.descend(_slope, jnp.asarray(0.0), momentum(0.5, β), 60)
    t = np.arange(1, 61)
    lengths = 0.5 * 3.0 * (1 - β**t) / (1 - β)
    np.testing.assert_allclose(np.diff(path.params), -lengths, rtol=1e-11)


def _slope(theta: jax.Array) -> jax.Array:
    return 3.0 * theta


def test_momentum_diverges_only_above_a_higher_threshold() -> None:
    """The threshold is 2 (1 + β) / L: momentum walks where gradient descent would diverge."""
    L, β = 2.0, 0.5
    loss = Partial(parabola, jnp.asarray(L))
    below, above = (
        gd.descend(loss, jnp.asarray(1.0), momentum(hair * 2 * (1 + β) / L, β), 3000)
        for hair in (0.99, 1.01)
    )
    assert abs(below.last) < 1e-6
    assert abs(above.last) > 1e6


def test_momentum_may_be_scheduled() -> None:
    """Both hyperparameters may be schedules: a velocity forgotten at step 3 starts anew."""
    rule = momentum(lambda step: 1.0 + 0 * step, lambda step: jnp.where(step == 3, 0.0, 1.0))
    path = gd.descend(lambda w: 1.0 * w, 0.0, rule, 6)
    np.testing.assert_array_equal(np.diff(path.params), [-1, -2, -3, -1, -2, -3])


def test_traced_hyperparameters_give_the_same_path() -> None:
    """Rate and momentum may be traced scalars."""
    surface = gd.surfaces.quadratic(5)
    run = jax.jit(lambda η, β: gd.descend(surface, surface.start, momentum(η, β), 20))
    assert_same(run(0.05, 0.9), gd.descend(surface, surface.start, momentum(0.05, 0.9), 20))


def test_vmap_over_both_hyperparameters_is_as_many_runs() -> None:
    """A vmap over pairs of rate and momentum gives, row for row, the paths of single runs."""
    surface = gd.surfaces.quadratic(5)
    pairs = np.array([[0.01, 0.5], [0.1, 0.0], [0.05, 0.95]])
    paths = jax.vmap(lambda pair: gd.descend(surface, surface.start, momentum(*pair), 20))(pairs)
    for i, pair in enumerate(pairs):
        one = gd.descend(surface, surface.start, momentum(*map(float, pair)), 20)
        np.testing.assert_allclose(paths.params[i], one.params, rtol=1e-12, atol=1e-14)


@given(η=st.floats(1e-3, 0.2), β=st.floats(0, 0.99))
def test_the_two_conventions_differ_by_a_factor(η: float, β: float) -> None:
    """An average of gradients with η walks as their sum does with η (1 - β)."""
    average = gd.descend(gd.surfaces.bowl, [2.0, 1.0], momentum(η, β, averaged=True), 40)
    total = gd.descend(gd.surfaces.bowl, [2.0, 1.0], momentum(η * (1 - β), β), 40)
    assert_same(average, total, rtol=1e-10, atol=1e-12)


def test_an_average_on_a_slope_is_the_slope() -> None:
    """Where the gradient is g, the averaged velocity tends to g: steps of η g, not more."""
    path = gd.descend(_slope, jnp.asarray(0.0), momentum(0.5, 0.8, averaged=True), 200)
    assert float(path.params[200] - path.params[199]) == pytest.approx(-1.5, rel=1e-12)


def test_the_heavy_ball_s_optimum_for_a_condition_number_of_100() -> None:
    """At κ = 100 the best β is 0.669421, and distances then shrink by √β = 9/11 a step."""
    κ = 100.0
    η, β = 4 / (1 + np.sqrt(κ)) ** 2, ((np.sqrt(κ) - 1) / (np.sqrt(κ) + 1)) ** 2
    assert β == pytest.approx(0.669421, abs=5e-7)
    assert np.sqrt(β) == pytest.approx(9 / 11, rel=1e-12)
    path = gd.descend(gd.surfaces.quadratic(κ), [2.0, 1.0], momentum(η, β), 600)
    # Eigenvalues are √β twice, or -√β twice: distances are their powers times a straight line.
    powers = (np.sqrt(β) * np.array([1, -1])) ** np.arange(200)[:, None]
    straight = np.asarray(path.params)[:200] / powers
    np.testing.assert_allclose(np.diff(straight[1:], n=2, axis=0), 0, atol=1e-8)


def test_the_heavy_ball_can_cycle_on_a_strongly_convex_loss() -> None:
    """On Lessard's function, with the best η and β for quadratics of its L and µ, it cycles."""
    path = gd.descend(lessard, jnp.asarray(3.3), momentum(1 / 9, 4 / 9), 1000)
    wanted = np.sort([0.646531, -1.802449, 2.115918])
    for tail in (path.params[-3:], path.params[-303:-300]):
        np.testing.assert_allclose(np.sort(tail), wanted, atol=1e-6)


def test_momentum_has_a_noise_floor() -> None:
    """Where gradients are λθ + σξ, θ's variance settles at the fixed point of a linear recursion.

    That is η σ² (1 + β) / (λ (1 - β) (2 (1 + β) - ηλ)), by the recursion of the covariance of
    (v, θ), solved here as a linear equation, and by 400 walks.
    """
    η, β, λ, σ = 0.1, 0.8, 2.0, 0.5
    floor = η * σ**2 * (1 + β) / (λ * (1 - β) * (2 * (1 + β) - η * λ))
    step = np.array([[β, λ], [-η * β, 1 - η * λ]])
    kick = σ * np.array([1, -η])
    covariance = np.linalg.solve(np.eye(4) - np.kron(step, step), np.outer(kick, kick).ravel())
    assert covariance[3] == pytest.approx(floor, rel=1e-10)

    def noisy(theta: jax.Array, noise: jax.Array) -> jax.Array:
        return 0.5 * λ * theta**2 + σ * jnp.mean(noise) * theta

    def run(key: jax.Array) -> jax.Array:
        data = jax.random.normal(key, 401)  # each used once
        walk = {"data": data, "batch_size": 1, "key": key}
        return gd.descend(noisy, 0.0, momentum(η, β), 400, **walk).params[200:]

    places = jax.jit(jax.vmap(run))(jax.random.split(jax.random.key(0), 400))
    assert float(jnp.mean(places**2)) == pytest.approx(floor, rel=0.05)
