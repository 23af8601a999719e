"""Gradient descent: closed forms, its exact threshold, and agreement with optax."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given
from jax.tree_util import Partial

import gdbook as gd
from gdbook.optimizers import gradient_descent
from tests.walks import assert_same, cast, walk


def parabola(curvature: Any, params: jax.Array) -> jax.Array:
    """Return ½ Σ λ θ², whose gradient is λ θ, coordinate by coordinate."""
    return 0.5 * jnp.sum(curvature * params**2)


def on_parabola(curvature: Any, start: Any, learning_rate: Any, steps: int) -> np.ndarray:
    """Return the path of gradient descent on a parabola; curvature is data, not a constant."""
    loss = Partial(parabola, jnp.asarray(curvature, float))
    path = gd.descend(loss, cast(start), gradient_descent(learning_rate), steps)
    return np.asarray(path.params)


@given(
    λ=st.floats(0.1, 10),
    ηλ=st.floats(0.01, 1.99).filter(lambda p: abs(1 - p) > 0.01),
    start=st.floats(-100, 100).filter(lambda x: abs(x) > 1e-3),
)
def test_gradient_descent_shrinks_a_parabola_geometrically(
    λ: float, ηλ: float, start: float
) -> None:
    """On ½ λ θ², the path is (1 - ηλ)^t θ_0, to float64's digits."""
    η = ηλ / λ
    t = np.arange(31)
    factor = 1 - η * λ
    rounding = (t + 1) * 4 * np.finfo(float).eps * (1 + η * λ) / abs(factor)
    path = on_parabola(λ, start, η, 30)
    closed = factor**t * start
    assert (np.abs(path - closed) <= rounding * np.abs(closed)).all()


def test_gradient_descent_halves_exactly() -> None:
    """With ηλ = ½ every step halves, without any rounding."""
    path = on_parabola(2.0, 3.0, 0.25, 100)
    np.testing.assert_array_equal(path, 3.0 * 0.5 ** np.arange(101))


def test_each_curvature_shrinks_at_its_own_rate() -> None:
    """In many dimensions, coordinate i follows (1 - ηλ_i)^t, each on its own."""
    λ, start = np.array([1.0, 3.0, 7.0, 10.0]), np.array([1.0, -2.0, 3.0, 0.5])
    path = on_parabola(λ, start, 0.15, 40)
    closed = (1 - 0.15 * λ) ** np.arange(41)[:, None] * start
    np.testing.assert_allclose(path, closed, rtol=1e-12, atol=1e-15)


@given(λ=st.floats(0.1, 10))
def test_the_inverse_curvature_is_one_step_to_the_minimum(λ: float) -> None:
    """With η = 1/λ, one step lands on the minimum, up to rounding."""
    path = on_parabola(λ, 5.0, 1 / λ, 30)
    assert abs(path[1]) <= 5 * 4 * np.finfo(float).eps


@pytest.mark.parametrize("L", [0.5, 2.0, 8.0])
def test_two_over_the_curvature_is_the_exact_threshold(L: float) -> None:
    """At η = 2/L the walk repeats forever; a hair below it shrinks, a hair above it grows."""
    at, below, above = (on_parabola(L, 1.0, hair * 2 / L, 500) for hair in (1, 0.999, 1.001))
    np.testing.assert_array_equal(np.abs(at), 1)
    np.testing.assert_array_equal(at, (-1.0) ** np.arange(501))
    np.testing.assert_allclose(np.abs(below), 0.998 ** np.arange(501), rtol=1e-10)
    np.testing.assert_allclose(np.abs(above), 1.002 ** np.arange(501), rtol=1e-10)


def test_above_the_threshold_the_steepest_direction_diverges() -> None:
    """The largest curvature alone decides divergence: the flat direction still converges."""
    path = on_parabola([1.0, 100.0], [1.0, 1.0], 0.021, 8000)
    assert abs(path[200, 0]) < 0.02
    assert not np.isfinite(path[-1, 1])
    assert abs(path[-1, 0]) < 1e-12


def test_on_a_slope_every_step_is_the_same() -> None:
    """Where the gradient is constant, each step is -η times it."""
    slope = jnp.array([3.0, -0.5])
    path = gd.descend(lambda p: p @ slope, [0.0, 0.0], gradient_descent(0.25), 8)
    np.testing.assert_array_equal(path.params, -0.25 * np.arange(9)[:, None] * slope)


