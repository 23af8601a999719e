"""Schedules made of schedules: one after the other, and a warm-up before any of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.tree_util import Partial

from gdbook import checks
from gdbook.schedules.numbers import Number, length, moment, rate
from gdbook.types import Schedule


def _joined(step: Any, *, schedules: Any, boundaries: Any) -> jax.Array:
    step = jnp.asarray(step)
    value = jnp.asarray(schedules[0](step), float)
    for boundary, schedule in zip(boundaries, schedules[1:], strict=True):
        boundary = jnp.asarray(boundary, step.dtype)
        after = jnp.asarray(schedule(jnp.maximum(step - boundary, 0)), float)
        value = jnp.where(step < boundary, value, after)
    return value


def join(schedules: Sequence[Schedule], boundaries: Sequence[Number]) -> Schedule:
    """Return schedules one after the other; each counts its own steps from 0.

    Args:
        schedules: at least one, each a function of the step.
        boundaries: the whole step at which each but the first begins, rising.

    Returns:
        The schedule, a function of the step.

    Raises:
        TypeError: if a schedule is not a function, or a boundary is not a number.
        ValueError: if there is not one boundary fewer than schedules, or they do not rise, or one
            is not whole.

    Example:
        >>> import gdbook as gd
        >>> high, low = gd.schedules.constant(1.0), gd.schedules.linear(0.5, 0.0, 2)
        >>> [float(gd.schedules.join([high, low], [2])(t)) for t in range(5)]
        [1.0, 1.0, 0.5, 0.25, 0.0]
    """
    schedules, boundaries = tuple(schedules), tuple(boundaries)
    if len(boundaries) != len(schedules) - 1:
        raise ValueError(
            f"boundaries is {boundaries!r}, for {len(schedules)} schedules; "
            f"expected {max(len(schedules) - 1, 0)}, one fewer than schedules"
        )
    bound = tuple(_schedule(f"schedules[{i}]", each) for i, each in enumerate(schedules))
    known = []
    for i, boundary in enumerate(boundaries):
        moment(f"boundaries[{i}]", boundary)
        known += [] if isinstance(boundary, jax.core.Tracer) else [float(boundary)]
    if known != sorted(set(known)):
        raise ValueError(f"boundaries is {boundaries!r}; expected steps that rise")
    return Partial(_joined, schedules=bound, boundaries=boundaries)  # type: ignore[no-untyped-call]


def _warmed(step: Any, *, schedule: Any, steps: Any, start: Any) -> jax.Array:
    step = jnp.asarray(step)
    begin = jnp.asarray(steps, step.dtype)
    after = jnp.asarray(schedule(jnp.maximum(step - begin, 0)), float)  # before: its first rate
    done = jnp.clip(step.astype(float) / jnp.asarray(steps, float), 0, 1)
    start = jnp.asarray(start, float)
    return jnp.where(step < begin, start + done * (after - start), after)


def warm_up(schedule: Schedule, steps: Number, start: Number = 0.0) -> Schedule:
    r"""Return any schedule with a line before it that rises to its first rate.

    .. math::
        η(t) = \begin{cases} start + \frac{t}{W} (η_0(0) - start) & t < W \\
                             η_0(t - W) & t ≥ W \end{cases}

    Args:
        schedule: η₀, what comes after; it begins with its step 0.
        steps: W, the length of the warm-up, >= 1.
        start: the rate at step 0, >= 0.

    Returns:
        The schedule, a function of the step.

    Raises:
        TypeError: if ``schedule`` is not a function, or another argument is not a number.
        ValueError: if an argument is out of its range.

    Example:
        >>> import gdbook as gd
        >>> schedule = gd.schedules.warm_up(gd.schedules.step(1.0, 2, 0.5), 2)
        >>> [float(schedule(t)) for t in range(6)]
        [0.0, 0.5, 1.0, 1.0, 0.5, 0.5]

    Source:
        P. Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017.
    """
    return Partial(  # type: ignore[no-untyped-call]
        _warmed,
        schedule=_schedule("schedule", schedule),
        steps=length("steps", steps),
        start=rate("start", start),
    )


def _schedule(name: str, value: Any) -> Any:
    if not callable(value):
        raise TypeError(f"{name} is {value!r}; expected a schedule, a function of the step")
    return checks.as_pytree(value)
