"""Functions of real numbers: to 1e-12 of JAX from the smallest to the largest doubles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from jax import lax

from tests.live.node import SPECIAL, check_binary, check_unary

SIZES = np.geomspace(1e-8, 700, 60)
PLACES = np.concatenate([SPECIAL, np.linspace(-5, 5, 101), SIZES, -SIZES])
FUNCTIONS = [
    lax.sqrt, lax.rsqrt, lax.cbrt, lax.exp, lax.exp2, lax.expm1, lax.log, lax.log1p, lax.sin,
    lax.cos, lax.tan, lax.asin, lax.acos, lax.atan, lax.sinh, lax.cosh, lax.tanh, lax.asinh,
    lax.acosh, lax.atanh, lax.erf, lax.erfc, lax.erf_inv, lax.logistic,
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_functions_are_jax_s(function: Any) -> None:
    """At 251 places, special values among them, a function agrees with JAX to 1e-12."""
    check_unary(function, PLACES)


def test_atan2_is_jax_s() -> None:
    """The angle of a point is JAX's in every quadrant, on axes and at infinity."""
    check_binary(lax.atan2)
