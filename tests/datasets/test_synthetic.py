"""Made sets: decided by their key, balanced, and where they should be when there is no noise."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest

import gdbook as gd

KEY = jax.random.key(0)
PLANE = (gd.datasets.blobs, gd.datasets.moons, gd.datasets.spirals)


@pytest.mark.parametrize("make", [*PLANE, gd.datasets.sine], ids=lambda make: make.__name__)
def test_the_key_decides_all(make: Any) -> None:
    """The same key makes the same set, another makes another."""
    one, same, other = (make(jax.random.key(seed), 30) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.inputs, same.inputs)
    np.testing.assert_array_equal(one.targets, same.targets)
    assert not np.array_equal(np.c_[one.inputs, one.targets], np.c_[other.inputs, other.targets])


@pytest.mark.parametrize("make", PLANE, ids=lambda make: make.__name__)
def test_classes_are_balanced(make: Any) -> None:
    """Of 31 points, 16 are of class 0 and 15 of class 1, in the plane."""
    data = make(KEY, 31)
    assert data.inputs.shape == (31, 2)
    assert np.bincount(np.asarray(data.targets)).tolist() == [16, 15]


def test_without_noise_the_moons_are_half_circles() -> None:
    """One has centre (0, 0) and lies above it, the other has centre (1, ½) and lies below."""
    data = gd.datasets.moons(KEY, 40, noise=0.0)
    x, y = np.asarray(data.inputs), np.asarray(data.targets)
    np.testing.assert_allclose(np.linalg.norm(x[y == 0], axis=1), 1)
    np.testing.assert_allclose(np.linalg.norm(x[y == 1] - [1, 0.5], axis=1), 1)
    assert (x[y == 0, 1] >= -1e-12).all()
    assert (x[y == 1, 1] <= 0.5 + 1e-12).all()


def test_without_noise_the_spirals_face_each_other() -> None:
    """One is the other turned by half a circle, and both end at radius 1."""
    data = gd.datasets.spirals(KEY, 40, noise=0.0)
    x = np.asarray(data.inputs)
    np.testing.assert_allclose(x[0::2], -x[1::2], atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(x[-2:], axis=1), 1)


def test_without_noise_curves_are_their_formulas() -> None:
    """The sine is NumPy's, and T₄ is 8x⁴ - 8x² + 1."""
    sine, t4 = gd.datasets.sine(KEY, noise=0.0), gd.datasets.chebyshev()
    np.testing.assert_allclose(sine.targets, np.sin(sine.inputs), atol=1e-15)
    x = np.asarray(t4.inputs)
    assert x.shape == (20,)
    np.testing.assert_allclose(t4.targets, 8 * x**4 - 8 * x**2 + 1, atol=1e-12)


@pytest.mark.parametrize("make", [*PLANE, gd.datasets.sine], ids=lambda make: make.__name__)
def test_negative_noise_is_refused(make: Any) -> None:
    """The error names noise, its value and its range."""
    with pytest.raises(ValueError, match=r"^noise is -1; expected a number >= 0$"):
        make(KEY, noise=-1)
