"""What ``descend`` gives, for demos to be compared with."""

from __future__ import annotations

from typing import Any

import numpy as np

import gdbook as gd

rules = gd.optimizers


def path_of(name: str, steps: int) -> Any:
    """Return the path of a racer of the race, as ``descend`` walks it."""
    field = {
        "SGD": rules.gradient_descent(0.01), "Momentum": rules.momentum(0.002, momentum=0.9),
        "RMSProp": rules.rmsprop(0.01, momentum=0.9), "Adam": rules.adam(0.1, b1=0.8),
    }  # fmt: skip
    surface = gd.surfaces.curved_valley
    return gd.descend(surface, [-1.5, 2.0], field[name], steps)


def assert_near(got: Any, wanted: Any) -> None:
    """Assert that two walks agree to 1e-12."""
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-12)
