"""Schedules that fall: optax's values, closed forms, one precision, no compilation."""

from __future__ import annotations

import re
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

STEPS = np.arange(60)
rates = st.just(0.0) | st.floats(1e-6, 10)  # XLA flushes what is tinier still
lengths = st.integers(1, 50)


@jax.jit
def at(schedule: Any, step: Any) -> Any:
    """Return a schedule's rate; the schedule itself is an argument of the compiled function."""
    return schedule(step)


def values(schedule: Any, steps: Any = STEPS) -> np.ndarray:
    """Return a schedule's rates at many steps, compiled once for all numbers it may have."""
    many = at if isinstance(schedule, Partial) else jax.vmap(schedule)
    arguments = (schedule, jnp.asarray(steps)) if many is at else (jnp.asarray(steps),)
    return np.asarray(many(*arguments))


PAIRS = {
    "constant": (gd.schedules.constant(0.3), optax.constant_schedule(0.3)),
    "linear": (gd.schedules.linear(0.1, 0.7, 30), optax.linear_schedule(0.1, 0.7, 30)),
    "polynomial": (
        gd.schedules.polynomial(0.5, 0.01, 37, 2.5),
        optax.polynomial_schedule(0.5, 0.01, 2.5, 37),
    ),
    "step": (
        gd.schedules.step(0.5, 20, 0.3),
        optax.exponential_decay(0.5, 20, 0.3, staircase=True),
    ),
    "exponential": (
        gd.schedules.exponential(0.5, 0.3, 20),
        optax.exponential_decay(0.5, 20, 0.3),
    ),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS.keys())
def test_decays_are_optax_s(pair: Any) -> None:
    """At each of 60 steps the rate is that of optax, to 1e-12."""
    ours, theirs = pair
    np.testing.assert_allclose(values(ours), values(theirs), rtol=1e-12, atol=1e-15)


def test_the_inverse_root_is_vaswani_s() -> None:
    """The peak is where the warm-up ends; the formula is equation 3, steps counted from 1."""
    n, W, d = STEPS + 1, 16, 512
    wanted = d**-0.5 * np.minimum(n**-0.5, n * W**-1.5)
    ours = values(gd.schedules.inverse_sqrt(d**-0.5 * W**-0.5, W))
    np.testing.assert_allclose(ours, wanted, rtol=1e-12)
    assert ours.argmax() == W - 1
    np.testing.assert_allclose(values(gd.schedules.inverse_sqrt(2.0)), 2 / np.sqrt(n), rtol=1e-12)


@given(rates, rates, lengths, st.floats(0.1, 4))
def test_a_polynomial_stays_between_its_ends(a: float, b: float, T: int, power: float) -> None:
    """From the first rate to the last it moves one way, is never outside them, and then stays."""
    got = values(gd.schedules.polynomial(a, b, T, power))
    assert got.min() >= min(a, b) * (1 - 1e-12)
    assert got.max() <= max(a, b) * (1 + 1e-12)
    assert (np.diff(got) * np.sign(b - a) >= -1e-12).all()
    np.testing.assert_allclose(got[T:], b, rtol=1e-12, atol=1e-15)
    assert got[0] == pytest.approx(a, rel=1e-12, abs=1e-12)


@given(rates, st.floats(0.01, 1), lengths)
def test_a_staircase_touches_the_exponential_where_stairs_begin(η: float, f: float, T: int) -> None:
    """The two agree at multiples of T, and between them the stair is the higher one."""
    stairs = values(gd.schedules.step(η, T, f))
    smooth = values(gd.schedules.exponential(η, f, T))
    np.testing.assert_allclose(stairs[::T], smooth[::T], rtol=1e-12)
    assert (stairs >= smooth * (1 - 1e-12)).all()
    assert (smooth >= 0).all()


