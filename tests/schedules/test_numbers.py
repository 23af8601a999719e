"""A schedule's numbers: leaves of a pytree, checked where they are known."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdbook.schedules import numbers


def _sum(t: jax.Array, *, a: jax.Array, b: jax.Array) -> jax.Array:
    return t + a + b


def test_a_bound_schedule_is_a_pytree_of_its_numbers() -> None:
    """Its leaves are its numbers, and it may be rebuilt with others."""
    schedule = numbers.bind(_sum, a=1, b=2.5)
    assert jax.tree.leaves(schedule) == [1, 2.5]
    assert float(jax.tree.map(lambda leaf: 2 * leaf, schedule)(3)) == 10
    np.testing.assert_array_equal(schedule(jnp.arange(2)), [3.5, 4.5])


@pytest.mark.parametrize("value", [0, 0.5, np.float32(2), jnp.asarray(3)])
def test_what_fits_passes_unchanged(value: Any) -> None:
    """A number in its range comes back as it is."""
    assert numbers.rate("x", value) is value


def test_traced_numbers_pass() -> None:
    """While tracing, a number's value is not known, and it is let through."""
    assert float(jax.jit(lambda x: numbers.length("x", x) * 1.0)(-2.5)) == -2.5


@pytest.mark.parametrize("value", [None, True, "1", [1.0], np.ones(2), 1j])
def test_what_is_no_number_is_a_type_error(value: Any) -> None:
    """Anything but a real scalar is refused by type."""
    with pytest.raises(TypeError, match=r"^x is .*; expected a number in \[0, 1\]$"):
        numbers.number("x", value, 0.0, 1.0)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), np.inf])
def test_what_is_out_of_range_is_a_value_error(value: Any) -> None:
    """A number below, above, infinite or not a number is refused by value."""
    with pytest.raises(ValueError, match=r"^x is .*; expected a number in \[0, 1\]$"):
        numbers.number("x", value, 0.0, 1.0)
