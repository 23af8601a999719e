"""The learning-rate finder: rates grow evenly, losses are the walk's, the limit is seen."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd

surface = gd.surfaces.quadratic(10)
rule = gd.optimizers.gradient_descent


def test_rates_grow_evenly_and_losses_are_the_walk_s() -> None:
    """Each rate is the last times one factor; the losses are those of descend with that ramp."""
    sweep = gd.find_learning_rate(surface, [1.0, 1.0], rule, 1e-3, 1.0, 31, smoothing=0.5)
    np.testing.assert_allclose(sweep.learning_rates, np.geomspace(1e-3, 1, 31), rtol=1e-12)
    place, losses = np.ones(2), []
    for η in np.geomspace(1e-3, 1, 31):
        losses.append(0.5 * place @ (np.array([1, 10]) * place))
        place = place * (1 - η * np.array([1, 10]))
    np.testing.assert_allclose(sweep.loss, losses, rtol=1e-9)
    weights = 0.5 ** np.arange(31)[::-1]
    for t in (0, 5, 30):
        wanted = np.average(losses[: t + 1], weights=weights[30 - t :])
        assert float(sweep.smooth[t]) == pytest.approx(wanted, rel=1e-9)


def test_the_suggestion_is_a_tenth_of_the_lowest() -> None:
    """Where losses are smoothed away or infinite, the lowest finite one counts."""
    rates = jnp.array([0.1, 1.0, 10.0, 100.0])
    loss = jnp.array([3.0, 1.0, jnp.inf, jnp.nan])
    assert type(gd.find_learning_rate(surface, [1.0, 1.0], rule, steps=2))(
        rates, loss, loss
    ).suggestion == pytest.approx(0.1)


@pytest.mark.parametrize(
    "changed", [{"low": 0.0}, {"low": 2.0, "high": 1.0}, {"steps": 1}, {"smoothing": 1.0}]
)
def test_a_ramp_that_does_not_rise_is_refused(changed: Any) -> None:
    """The error names all that decide the ramp."""
    with pytest.raises(ValueError, match=r"^low is .*; expected 0 < low < high, steps >= 2"):
        gd.find_learning_rate(surface, [1.0, 1.0], rule, **changed)
