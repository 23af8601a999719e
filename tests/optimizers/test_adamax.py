"""AdaMax: the limit of p-norms, a sharp bound on its steps, and one large gradient."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gdbook as gd
from gdbook.optimizers import adam, adamax
from tests.walks import answers_to, assert_same, replies


def steps(rule: Any, grads: Any) -> np.ndarray:
    """Return the steps that a rule takes, given gradients in advance."""
    return np.asarray(answers_to(jnp.asarray(grads), rule))


def largest(b1: float, b2: float, t: np.ndarray) -> np.ndarray:
    """Return the length of the longest possible step t at a rate of 1."""
    r = b1 / b2
    return (1 - b1) / (1 - b1**t) * (1 - r**t) / (1 - r)


def test_adamax_answers_gradients_as_optax_does() -> None:
    """To 200 gradients of all sizes the answers are optax's."""
    settings = (0.1, 0.8, 0.95, 1e-6)
    assert_same(replies(adamax(*settings)), replies(optax.adamax(*settings)))


def test_u_is_the_limit_of_the_running_means_of_powers() -> None:
    """The p-th root of a running mean of |g|^p is c u to c t^(1/p) u, with c = (1 - β₂^p)^(1/p)."""
    grads, b2 = np.random.default_rng(0).normal(size=300), 0.97
    state = adamax(1.0, b2=b2, eps=0.0).init(jnp.zeros(()))
    means, ps = np.full(3, -np.inf), np.array([2.0, 20.0, 2000.0])
    for t, g in enumerate(grads, 1):  # in logarithms, as |g|^2000 is not a number
        _, state = adamax(1.0, b2=b2, eps=0.0).update(jnp.asarray(g), state)
        means = np.logaddexp(ps * np.log(b2) + means, np.log1p(-(b2**ps)) + ps * np.log(np.abs(g)))
        ratios = np.exp(means / ps) / float(state.u)
        least = (1 - b2**ps) ** (1 / ps)
        assert (ratios >= least * (1 - 1e-12)).all()
        assert (ratios <= least * t ** (1 / ps) * (1 + 1e-12)).all()
    assert ratios[-1] == pytest.approx(1, abs=0.003)


@pytest.mark.parametrize(("b1", "b2"), [(0.9, 0.999), (0.9, 0.95), (0.5, 0.9), (0.0, 0.3)])
def test_no_step_is_longer_than_the_sharp_bound(b1: float, b2: float) -> None:
    """Step t is at most η (1-β₁)/(1-β₁ᵗ) (1-rᵗ)/(1-r) long, r = β₁/β₂; fading gradients do it."""
    t = np.arange(1, 301)
    draw = np.random.default_rng(1)
    drawn = draw.normal(size=(300, 50)) * 10.0 ** draw.uniform(-3, 3, (300, 50))
    lengths = np.abs(steps(adamax(0.1, b1, b2, 0.0), drawn))
    assert (lengths <= 0.1 * largest(b1, b2, t)[:, None] * (1 + 1e-12)).all()
    fading = -steps(adamax(0.1, b1, b2, 0.0), b2 ** t.astype(float))
    np.testing.assert_allclose(fading, 0.1 * largest(b1, b2, t), rtol=1e-9)


def test_the_rate_bounds_steps_while_no_gradient_fades_faster_than_b2() -> None:
    """Where |g| never falls, no step is longer than η; at the usual settings none is by 1 %."""
    sizes = np.sort(np.random.default_rng(2).exponential(size=400))
    signs = np.random.default_rng(3).choice([-1.0, 1.0], 400)
    assert np.abs(steps(adamax(0.1, eps=0.0), sizes * signs)).max() <= 0.1 * (1 + 1e-12)
    assert largest(0.9, 0.999, np.array(10_000)) == pytest.approx(1.009, abs=1e-4)


def test_one_large_gradient_moves_adamax_by_a_tenth_of_a_step() -> None:
    """A spike of 10⁶ after zeros is (1 - β₁) η long for AdaMax, and over 3 η for Adam."""
    spike = np.append(np.zeros(3000), 1e6)
    assert steps(adamax(1.0), spike)[-1] == pytest.approx(-0.1, rel=1e-9)
    assert steps(adam(1.0), spike)[-1] < -3


def test_without_any_gradient_nothing_moves() -> None:
    """With ε, 0 / 0 does not arise."""
    assert not steps(adamax(0.1), np.zeros(5)).any()


def test_a_scale_of_the_loss_cancels() -> None:
    """A loss a thousand times as high is walked down by the same steps, but for ε."""
    surface, start = gd.surfaces.himmelblau, jnp.asarray([0.0, 1.0])
    one = gd.descend(surface, start, adamax(0.05, eps=0.0), 60)
    other = gd.descend(lambda x: 1000 * surface(x), start, adamax(0.05, eps=0.0), 60)
    np.testing.assert_allclose(one.params, other.params, rtol=1e-9)


def test_half_precision_keeps_what_a_square_loses() -> None:
    """In float16 a gradient of 10⁻⁴ is a number and its square is 0: only AdaMax sees its size."""
    g = jnp.asarray([1e-4], jnp.float16)
    _, mine = jax.jit(adamax(0.1, eps=0.0).update)(g, adamax(0.1).init(g))
    _, other = jax.jit(adam(0.1).update)(g, adam(0.1).init(g))
    assert mine.u[0] == g[0]
    assert other.v[0] == 0
