"""What all schedules share: checking their numbers, binding them, and one precision for all."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.tree_util import Partial

from gdbook import checks
from gdbook.types import Schedule

Number = float | jax.Array
"""A Python number or a (traced) scalar."""


def bind(rule: Callable[..., jax.Array], **numbers: Any) -> Schedule:
    """Return the schedule ``step -> rule(step, **numbers)``, computed in one floating precision.

    The numbers are leaves of the pytree that the schedule is; ``rule`` gets all of them, and the
    step, as floating-point arrays.
    """
    return Partial(_in_floats, rule=Partial(rule), numbers=numbers)  # type: ignore[no-untyped-call]


def _in_floats(step: Any, *, rule: Any, numbers: Any) -> jax.Array:
    given = {name: jnp.asarray(value, float) for name, value in numbers.items()}
    rate: jax.Array = rule(jnp.asarray(step, float), **given)
    return rate


def rate(name: str, value: Any) -> Any:
    """Check a learning rate: a finite number >= 0, or a traced scalar.

    Raises:
        TypeError: if ``value`` is neither.
        ValueError: if ``value`` is a number below 0, or not finite.
    """
    return number(name, value, 0.0)


def length(name: str, value: Any) -> Any:
    """Check a number of steps: an integer >= 1, or a traced scalar.

    Raises:
        TypeError: if ``value`` is neither.
        ValueError: if ``value`` is a number below 1, or not whole.
    """
    return _whole(name, value, 1, "a number of steps >= 1")


def moment(name: str, value: Any) -> Any:
    """Check a step: an integer >= 0, or a traced scalar.

    Raises:
        TypeError: if ``value`` is neither.
        ValueError: if ``value`` is a number below 0, or not whole.
    """
    return _whole(name, value, 0, "a whole step >= 0")


def _whole(name: str, value: Any, low: int, expected: str) -> Any:
    value = number(name, value, low, expected=expected)
    if not isinstance(value, jax.core.Tracer) and float(value) != int(value):
        raise ValueError(f"{name} is {value!r}; expected {expected}")
    return value


def number(
    name: str, value: Any, low: float, high: float = math.inf, *, expected: str | None = None
) -> Any:
    """Check a finite number from ``low`` to ``high``, both included, or a traced scalar.

    Raises:
        TypeError: if ``value`` is neither.
        ValueError: if ``value`` is a number out of that range, or not finite.
    """
    within = f" in [{low:g}, {high:g}]" if high < math.inf else f" >= {low:g}"
    expected = expected or f"a number{within}"
    if not checks.is_scalar(value):
        raise TypeError(f"{name} is {value!r}; expected {expected}")
    if isinstance(value, jax.core.Tracer):  # its value is not known while tracing
        return value
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name} is {value!r}; expected {expected}")
    return value
