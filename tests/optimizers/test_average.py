"""Averages of a walk: closed forms, and where they are found in a state."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdbook.optimizers import adam, average, averaged, clip_by_norm, gradient_descent
from tests.walks import assert_same

pytestmark = pytest.mark.usefixtures("compile_quickly")


def averages(optimizer: Any, grads: Any, start: float) -> Any:
    """Return the places and the averages after each step, gradients being given in advance."""

    def step(carry: Any, grad: jax.Array) -> Any:
        params, state = carry
        updates, state = optimizer.update(grad, state, params)
        params = params + updates
        return (params, state), (params, averaged(state))

    params = jnp.asarray(start)
    return jax.lax.scan(step, (params, optimizer.init(params)), grads)[1]


GRADS = np.random.default_rng(2).normal(size=50)


def test_polyak_s_average_is_the_mean_of_all_places() -> None:
    """Without a decay, the average after t steps is the mean of the t places walked to."""
    places, means = averages(average(adam(0.1)), GRADS, 3.0)
    np.testing.assert_allclose(means, np.cumsum(places) / np.arange(1, 51), rtol=1e-13)


def test_polyak_s_average_on_a_parabola_in_closed_form() -> None:
    """On ½θ² with rate η, θ_t = q^t and the mean is q (1 - q^t) / (t (1 - q)), with q = 1 - η."""
    η, q = 0.2, 0.8
    places = q ** np.arange(50)
    got, means = averages(average(gradient_descent(η)), places, 1.0)
    t = np.arange(1, 51)
    np.testing.assert_allclose(got, q**t, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(means, q * (1 - q**t) / (t * (1 - q)), rtol=1e-12)


def test_averaging_takes_the_noise_out() -> None:
    """On ½θ² with gradient noise, the average's error is far below the walk's own."""
    noise = np.random.default_rng(0).normal(size=(20000,))

    def step(carry: Any, ε: jax.Array) -> Any:
        θ, state = carry
        updates, state = rule.update(θ + ε, state, θ)
        return (θ + updates, state), θ

    rule = average(gradient_descent(0.5))
    start = jnp.asarray(0.0)
    (_, state), walk = jax.lax.scan(step, (start, rule.init(start)), jnp.asarray(noise))
    assert np.std(walk) == pytest.approx((0.5 / 1.5) ** 0.5, rel=0.02)  # √(η / (2 - η))
    assert abs(float(averaged(state))) < 3 / 20000**0.5  # as if each place told as much as one draw


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.99])
def test_a_moving_average_is_optax_s(decay: float) -> None:
    """With a decay the average is the exponential one, corrected for its start as optax does."""
    places, means = averages(average(adam(0.1), decay), GRADS, 3.0)
    ema = optax.ema(decay, debias=True)
    wanted = jax.lax.scan(lambda s, θ: ema.update(θ, s)[::-1], ema.init(places[0]), places)[1]
    np.testing.assert_allclose(means, wanted, rtol=1e-12)


def test_averaged_looks_inside_wrappers() -> None:
    """The average is found however deep it is kept, and its absence is told."""
    params = {"w": jnp.ones(2)}
    inside = clip_by_norm(average(adam(0.1)), 1.0)
    assert_same(averaged(inside.init(params)), params)
    with pytest.raises(TypeError, match=r"^state is State\(step=.*; expected one that keeps an av"):
        averaged(clip_by_norm(adam(0.1), 1.0).init(params))
