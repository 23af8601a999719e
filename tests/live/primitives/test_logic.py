"""Logic: comparisons with nan, choices among several, bits of integers."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import gdbook as gd
from tests.live.node import check, check_binary, check_unary

COMPARISONS = [lax.eq, lax.ne, lax.lt, lax.le, lax.gt, lax.ge]
BITS = [lax.bitwise_and, lax.bitwise_or, lax.bitwise_xor]
SHIFTS = [lax.shift_left, lax.shift_right_arithmetic, lax.shift_right_logical]
INTEGERS = np.array([0, 1, -1, 5, -8, 31, 32, 33, 100, -100, 2**31 - 1, -(2**31)], np.int32)


def named(function: Any) -> str:
    """Return a function's name."""
    return str(function.__name__)


@pytest.mark.parametrize("function", COMPARISONS, ids=named)
def test_comparisons(function: Any) -> None:
    """Floats, integers and booleans compare as in JAX; nan with nothing."""
    check_binary(function)
    check_binary(function, INTEGERS)
    check_binary(function, np.array([False, True]))


@pytest.mark.parametrize("function", BITS, ids=named)
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int32", "uint32"])
def test_bits(function: Any, dtype: str) -> None:
    """And, or, exclusive or."""
    check_binary(function, INTEGERS.astype(dtype))


@pytest.mark.parametrize("function", SHIFTS, ids=named)
@pytest.mark.parametrize("dtype", ["int32", "uint32"])
def test_shifts(function: Any, dtype: str) -> None:
    """Shifts, by more than there are bits too."""
    check_binary(function, INTEGERS.astype(dtype))


def test_not_and_is_finite() -> None:
    """Not of booleans and of bits; finite is neither nan nor infinite."""
    check_unary(lax.bitwise_not, np.array([False, True]))
    check_unary(lax.bitwise_not, INTEGERS)
    check_unary(lax.bitwise_not, INTEGERS.astype(np.uint32))
    check_unary(lax.is_finite)


def test_choices() -> None:
    """A choice by a boolean, by an integer among three, and by a scalar for a whole array."""
    x, y = np.array([1.0, np.nan, 3.0]), np.array([-1.0, 2.0, np.inf])
    check(lambda x, y: jnp.where(x > y, x, y), x, y)
    check(lambda n, x, y: lax.select_n(n, x, y, x + y), np.array([0, 1, 2], np.int32), x, y)
    check(lambda b, x, y: lax.select_n(b, x, y), np.array(True), x, y)


def test_bits_that_javascript_cuts_off_are_refused() -> None:
    """Operators on bits have 32 of them; 64 are refused, and the way out is named."""
    with pytest.raises(gd.live.EmitError, match="no bits of int64; cast to int32 or uint32 first"):
        gd.live.emit(lambda n: n & 3, np.int64(1))
