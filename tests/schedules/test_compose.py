"""Schedules of schedules: each counts its own steps, and a warm-up meets what follows."""

from __future__ import annotations

import re
from typing import Any

import hypothesis.strategies as st
import numpy as np
import optax
import pytest
from hypothesis import given

import gdbook as gd
from tests.schedules.test_decays import STEPS, values


def test_join_is_optax_s() -> None:
    """Three schedules one after the other have the rates of optax's join."""
    ours = gd.schedules.join(
        [gd.schedules.linear(0, 1, 7), gd.schedules.cosine(1, 20), lambda t: 0.5 / (1.0 + t)],
        [7, 30],
    )
    theirs = optax.join_schedules(
        [
            optax.linear_schedule(0, 1, 7),
            optax.cosine_decay_schedule(1, 20),
            lambda t: 0.5 / (1.0 + t),
        ],
        [7, 30],
    )
    np.testing.assert_allclose(values(ours), values(theirs), rtol=1e-12, atol=1e-15)


def test_a_warm_cosine_is_optax_s() -> None:
    """A warm-up before a cosine is optax's warmup_cosine_decay_schedule."""
    ours = gd.schedules.warm_up(gd.schedules.cosine(0.4, 40, 0.1), 12, 0.01)
    theirs = optax.warmup_cosine_decay_schedule(0.01, 0.4, 12, 52, 0.1)
    np.testing.assert_allclose(values(ours), values(theirs), rtol=1e-12)


@given(st.floats(0, 10), st.floats(0, 10), st.integers(1, 30), st.integers(1, 9))
def test_a_warm_up_meets_what_follows(start: float, η: float, W: int, every: int) -> None:
    """It rises evenly, reaches the first rate at step W, and then is the schedule, later by W."""
    after = gd.schedules.step(η, every, 0.5)
    got = values(gd.schedules.warm_up(after, W, start))
    np.testing.assert_allclose(got[W:], values(after)[: len(STEPS) - W], rtol=1e-12)
    np.testing.assert_allclose(got[: W + 1], np.linspace(start, η, W + 1), rtol=1e-9, atol=1e-12)
    assert (got >= 0).all()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: gd.schedules.join([gd.schedules.constant(1)], [3]),
            ValueError,
            "boundaries is (3,), for 1 schedules; expected 0, one fewer than schedules",
        ),
        (
            lambda: gd.schedules.join([gd.schedules.constant(1)] * 3, [5, 3]),
            ValueError,
            "boundaries is (5, 3); expected steps that rise",
        ),
        (
            lambda: gd.schedules.join([0.1], []),
            TypeError,
            "schedules[0] is 0.1; expected a schedule, a function of the step",
        ),
        (
            lambda: gd.schedules.warm_up(0.1, 3),
            TypeError,
            "schedule is 0.1; expected a schedule, a function of the step",
        ),
        (
            lambda: gd.schedules.warm_up(gd.schedules.constant(1), 0),
            ValueError,
            "steps is 0; expected a number of steps >= 1",
        ),
    ],
)
def test_compositions_refuse_what_does_not_fit(
    make: Any, error: type[Exception], message: str
) -> None:
    """What cannot be composed is named, shown, and told what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        make()
