"""scikit-learn's sets: their shapes, and the published fit of one."""

from __future__ import annotations

import re
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd

SHAPES = {
    gd.datasets.diabetes: ((442, 10), None),
    gd.datasets.digits: ((1797, 64), 10),
    gd.datasets.breast_cancer: ((569, 30), 2),
    gd.datasets.iris: ((150, 4), 3),
    gd.datasets.wine: ((178, 13), 3),
}


@pytest.mark.parametrize("make", SHAPES, ids=lambda make: make.__name__)
def test_bundled_sets_are_what_they_say(make: Any) -> None:
    """Each has its shape and classes, and says how many examples it has and from when."""
    data, (shape, classes) = make(), SHAPES[make]
    assert data.inputs.shape == shape
    assert data.targets.shape == shape[:1]
    assert str(shape[0]) in data.about
    assert re.search(r"\d{4}", data.source)
    if classes:
        assert sorted(set(np.asarray(data.targets).tolist())) == list(range(classes))


def test_descent_on_diabetes_reaches_the_least_squares() -> None:
    """The mean squared error is 2859.69634759 and R² is 0.5177484222, as scikit-learn has it."""
    data = gd.datasets.diabetes()
    # An orthonormal basis of the columns makes the bowl round, and the fit is the same.
    basis = jnp.linalg.qr(data.inputs)[0] * jnp.sqrt(442.0)
    model = gd.models.linear(10)
    loss = gd.models.objective(model, gd.models.mean_squared_error)
    batch = basis, data.targets[:, None]
    start = {"W": jnp.zeros((10, 1)), "b": jnp.zeros(1)}
    path = gd.descend(loss, start, gd.optimizers.gradient_descent(0.45), 60, data=batch)
    assert float(path.loss[-1]) == pytest.approx(2859.69634759, abs=1e-8)
    r2 = 1 - float(path.loss[-1] / jnp.var(data.targets))
    assert r2 == pytest.approx(0.5177484222, abs=1e-10)
