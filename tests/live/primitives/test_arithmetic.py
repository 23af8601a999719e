"""Arithmetic: each primitive on all pairs of special values, floats and integers."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import gdbook as gd
from tests.live.node import SPECIAL, assert_close, check_binary, check_unary, pairs, run

BINARY = [lax.add, lax.sub, lax.mul, lax.div, lax.rem, lax.max, lax.min, lax.pow]
UNARY = [lax.neg, lax.abs, lax.sign, lax.floor, lax.ceil, lax.square]
INTEGERS = np.array(
    [0, 1, -1, 2, -2, 3, 7, -7, 31, 33, 1000, -12345, 46341, 2**31 - 1, -(2**31)], np.int32
)


@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
def test_two_floats(function: Any) -> None:
    """Nan, infinities, zeros, overflow and halves meet each other as in JAX."""
    check_binary(function)


@pytest.mark.parametrize("function", UNARY, ids=lambda f: f.__name__)
def test_one_float(function: Any) -> None:
    """Functions of one float are JAX's at all special values."""
    check_unary(function)


@pytest.mark.parametrize("function", BINARY[:-1], ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", ["int32", "uint32"])
def test_two_integers(function: Any, dtype: str) -> None:
    """Integers wrap around; by zero, the quotient is -1 and the remainder the dividend."""
    check_binary(function, INTEGERS.astype(dtype))


@pytest.mark.parametrize("exponent", [-3, -1, 0, 1, 2, 3, 4, 5, 7, 13])
def test_integer_powers(exponent: int) -> None:
    """Constant integer powers are products, of floats and of integers."""
    check_unary(lambda x: lax.integer_pow(x, exponent), rtol=1e-14)
    if exponent >= 0:
        check_unary(lambda x: lax.integer_pow(x, exponent), INTEGERS)


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 1.5, 2.0, -0.5, np.inf, np.nan])
def test_constant_powers_and_bases(exponent: float) -> None:
    """Constant exponents, and bases, are JAX's where JavaScript's own operator is not."""
    check_unary(lambda x: lax.pow(x, jnp.full_like(x, exponent)))
    check_unary(lambda x: lax.pow(jnp.full_like(x, exponent), x))
    check_unary(lambda x: lax.pow(jnp.ones_like(x), x))


@pytest.mark.parametrize("method", list(lax.RoundingMethod))
def test_rounding(method: Any) -> None:
    """Halves go away from zero or to even; the rest to the nearest."""
    check_unary(lambda x: lax.round(x, method), np.array([*SPECIAL, 2.5, 3.5, -3.5, 0.6, -0.4]))


def test_clamping() -> None:
    """A clamp keeps nan, and the upper end wins over the lower."""
    check_binary(lambda x, y: lax.clamp(-1.0, x, y * jnp.ones_like(x)))
    check_binary(lambda x, y: lax.clamp(y * jnp.ones_like(x), x, jnp.ones_like(x)))


def test_subnormal_numbers_are_kept() -> None:
    """Below the smallest normal double, where XLA computes with 0, arithmetic is IEEE's."""
    x, y = pairs((5e-324, -1e-310, 2.0, 0.5, 1e-200))
    module = gd.live.emit(lambda x, y: (x * y, x + y, x / y, x > y), 1.0, 1.0)
    with np.errstate(all="ignore"):
        wanted = np.stack([x * y, x + y, x / y, x > y], axis=1)
    np.testing.assert_array_equal(run(module, np.stack([x, y], 1)), wanted)


def test_zeros_keep_their_signs() -> None:
    """Products, quotients and negatives of zeros have IEEE's signs."""
    module = gd.live.emit(lambda x: (-x, 3 * x, -x * x, 0 - x, abs(x), 1 / x), 0.5)
    got = run(module, [[0.0], [-0.0]])
    np.testing.assert_array_equal(np.signbit(got[0]), [1, 0, 1, 0, 0, 0])
    np.testing.assert_array_equal(np.signbit(got[1]), [0, 1, 1, 0, 0, 1])
    assert_close(got[:, 5], [np.inf, -np.inf])
