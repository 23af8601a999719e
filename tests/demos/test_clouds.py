"""The data of a playground: what a function makes, at every level of noise."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest

import gdbook as gd
from gdbook.demos.clouds import clouds
from tests.demos.plays import blobs, listed, small_playground


def test_points_are_those_of_the_function() -> None:
    """Base plus noise times scatter is what the function makes, shuffled as the copy shuffles."""
    (cloud,) = clouds({"clouds": (blobs, 0.5)})
    inputs, classes = blobs(jax.random.key(100), 0.7)
    order = jax.random.permutation(jax.random.key(101), 24)
    (learn, targets), (held_out, _) = cloud.at(0.7)
    np.testing.assert_allclose(learn, inputs[order[:12]], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(held_out, inputs[order[12:]], rtol=1e-13, atol=1e-15)
    assert (targets[:, 0] == classes[order[:12]]).all()
    module = small_playground().modules["data-0"]
    np.testing.assert_array_equal(listed(module, "base"), cloud.base.ravel())
    np.testing.assert_array_equal(listed(module, "classes"), cloud.classes)


def three(key: Any, noise: Any) -> Any:
    """Return three clouds of points."""
    data = gd.datasets.blobs(key, 24, centres=((0, 0), (1, 0), (0, 1)), noise=noise)
    return data.inputs, data.targets


def squared(key: Any, noise: Any) -> Any:
    """Return points that noise moves by its square."""
    inputs, classes = blobs(key, 0.0)
    return inputs + noise**2, classes


@pytest.mark.parametrize(
    ("make", "message"),
    [(three, "classes \\[0, 1, 2\\]"), (squared, "not linear")],
)
def test_what_noise_cannot_move_is_refused(make: Any, message: str) -> None:
    """Each refusal names the data set and what was wrong with it."""
    with pytest.raises(ValueError, match=message):
        clouds({"odd": (make, 0.1)})


def test_the_window_is_square_and_holds_all_points() -> None:
    """Whatever the noise, every point is in sight, and both axes have one scale."""
    (cloud,) = clouds({"clouds": (blobs, 0.5)})
    for noise in (0.0, 0.5, 2.0):
        (left, right), (low, high) = cloud.window(noise)
        assert right - left == pytest.approx(high - low)
        for inputs, _ in cloud.at(noise):
            assert ((inputs > [left, low]) & (inputs < [right, high])).all()
