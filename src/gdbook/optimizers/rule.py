"""What all update rules share: binding hyperparameters, checking them, reading them at a step.

A rule is written as two plain functions, ``init(params)`` and
``update(grads, state, params, **hyperparameters)``. :func:`bind` makes an :class:`Optimizer` of
them whose hyperparameters are leaves of a pytree instead of constants in a closure. That one
choice is why a second run at another learning rate compiles nothing, and why ``vmap`` over a
thousand learning rates needs no code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any

import jax
import jax.numpy as jnp
from jax.tree_util import Partial

from gdbook.types import Optimizer, Params, Schedule

Hyperparameter = float | jax.Array | Schedule
"""A Python float, a (traced) scalar, or a schedule ``step -> scalar``."""


def bind(init: Callable[..., Any], update: Callable[..., Any], **hyperparameters: Any) -> Optimizer:
    """Return the optimizer whose ``update`` has its hyperparameters filled in.

    Numbers and schedules become leaves. Truth values do not: they decide what is compiled.
    An ``init`` with hyperparameters of its own comes as a ``Partial``, whose leaves they are.
    """
    choices = {name: value for name, value in hyperparameters.items() if isinstance(value, bool)}
    numbers = {name: value for name, value in hyperparameters.items() if name not in choices}
    chosen = _chosen(update, **choices) if choices else update
    start = init if isinstance(init, Partial) else Partial(init)  # type: ignore[no-untyped-call]
    return Optimizer(start, Partial(chosen, **numbers))  # type: ignore[no-untyped-call]


@cache  # so that the same choices make the same function, for which nothing is compiled again
def _chosen(update: Callable[..., Any], **choices: bool) -> Callable[..., Any]:
    @wraps(update)
    def chosen(*args: Any, **keywords: Any) -> Any:
        return update(*args, **choices, **keywords)

    return chosen


def rate(name: str, value: Hyperparameter) -> Any:
    """Check a learning rate or the like: a finite number >= 0, a traced scalar, or a schedule.

    Raises:
        TypeError: if ``value`` is none of these.
        ValueError: if ``value`` is a number below 0, or not finite.
    """
    return _checked(name, value, 0.0, float("inf"))


def fraction(name: str, value: Hyperparameter) -> Any:
    """Check a decay or momentum: a number in [0, 1), a traced scalar, or a schedule.

    Raises:
        TypeError: if ``value`` is none of these.
        ValueError: if ``value`` is a number outside [0, 1).
    """
    return _checked(name, value, 0.0, 1.0)


def choice(name: str, value: bool) -> bool:
    """Check a truth value, which chooses between two forms of a rule.

    Raises:
        TypeError: if ``value`` is not a bool.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{name} is {value!r}; expected True or False")
    return value


def at(step: jax.Array, *hyperparameters: Any) -> list[Any]:
    """Return each hyperparameter's value at a step: itself, or what the schedule says."""
    return [value(step) if callable(value) else value for value in hyperparameters]


def per_leaf(
    rule: Callable[..., tuple[jax.Array, ...]], trees: tuple[Params, ...], scalars: Iterable[Any]
) -> tuple[Params, ...]:
    """Apply the equations of a rule to each leaf, in that leaf's own precision.

    Args:
        rule: ``rule(*leaves, *scalars) -> tuple of arrays``.
        trees: pytrees of one structure, the first of which decides the precision.
        scalars: learning rates and the like, handed to every leaf.

    Returns:
        One pytree for each array that ``rule`` returns.
    """

    def call(*leaves: jax.Array) -> tuple[jax.Array, ...]:
        dtype = leaves[0].dtype
        return rule(*leaves, *(jnp.asarray(scalar, dtype) for scalar in scalars))

    outcomes = jax.tree.map(call, *trees)
    return tuple(jax.tree.transpose(jax.tree.structure(trees[0]), None, outcomes))


def _checked(name: str, value: Any, low: float, below: float) -> Any:
    expected = f"a number in [{low:g}, {below:g}), or a schedule of the step"
    if callable(value):  # a pytree, so that it can travel into a compiled loop
        return value if isinstance(value, Partial) else Partial(value)  # type: ignore[no-untyped-call]
    if not _is_scalar(value):
        raise TypeError(f"{name} is {value!r}; expected {expected}")
    if isinstance(value, jax.core.Tracer):  # its value is not known while tracing
        return value
    if not low <= float(value) < below:
        raise ValueError(f"{name} is {value!r}; expected {expected}")
    return value


def _is_scalar(value: Any) -> bool:
    if isinstance(value, (bool, str)) or value is None:
        return False
    try:
        dtype = jnp.result_type(value)
        real = jnp.issubdtype(dtype, jnp.floating) or jnp.issubdtype(dtype, jnp.integer)
        return real and jnp.shape(value) == ()
    except TypeError:
        return False
