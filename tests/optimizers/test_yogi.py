"""Yogi: a second moment that moves by a share of g², its paper's algorithm, and what it cures."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gdbook as gd
from gdbook.optimizers import adam, amsgrad, yogi
from tests.walks import assert_same, replies

PAPER = {"initial_accumulator_value": 0.0, "bias_correction": False}


def moments(rule: Any, grads: Any) -> np.ndarray:
    """Return v before the first and after each of some gradients."""
    state = rule.init(jnp.zeros_like(grads[0]))

    def step(state: Any, g: Any) -> Any:
        _, state = rule.update(g, state)
        return state, state.v

    v = jax.lax.scan(step, state, jnp.asarray(grads))[1]
    return np.concatenate([state.v[None], v])


def drawn(count: int = 400) -> np.ndarray:
    """Return gradients of all sizes."""
    draw = np.random.default_rng(1)
    return draw.normal(size=(count, 20)) * 10.0 ** draw.uniform(-3, 3, (count, 20))


def test_yogi_answers_gradients_as_optax_does() -> None:
    """To 200 gradients of all sizes the answers are optax's, also from another initial value."""
    settings = (0.1, 0.8, 0.95, 1e-6)
    assert_same(replies(yogi(*settings)), replies(optax.yogi(*settings)))
    other = optax.chain(
        optax.scale_by_yogi(0.9, 0.99, initial_accumulator_value=0.3), optax.scale(-0.1)
    )
    assert_same(replies(yogi(0.1, 0.9, 0.99, initial_accumulator_value=0.3)), replies(other))


def test_yogi_is_the_published_algorithm() -> None:
    """A NumPy transcription of Algorithm 2 of the paper walks the same path."""
    surface, θ, η, b1, b2, ε = gd.surfaces.himmelblau, np.array([0.0, 1.0]), 0.02, 0.8, 0.95, 1e-3
    m = v = np.zeros(2)
    wanted, slope = [], jax.jit(jax.grad(surface))
    for _ in range(60):
        wanted.append(θ)
        g = np.asarray(slope(jnp.asarray(θ)))
        m = b1 * m + (1 - b1) * g
        v = v - (1 - b2) * np.sign(v - g**2) * g**2
        θ = θ - η * m / (np.sqrt(v) + ε)
    path = gd.descend(surface, wanted[0], yogi(η, b1, b2, ε, **PAPER), 59)
    np.testing.assert_allclose(path.params, wanted, rtol=1e-10)


def test_v_moves_by_a_share_of_the_squared_gradient_and_towards_it() -> None:
    """Each change of v is (1 - β₂) g², up if v < g² and down if v > g²; v keeps at least β₂ v."""
    grads, b2 = drawn(), 0.9
    v = moments(yogi(0.1, b2=b2), grads)
    change = np.diff(v, axis=0)
    wanted = 0.1 * np.sign(grads**2 - v[:-1]) * grads**2
    np.testing.assert_allclose(change, wanted, rtol=1e-9, atol=1e-12 * v.max())
    assert (v[1:] >= b2 * v[:-1] * (1 - 1e-12)).all()


def test_while_squares_are_above_v_yogi_s_v_rises_faster_than_adam_s() -> None:
    """From one v, and a g² above it, Yogi's next v is above Adam's; for tiny g² it falls less."""
    for g in (3.0, 0.01):
        after = []
        for rule in (adam(0.1, b2=0.9), yogi(0.1, b2=0.9)):
            state = rule.init(jnp.zeros(()))._replace(v=jnp.asarray(1.0))
            after.append(float(rule.update(jnp.asarray(g), state)[1].v))
        assert after[0] < after[1]


def test_v_settles_where_half_of_all_squares_are_above() -> None:
    """On normal gradients v tends to the median of g² weighted by g²: of χ² with 3 degrees."""
    grads = np.random.default_rng(4).normal(size=(40_000, 16))
    v = moments(yogi(0.1, b2=0.999), grads)[20_000:].mean()
    assert v == pytest.approx(2.366, rel=0.01)


@pytest.mark.parametrize("rule", [yogi, partial(yogi, **PAPER)])
def test_where_gradients_die_away_v_does_not_sink(rule: Any) -> None:
    """What gradients that fade can take away is (1 - β₂) times their sum of squares, once."""
    grads = np.append(np.ones(2000), 0.5 ** np.arange(1, 4000))
    v = moments(rule(0.1), grads)
    lost = 0.001 * np.sum(grads[2000:] ** 2)
    assert v[-1] == pytest.approx(v[2000] - lost, rel=1e-9)
    assert moments(adam(0.1), grads)[-1] < 0.1 * v[-1]


def end_of_walk(rule: Any, slopes: np.ndarray) -> float:
    """Return where a rule is after walking by given slopes between fences at -1 and 1."""

    def step(carry: Any, g: Any) -> Any:
        x, state = carry
        update, state = rule.update(g, state, x)
        return (jnp.clip(x + update, -1, 1), state), None

    x = jnp.zeros(())
    return float(jax.lax.scan(step, (x, rule.init(x)), jnp.asarray(slopes))[0][0])


def test_yogi_walks_downhill_where_adam_does_not() -> None:
    """On the slope of Reddi, Kale and Kumar (3, -1, -1) Yogi goes to -1, as AMSGrad does."""
    settings = {"b1": 0.0, "b2": 0.1, "eps": 0.0, "bias_correction": False}
    slopes = np.tile([3.0, -1.0, -1.0], 3000)
    ends = [
        end_of_walk(rule(lambda step: 1 / jnp.sqrt(step + 1.0), **settings), slopes)
        for rule in (adam, amsgrad, yogi)
    ]
    np.testing.assert_allclose(ends, [1, -1, -1], atol=0.03)
