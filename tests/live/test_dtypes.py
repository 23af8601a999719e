"""Dtypes: integers wrap around, conversions saturate, single precision rounds."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from tests.live.node import SPECIAL, check_binary, check_unary, run

INTEGERS = (0, 1, -1, 2, -7, 31, 33, 127, 128, 255, 1000, -12345, 46341, 2**31 - 1, -(2**31))
NAMES = ("int8", "int16", "int32", "uint8", "uint16", "uint32", "int64")


def values(dtype: str) -> np.ndarray:
    """Return integers of a dtype, the ends of its range among them."""
    return np.asarray(INTEGERS).astype(dtype)


@pytest.mark.parametrize("new", ["bool", "float32", "float64", *NAMES])
@pytest.mark.parametrize("old", NAMES)
def test_integers_are_converted_as_by_jax(old: str, new: str) -> None:
    """An integer in another dtype wraps around, or is rounded, as in JAX."""
    check_unary(lambda x: jnp.asarray(x).astype(new), values(old))


@pytest.mark.parametrize("new", ["bool", "float32", *NAMES])
def test_floats_are_converted_as_by_jax(new: str) -> None:
    """A float becomes an integer towards zero, nan becomes 0, and what is too large the end."""
    big = [x for x in SPECIAL if not abs(x) > 2**53] if new == "int64" else SPECIAL
    check_unary(lambda x: jax.lax.convert_element_type(x, new), np.asarray(big))


@pytest.mark.parametrize(
    "operation", [jnp.add, jnp.subtract, jnp.multiply], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("dtype", NAMES[:-1])
def test_integers_wrap_around(operation: Any, dtype: str) -> None:
    """Sums, differences and products beyond the range of a dtype come round from its other end."""
    check_binary(operation, values(dtype))


def test_single_precision_rounds_every_result() -> None:
    """After a cast to float32 each sum, product and quotient is rounded to it, as in JAX."""

    def function(x: Any, y: Any) -> Any:
        x, y = jnp.asarray(x, jnp.float32), jnp.asarray(y, jnp.float32)
        return (x + y) * x / (y * y + 3)

    draw = np.random.default_rng(0).normal(size=(50, 2))
    got = run(gd.live.emit(function, 1.0, 1.0), draw)[:, 0]
    with jax.disable_jit():
        np.testing.assert_array_equal(got, np.asarray(function(*draw.T), float))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "complex64"])
def test_other_dtypes_are_refused(dtype: str) -> None:
    """Half precision and complex numbers have no JavaScript; the way out is named."""
    with pytest.raises(gd.live.EmitError, match=f"there is no {dtype} in JavaScript; cast to"):
        gd.live.emit(lambda x: jnp.asarray(x).astype(dtype), 1.0)
