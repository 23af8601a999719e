"""Projection: walks that stay where they may, and end where SciPy's solvers do."""

from __future__ import annotations

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings

import gdbook as gd
from gdbook.optimizers import adam, gradient_descent, project
from tests.optimizers.test_every_other_rule import nonnegative

pytestmark = pytest.mark.usefixtures("compile_quickly")

seeds = st.integers(0, 2**32 - 1)


def ball(params: jax.Array) -> jax.Array:
    """Return the nearest parameters whose length is at most 1."""
    return params / jnp.maximum(1, jnp.linalg.norm(params))


def box(params: jax.Array) -> jax.Array:
    """Return the nearest parameters between -1/2 and 1."""
    return jnp.clip(params, -0.5, 1)


def problem(seed: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Return a matrix and targets of least squares, and 1/L of half the sum of squares."""
    draw = np.random.default_rng(seed)
    A, b = draw.normal(size=(12, 4)), draw.normal(size=12)
    return A, b, 1 / np.linalg.eigvalsh(A.T @ A)[-1]


def walk(onto, seed: int, steps: int) -> gd.Path:
    """Return a walk of gradient descent from zero, projected."""
    A, b, rate = problem(seed)
    rule = project(gradient_descent(rate), onto)
    return gd.descend(half_squares, jnp.zeros(4), rule, steps, data=(A, b))


def half_squares(x: jax.Array, data: tuple[jax.Array, jax.Array]) -> jax.Array:
    """Return half the sum of squares."""
    return jnp.sum((data[0] @ x - data[1]) ** 2) / 2


@settings(max_examples=20)
@given(seeds)
def test_without_negative_numbers_it_ends_where_scipy_does(seed: int) -> None:
    """Projected onto what is not negative, least squares ends at SciPy's nnls."""
    A, b, _ = problem(seed)
    path = walk(nonnegative, seed, 3000)
    np.testing.assert_allclose(path.last, scipy.optimize.nnls(A, b)[0], atol=1e-8)
    assert jnp.min(path.params) >= 0


@settings(max_examples=20)
@given(seeds)
def test_in_a_box_it_ends_where_scipy_does(seed: int) -> None:
    """Between two bounds, least squares ends at SciPy's lsq_linear."""
    A, b, _ = problem(seed)
    expected = scipy.optimize.lsq_linear(A, b, (-0.5, 1), tol=1e-12).x
    np.testing.assert_allclose(walk(box, seed, 3000).last, expected, atol=1e-6)


@settings(max_examples=20)
@given(seeds)
def test_the_loss_never_rises_up_to_one_over_l(seed: int) -> None:
    """In a ball the loss falls at each step, and no place is outside."""
    path = walk(ball, seed, 200)
    assert jnp.max(jnp.diff(path.loss)) <= 1e-12 * path.loss[0]
    assert jnp.max(jnp.linalg.norm(path.params, axis=1)) <= 1 + 1e-12


def test_each_rule_is_brought_back() -> None:
    """Adam inside, which would leave the box for the bowl's minimum, stays in it."""
    path = gd.descend(
        gd.surfaces.bowl, [1.0, 0.9], project(adam(0.1), lambda w: w.clip(0.5, 1)), 50
    )
    assert float(jnp.min(path.params)) == pytest.approx(0.5, rel=1e-12)


def test_a_projection_that_changes_shapes_is_refused() -> None:
    """A function that returns one number for two is no projection."""
    with pytest.raises(
        ValueError, match=r"onto returns shapes \(\); expected those it is given, \(2,\)"
    ):
        gd.descend(gd.surfaces.bowl, [1.0, 0.9], project(gradient_descent(0.1), jnp.sum), 1)
