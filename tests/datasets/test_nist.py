"""NIST's certified numbers, by gradient descent and by least squares."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.datasets import CERTIFIED


def test_descent_finds_the_certified_line_of_norris() -> None:
    """On standardised inputs, descent reaches both certified coefficients to 12 digits."""
    data = gd.datasets.norris()
    mean, spread = data.inputs.mean(), data.inputs.std()
    x = (data.inputs - mean) / spread

    def loss(line: jnp.ndarray, batch: tuple[jnp.ndarray, jnp.ndarray]) -> jnp.ndarray:
        return jnp.mean((line[0] + line[1] * batch[0] - batch[1]) ** 2)

    rule = gd.optimizers.gradient_descent(0.4)
    end = gd.descend(loss, [0.0, 0.0], rule, 60, data=(x, data.targets)).last
    slope = float(end[1] / spread)
    assert slope == pytest.approx(CERTIFIED["norris"][1], rel=1e-12)
    assert float(end[0]) - slope * float(mean) == pytest.approx(CERTIFIED["norris"][0], rel=1e-9)


@pytest.mark.parametrize("name", CERTIFIED)
def test_the_data_are_those_that_were_certified(name: str) -> None:
    """NumPy's least squares on columns of length 1 agrees with what NIST published."""
    data = getattr(gd.datasets, name)()
    inputs = np.asarray(data.inputs).reshape(len(data.targets), -1)
    design = np.column_stack([np.ones(len(inputs)), inputs])
    lengths = np.linalg.norm(design, axis=0)
    found = np.linalg.lstsq(design / lengths, np.asarray(data.targets), rcond=None)[0] / lengths
    np.testing.assert_allclose(found, CERTIFIED[name], rtol=1e-7)
