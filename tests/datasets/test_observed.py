"""Datasets: the real ones are what their sources say, the made ones follow from their key."""

from __future__ import annotations

import math
import re
from typing import Any

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings

import gdbook as gd
from gdbook.datasets import Dataset

REAL = (gd.datasets.house_prices, gd.datasets.challenger)


@pytest.mark.parametrize("make", REAL, ids=lambda make: make.__name__)
def test_real_data_say_what_and_whose_they_are(make: Any) -> None:
    """A real data set names its variables and its source, and holds as many inputs as targets."""
    data = make()
    assert isinstance(data, Dataset)
    assert data.inputs.shape == data.targets.shape
    assert jnp.issubdtype(data.inputs.dtype, jnp.floating)
    assert jnp.issubdtype(data.targets.dtype, jnp.floating)
    assert str(data.inputs.size) in data.about
    assert re.search(r"\d{4}", data.source), "a source has a year"


def test_house_prices_are_twenty_houses() -> None:
    """Twenty houses of 768 to 4374 square feet, sold for 80 000 to 339 000 dollars."""
    houses = gd.datasets.house_prices()
    assert houses.inputs.shape == (20,)
    assert (houses.inputs.min(), houses.inputs.max()) == (0.768, 4.374)
    assert (houses.targets.min(), houses.targets.max()) == (80, 339)


def test_challenger_is_twenty_three_flights() -> None:
    """Twenty-three flights at 53 to 81 degrees, seven of them with damage, the coldest included."""
    flights = gd.datasets.challenger()
    assert flights.inputs.shape == (23,)
    assert (flights.inputs.min(), flights.inputs.max()) == (53, 81)
    assert set(np.asarray(flights.targets).tolist()) == {0, 1}
    degrees, damaged = np.asarray(flights.inputs), np.asarray(flights.targets)
    assert damaged.sum() == 7
    # Dalal, Fowlkes and Hoadley: below 65 degrees each flight came back damaged.
    assert damaged[degrees < 65].tolist() == [1, 1, 1, 1]


def test_descent_on_house_prices_finds_the_least_squares_line() -> None:
    """Walking downhill on the mean squared error ends where NumPy's least squares does."""
    houses = gd.datasets.house_prices()

    def loss(line: jax.Array, data: Any) -> jax.Array:
        inputs, prices = data
        return jnp.mean((line[0] * inputs + line[1] - prices) ** 2)

    data = houses.inputs, houses.targets
    path = gd.descend(loss, [0.0, 0.0], gd.optimizers.gradient_descent(0.1), 3000, data=data)
    inputs, prices = map(np.asarray, data)
    design = np.stack([inputs, np.ones_like(inputs)], axis=1)
    solution, residual, *_ = np.linalg.lstsq(design, prices)
    np.testing.assert_allclose(path.last, solution, rtol=1e-10)
    assert float(path.loss[-1]) == pytest.approx(float(residual[0]) / 20, rel=1e-12)


def test_logistic_fit_of_challenger_agrees_with_scipy_and_with_the_paper() -> None:
    """Descent, SciPy's BFGS and the published fit 15.043 - 0.2322 t are one curve."""
    flights = gd.datasets.challenger()
    centre, spread = 70.0, 7.0

    def loss(params: jax.Array, data: Any) -> jax.Array:
        degrees, damaged = data
        score = params[0] + params[1] * (degrees - centre) / spread
        return jnp.mean(jnp.logaddexp(0.0, score) - damaged * score)

    data = flights.inputs, flights.targets
    path = gd.descend(loss, [0.0, 0.0], gd.optimizers.gradient_descent(3.0), 2000, data=data)
    found = scipy.optimize.minimize(
        jax.jit(loss), np.zeros(2), (data,), jac=jax.jit(jax.grad(loss)), options={"gtol": 1e-12}
    )
    np.testing.assert_allclose(path.last, found.x, rtol=1e-7)
    intercept, slope = path.last[0] - path.last[1] * centre / spread, path.last[1] / spread
    assert float(intercept) == pytest.approx(15.0429, abs=1e-4)
    assert float(slope) == pytest.approx(-0.2322, abs=1e-4)


@settings(max_examples=15)
@given(st.integers(0, 2**31 - 1))
def test_a_key_decides_a_line_of_points(seed: int) -> None:
    """The same key gives the same points, and another key others."""
    one, two = (gd.datasets.line(jax.random.key(seed)) for _ in range(2))
    np.testing.assert_array_equal(one.targets, two.targets)
    other = gd.datasets.line(jax.random.key(seed + 1))
    assert not np.array_equal(one.targets, other.targets)
    np.testing.assert_array_equal(one.inputs, other.inputs)


@settings(max_examples=15)
@given(st.floats(-10, 10), st.floats(-10, 10))
def test_without_noise_the_points_lie_on_the_line(slope: float, intercept: float) -> None:
    """noise=0 leaves slope · x + intercept, exactly."""
    data = gd.datasets.line(jax.random.key(0), 5, slope=slope, intercept=intercept, noise=0)
    np.testing.assert_array_equal(data.inputs, [-3.0, -1.5, 0.0, 1.5, 3.0])
    np.testing.assert_allclose(data.targets, slope * data.inputs + intercept, atol=1e-14)


def test_noise_is_the_scatter_about_the_line() -> None:
    """Over many points, the scatter has mean 0 and the standard deviation that was asked for."""
    n, noise = 20_000, 0.7
    data = gd.datasets.line(jax.random.key(1), n, slope=2.0, intercept=-1.0, noise=noise)
    scatter = np.asarray(data.targets - (2.0 * data.inputs - 1.0))
    assert abs(scatter.mean()) < 5 * noise / math.sqrt(n)
    assert scatter.std() == pytest.approx(noise, rel=5 / math.sqrt(2 * n))


def test_a_line_describes_itself() -> None:
    """The words of a made data set follow from its arguments."""
    data = gd.datasets.line(jax.random.key(0), 7, slope=2, intercept=-0.5)
    assert data.about == "7 points about y = 2 x - 0.5"
    assert data.inputs.shape == data.targets.shape == (7,)


def test_a_reader_gets_single_precision(single_precision: None) -> None:
    """Where nothing is set, data are float32 like everything else."""
    for data in (*(make() for make in REAL), gd.datasets.line(jax.random.key(0))):
        assert data.inputs.dtype == data.targets.dtype == jnp.float32


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n": 0}, ValueError, "n is 0; expected an integer >= 1"),
        ({"n": -2}, ValueError, "n is -2; expected an integer >= 1"),
        ({"n": 2.5}, TypeError, "n is 2.5; expected an integer >= 1"),
        ({"noise": -0.1}, ValueError, "noise is -0.1; expected a number >= 0"),
        ({"noise": math.nan}, ValueError, "noise is nan; expected a number >= 0"),
        ({"noise": math.inf}, ValueError, "noise is inf; expected a number >= 0"),
        ({"noise": "some"}, TypeError, "noise is 'some'; expected a number >= 0"),
    ],
)
def test_a_line_refuses_what_makes_none(
    arguments: Any, error: type[Exception], message: str
) -> None:
    """Too few points, or noise that is no standard deviation, is named and shown."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        gd.datasets.line(jax.random.key(0), **arguments)
