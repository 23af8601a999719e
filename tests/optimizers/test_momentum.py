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
from tests.walks import PROBLEMS, Problem, assert_same

STEPS = 200
of_every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
of_the_harder_problems = pytest.mark.parametrize(
    "problem", PROBLEMS[1:], ids=lambda problem: problem.name
)


@of_every_problem
def test_momentum_zero_is_gradient_descent(problem: Problem) -> None:
    """A ball that keeps nothing of its velocity walks gradient descent's path."""
    one = gd.descend(problem.loss, problem.start, momentum(problem.slow, 0.0), 100)
    two = gd.descend(problem.loss, problem.start, gradient_descent(problem.slow), 100)
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


