"""Adam: steps of one length on a slope, blind to the loss's scale, and optax's path."""

from __future__ import annotations

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given
from jax.tree_util import Partial

import gdbook as gd
from gdbook.optimizers import adam
from tests.walks import assert_same, replies

SETTINGS = ({}, {"b1": 0.5, "b2": 0.9, "eps": 1e-3}, {"b1": 0.0, "b2": 0.99})


@pytest.mark.parametrize("settings", SETTINGS, ids=repr)
def test_adam_answers_gradients_as_optax_does(settings: dict[str, float]) -> None:
    """To 200 gradients of all sizes, adam answers with optax's updates, to float64's digits."""
    assert_same(replies(adam(0.1, **settings)), replies(optax.adam(0.1, **settings)))


def slope(gradient: jax.Array, params: jax.Array) -> jax.Array:
    """Return a loss whose gradient is the same everywhere."""
    return jnp.sum(gradient * params)


@given(
    gradient=st.floats(1e-6, 1e6),
    sign=st.sampled_from([-1.0, 1.0]),
    b1=st.floats(0, 0.99),
    b2=st.floats(0, 0.9999),
    η=st.floats(1e-3, 10),
)
def test_under_a_constant_gradient_every_step_has_the_length_of_the_rate(
    gradient: float, sign: float, b1: float, b2: float, η: float
) -> None:
    """On a slope, each step is η against the gradient's sign: correcting the bias does it."""
    loss = Partial(slope, jnp.asarray(sign * gradient))
    path = gd.descend(loss, jnp.asarray(0.0), adam(η, b1, b2, eps=0.0), 40)
    np.testing.assert_allclose(np.diff(path.params), -sign * η, rtol=1e-10)


def valley(scale: jax.Array, params: jax.Array) -> jax.Array:
    """Return Beale's function, times a number."""
    return scale * gd.surfaces.beale(params)


@given(st.integers(-30, 30))
def test_adam_does_not_see_the_scale_of_the_loss(power: int) -> None:
    """With ε = 0, a loss times 2^k is walked on exactly the same path: all of it cancels."""
    one, scaled = (
        gd.descend(Partial(valley, jnp.asarray(2.0**k)), [1.0, 1.5], adam(0.1, eps=0.0), 60)
        for k in (0, power)
    )
    np.testing.assert_array_equal(scaled.params, one.params)
    np.testing.assert_array_equal(scaled.loss, 2.0**power * one.loss)


def test_the_first_step_is_the_gradient_s_sign_times_the_rate() -> None:
    """The first step is -η g / (|g| + ε), coordinate by coordinate."""
    g = np.array([3.0, -0.02, 1e-4])
    path = gd.descend(Partial(slope, jnp.asarray(g)), [0.0, 0.0, 0.0], adam(0.1, eps=1e-3), 1)
    np.testing.assert_allclose(path.params[1], -0.1 * g / (np.abs(g) + 1e-3), rtol=1e-12)


def test_adam_without_memory_is_sign_descent() -> None:
    """With b1 = b2 = 0 and ε = 0, each step is -η times the sign of the gradient."""
    path = gd.descend(gd.surfaces.bowl, [1.05, -0.55], adam(0.25, 0.0, 0.0, 0.0), 3)
    np.testing.assert_allclose(path.params[:, 0], [1.05, 0.8, 0.55, 0.3], rtol=1e-12)
    np.testing.assert_allclose(path.params[:, 1], [-0.55, -0.3, -0.05, 0.2], rtol=1e-12)


def test_adam_is_the_published_algorithm() -> None:
    """A NumPy transcription of Algorithm 1 of Kingma and Ba walks the same path."""
    η, b1, b2, eps = 0.05, 0.8, 0.95, 1e-6
    θ = np.array(gd.surfaces.himmelblau.start, float)
    m, v, wanted = np.zeros(2), np.zeros(2), [θ]
    slope_at = jax.jit(jax.grad(gd.surfaces.himmelblau))
    for t in range(1, 61):
        g = np.asarray(slope_at(θ))
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        θ = θ - η * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
        wanted.append(θ)
    start = np.array(gd.surfaces.himmelblau.start, float)
    path = gd.descend(gd.surfaces.himmelblau, start, adam(η, b1, b2, eps), 60)
    np.testing.assert_allclose(path.params, wanted, rtol=1e-11, atol=1e-12)


def test_adam_without_bias_correction_is_the_quotient_of_the_means() -> None:
    """Without the correction, the first step is η (1 - b1) / √(1 - b2) long, on any slope."""
    rule = adam(0.1, 0.9, 0.99, 0.0, bias_correction=False)
    path = gd.descend(Partial(slope, jnp.asarray(7.0)), jnp.asarray(0.0), rule, 40)
    np.testing.assert_allclose(path.params[1], -0.1 * 0.1 / np.sqrt(0.01), rtol=1e-12)


def test_adam_stays_where_the_gradient_is_zero() -> None:
    """At a stationary point the step is 0 / ε, which is 0 and not nan."""
    path = gd.descend(gd.surfaces.bowl, [0.0, 0.0], adam(0.1), 5)
    np.testing.assert_array_equal(path.params, 0)


def test_every_hyperparameter_may_be_traced() -> None:
    """Rate, b1, b2 and eps may be traced scalars."""
    surface = gd.surfaces.quadratic(5)
    run = jax.jit(lambda *numbers: gd.descend(surface, surface.start, adam(*numbers), 20))
    numbers = (0.05, 0.8, 0.9, 1e-4)
    assert_same(run(*numbers), gd.descend(surface, surface.start, adam(*numbers), 20), atol=1e-12)


def test_vmap_over_every_hyperparameter_is_as_many_runs() -> None:
    """A vmap over settings gives, row for row, the paths of single runs."""
    surface = gd.surfaces.quadratic(5)
    rows = np.array([[0.01, 0.5, 0.9, 1e-8], [0.1, 0.0, 0.99, 1e-3], [0.05, 0.95, 0.999, 0.1]])
    paths = jax.vmap(lambda row: gd.descend(surface, surface.start, adam(*row), 20))(rows)
    for i, row in enumerate(rows):
        one = gd.descend(surface, surface.start, adam(*map(float, row)), 20)
        np.testing.assert_allclose(paths.params[i], one.params, rtol=1e-11, atol=1e-12)
