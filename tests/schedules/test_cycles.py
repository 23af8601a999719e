"""Cosines, cycles and plateaus: optax's values, and continuity where it is promised."""

from __future__ import annotations

import re
from typing import Any

import hypothesis.strategies as st
import numpy as np
import optax
import pytest
from hypothesis import given

import gdbook as gd
from tests.schedules.test_decays import values

MANY = np.arange(130)
PAIRS = {
    "cosine": (
        gd.schedules.cosine(0.4, 50, 0.02),
        optax.cosine_decay_schedule(0.4, 50, 0.02 / 0.4),
    ),
    "cosine_restarts": (
        gd.schedules.cosine_restarts(0.4, 10, growth=2),
        optax.sgdr_schedule(
            [
                {"init_value": 0.4, "peak_value": 0.4, "warmup_steps": 0, "decay_steps": n}
                for n in (10, 20, 40, 80)
            ]
        ),
    ),
    "one_cycle": (
        gd.schedules.one_cycle(0.4, 97, 0.3, 20.0, 1e3),
        optax.cosine_onecycle_schedule(97, 0.4, 0.3, 20.0, 1e3),
    ),
    "warmup_stable_decay": (
        gd.schedules.warmup_stable_decay(0.4, 10, 50, 30, 0.1),
        optax.join_schedules(
            [
                optax.linear_schedule(0.0, 0.4, 10),
                optax.constant_schedule(0.4),
                optax.linear_schedule(0.4, 0.1, 30),
            ],
            [10, 60],
        ),
    ),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS.keys())
def test_cycles_are_optax_s(pair: Any) -> None:
    """At each of 130 steps the rate is that of optax, to 1e-12."""
    ours, theirs = pair
    np.testing.assert_allclose(values(ours, MANY), values(theirs, MANY), rtol=1e-12, atol=1e-15)


@given(st.integers(1, 12), st.integers(1, 4), st.floats(0.01, 10))
def test_restarts_come_when_they_should(T: int, m: int, η: float) -> None:
    """The rate is at its top at 0, T, T + Tm, T + Tm + Tm², and nowhere else."""
    starts, begin, cycle = [], 0, T
    while begin < len(MANY):
        starts, begin, cycle = [*starts, begin], begin + cycle, cycle * m
    got = values(gd.schedules.cosine_restarts(η, T, growth=m), MANY)
    np.testing.assert_array_equal(np.flatnonzero(np.isclose(got, η, rtol=1e-13)), starts)
    assert (got >= 0).all()


@given(st.floats(0, 10), st.integers(2, 130), st.floats(0, 1), st.floats(1, 100), st.floats(1, 1e5))
def test_one_cycle_never_leaps(
    peak: float, T: int, fraction: float, div: float, final: float
) -> None:
    """It is never negative nor above its peak, and no step is steeper than a cosine's middle."""
    got = values(gd.schedules.one_cycle(peak, T, fraction, div, final), MANY)
    rise = max(np.floor(fraction * T), 1)
    steepest = np.pi / 2 / min(rise, max(T - rise, 1)) * peak
    assert (got >= 0).all()
    assert (got <= peak * (1 + 1e-12)).all()
    assert np.abs(np.diff(got)).max() <= steepest + 1e-12


@given(
    st.floats(0, 10), st.integers(0, 30), st.integers(0, 30), st.integers(1, 30), st.floats(0, 10)
)
def test_a_plateau_has_two_slopes(peak: float, W: int, S: int, D: int, end: float) -> None:
    """Rates are the corners' at the corners, and change evenly between them."""
    got = values(gd.schedules.warmup_stable_decay(peak, W, S, D, end), MANY)
    corners = [0, W, W + S, W + S + D, 200]
    heights = [0.0 if W else peak, peak, peak, end, end]
    np.testing.assert_allclose(got, np.interp(MANY, corners, heights), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gd.schedules.cosine(0.1, 0), "steps is 0; expected a number of steps >= 1"),
        (
            lambda: gd.schedules.cosine_restarts(0.1, 4, growth=0.5),
            "growth is 0.5; expected a number >= 1",
        ),
        (
            lambda: gd.schedules.one_cycle(0.1, 4, 1.5),
            "warmup_fraction is 1.5; expected a number in [0, 1]",
        ),
        (
            lambda: gd.schedules.warmup_stable_decay(0.1, -1, 2, 3),
            "warmup_steps is -1; expected a number >= 0",
        ),
    ],
)
def test_cycles_refuse_what_is_out_of_range(make: Any, message: str) -> None:
    """Each number out of its range is named, shown, and told its range."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        make()