@given(η=st.floats(0, 3))
def test_a_rate_of_any_make_gives_the_same_path(η: float) -> None:
    """A Python float, an array and a traced scalar are the same learning rate."""
    plain = on_parabola(1.0, 1.0, η, 30)
    np.testing.assert_array_equal(on_parabola(1.0, 1.0, jnp.asarray(η), 30), plain)
    np.testing.assert_allclose(traced(η), plain, rtol=1e-12, atol=1e-15)


traced = jax.jit(lambda η: gd.descend(Partial(parabola, 1.0), 1.0, gradient_descent(η), 30).params)


def test_rate_zero_stays() -> None:
    """With learning rate 0 nothing moves."""
    np.testing.assert_array_equal(on_parabola(1.0, 2.0, 0, 5), 2.0)


SCHEDULES = {
    "exponential": optax.exponential_decay(0.2, 10, 0.5),
    "cosine": optax.cosine_decay_schedule(0.2, 60),
    "warmup": optax.warmup_cosine_decay_schedule(0.0, 0.2, 10, 60),
    "piecewise": optax.piecewise_constant_schedule(0.2, {20: 0.1, 40: 0.5}),
}


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES.keys())
def test_schedules_are_read_as_optax_reads_them(schedule: Any) -> None:
    """A schedule is asked for step 0 first, and for every step, as in optax."""
    surface = gd.surfaces.quadratic(5, 0.3)
    path = gd.descend(surface, surface.start, gradient_descent(schedule), 60)
    assert_same(path.params, walk(surface, surface.start, optax.sgd(schedule), 60))


def test_a_schedule_counts_steps_from_zero() -> None:
    """On a slope of 1, the step from entry t is the schedule's value at t."""
    path = gd.descend(lambda w: 1.0 * w, 0.0, gradient_descent(lambda step: step + 1.0), 5)
    np.testing.assert_array_equal(np.diff(path.params), [-1, -2, -3, -4, -5])


def turned(turn: jax.Array, params: jax.Array) -> jax.Array:
    """Return Beale's function in turned coordinates."""
    return gd.surfaces.beale(turn @ params)


@given(angle=st.floats(-4, 4), x=st.floats(-1, 1), y=st.floats(-1, 1))
def test_turning_the_axes_turns_the_path(angle: float, x: float, y: float) -> None:
    """Gradient descent knows no axes: in turned coordinates its path is the turned path."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    start = np.array([x, y])
    plain, other = (
        gd.descend(Partial(turned, jnp.asarray(R)), R.T @ start, gradient_descent(0.01), 40)
        for R in (np.eye(2), turn)
    )
    np.testing.assert_allclose(other.params @ turn.T, plain.params, rtol=1e-9, atol=1e-10)


@given(share=st.floats(0.01, 1), x=st.floats(-5, 5), y=st.floats(-5, 5))
def test_each_step_pays_what_the_descent_lemma_promises(share: float, x: float, y: float) -> None:
    """For η up to 1/L the loss falls by η ‖g‖² / 2 or more: a bowl of logistic walls has L = 2."""
    η = share / 2
    path = gd.descend(logistic, jnp.array([x, y]), gradient_descent(η), 30)
    fall = path.loss[:-1] - path.loss[1:]
    assert (fall >= η / 2 * path.grad_norm[:-1] ** 2 - 1e-13 * path.loss[0]).all()


def logistic(params: jax.Array) -> jax.Array:
    """Return 4 log(1 + exp) of each coordinate and its negative: curvature is at most 8 / 4."""
    return jnp.sum(4 * (jax.nn.softplus(params) + jax.nn.softplus(-params)))


def huber(edge: jax.Array, theta: jax.Array) -> jax.Array:
    """Return θ²/2 inside the edge, and its tangent outside."""
    outside = edge * jnp.abs(theta) - 0.5 * edge**2
    return jnp.where(jnp.abs(theta) < edge, 0.5 * theta**2, outside)


@pytest.mark.parametrize("N", [1, 4, 10, 25])
def test_on_its_worst_function_the_loss_after_n_steps(N: int) -> None:
    """On Huber's function with its edge at 1/(2N + 1), from 1, N steps of 1/L end at 1/(4N + 2)."""
    loss = Partial(huber, jnp.asarray(1 / (2 * N + 1)))
    path = gd.descend(loss, jnp.asarray(1.0), gradient_descent(1.0), 25)
    assert float(path.loss[N]) == pytest.approx(1 / (4 * N + 2), rel=1e-12)