ALL = {
    "constant": lambda η: gd.schedules.constant(η),
    "linear": lambda η: gd.schedules.linear(η, 0.1, 9),
    "polynomial": lambda η: gd.schedules.polynomial(η, 0.1, 9),
    "step": lambda η: gd.schedules.step(η, 5),
    "exponential": lambda η: gd.schedules.exponential(η, 0.9),
    "inverse_sqrt": lambda η: gd.schedules.inverse_sqrt(η, 5),
    "cosine": lambda η: gd.schedules.cosine(η, 9),
    "cosine_restarts": lambda η: gd.schedules.cosine_restarts(η, 3, growth=2),
    "one_cycle": lambda η: gd.schedules.one_cycle(η, 9),
    "warmup_stable_decay": lambda η: gd.schedules.warmup_stable_decay(η, 2, 3, 4),
    "join": lambda η: gd.schedules.join([gd.schedules.constant(η), lambda t: 0.1], [4]),
    "warm_up": lambda η: gd.schedules.warm_up(gd.schedules.cosine(η, 9), 4),
}
of_all = pytest.mark.parametrize("make", ALL.values(), ids=ALL.keys())


@of_all
def test_schedules_mix_no_dtypes(make: Any, strict_promotion: None) -> None:
    """Under strict promotion, with a float32 rate too, the answer is in the default precision."""
    for η in (0.5, jnp.float32(0.5)):
        assert jax.eval_shape(make(η), jnp.int32(3)).dtype == jnp.float64


@of_all
def test_schedules_work_in_single_precision(make: Any, single_precision: None) -> None:
    """For a reader who sets nothing, rates are float32."""
    assert jax.eval_shape(make(0.5), jnp.int32(3)).dtype == jnp.float32


@of_all
def test_another_rate_compiles_nothing(make: Any, compilations: Any) -> None:
    """A schedule is a pytree of its numbers: another rate is the same program."""
    if "join" in str(make(0.5)):
        return  # made of a lambda, which is another function each time
    at(make(0.5), 3)
    with compilations() as compiled:
        assert float(at(make(0.25), 3)) <= float(at(make(0.5), 3))
    assert compiled == []


def test_vmap_over_a_schedule_s_numbers() -> None:
    """Many rates are many schedules at once, inside a walk too."""
    ηs = jnp.array([0.1, 0.4])

    def last(η: jax.Array) -> jax.Array:
        rule = gd.optimizers.gradient_descent(gd.schedules.linear(η, 0.0, 10))
        return gd.descend(gd.surfaces.bowl, [1.0, 2.0], rule, 5).loss[-1]

    got = jax.vmap(last)(ηs)
    factors = [np.prod([1 - 2 * η * (1 - t / 10) for t in range(5)]) for η in ηs]
    np.testing.assert_allclose(got, 5 * np.square(factors), rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: gd.schedules.constant(-1),
            ValueError,
            "learning_rate is -1; expected a number >= 0",
        ),
        (
            lambda: gd.schedules.constant("x"),
            TypeError,
            "learning_rate is 'x'; expected a number >= 0",
        ),
        (
            lambda: gd.schedules.linear(0.1, float("inf"), 3),
            ValueError,
            "end is inf; expected a number >= 0",
        ),
        (
            lambda: gd.schedules.linear(0.1, 0.2, 0),
            ValueError,
            "steps is 0; expected a number of steps >= 1",
        ),
        (
            lambda: gd.schedules.step(0.1, 2.5),
            ValueError,
            "every is 2.5; expected a number of steps >= 1",
        ),
        (
            lambda: gd.schedules.exponential(0.1, None),
            TypeError,
            "factor is None; expected a number >= 0",
        ),
        (
            lambda: gd.schedules.polynomial(0.1, 0.2, 3, -1),
            ValueError,
            "power is -1; expected a number >= 0",
        ),
        (
            lambda: gd.schedules.inverse_sqrt(0.1, True),
            TypeError,
            "warmup_steps is True; expected a number of steps >= 1",
        ),
    ],
)
def test_decays_refuse_what_is_out_of_range(
    make: Any, error: type[Exception], message: str
) -> None:
    """Each number out of its range is named, shown, and told its range."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        make()
