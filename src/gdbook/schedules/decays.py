"""Schedules that only fall, or only rise: constant, linear, step, exponential, and their kin."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from gdbook.schedules.numbers import Number, bind, length, number, rate
from gdbook.types import Schedule


def _constant(t: jax.Array, *, η: jax.Array) -> jax.Array:
    return η + 0 * t  # as many rates as there are steps, should they be an array


def constant(learning_rate: Number) -> Schedule:
    """Return the schedule ``η(t) = η``.

    Args:
        learning_rate: η, the rate at every step, >= 0.

    Returns:
        The schedule, a function of the step.

    Raises:
        TypeError: if ``learning_rate`` is not a number.
        ValueError: if ``learning_rate`` is negative or not finite.

    Example:
        >>> import gdbook as gd
        >>> float(gd.schedules.constant(0.5)(7))
        0.5
    """
    return bind(_constant, η=rate("learning_rate", learning_rate))


def _polynomial(
    t: jax.Array, *, start: jax.Array, end: jax.Array, T: jax.Array, power: jax.Array
) -> jax.Array:
    left = 1 - jnp.clip(t, 0, T) / T
    return (start - end) * left**power + end


def linear(start: Number, end: Number, steps: Number) -> Schedule:
    r"""Return a straight line from one rate to another; from 0 upward, it is a warm-up.

    .. math:: η(t) = start + \frac{\min(t, T)}{T} (end - start)

    Args:
        start: the rate at step 0, >= 0.
        end: the rate from step ``steps`` on, >= 0.
        steps: T, how many steps the way takes, >= 1.

    Returns:
        The schedule, a function of the step.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if an argument is out of its range.

    Example:
        >>> import gdbook as gd
        >>> [float(gd.schedules.linear(0.0, 1.0, 4)(t)) for t in range(6)]
        [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    """
    return polynomial(start, end, steps, 1.0)


def polynomial(start: Number, end: Number, steps: Number, power: Number = 2.0) -> Schedule:
    r"""Return a power of a line: fast at first and slow at the end, for powers above 1.

    .. math:: η(t) = end + (start - end) \left(1 - \frac{\min(t, T)}{T}\right)^p

    Args:
        start: the rate at step 0, >= 0.
        end: the rate from step ``steps`` on, >= 0.
        steps: T, how many steps the way takes, >= 1.
        power: p, >= 0; 1 is a straight line, and 0 stays where it starts.

    Returns:
        The schedule, a function of the step.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if an argument is out of its range.

    Example:
        >>> import gdbook as gd
        >>> [float(gd.schedules.polynomial(1.0, 0.0, 4)(t)) for t in range(6)]
        [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """
    return bind(
        _polynomial,
        start=rate("start", start),
        end=rate("end", end),
        T=length("steps", steps),
        power=number("power", power, 0.0),
    )


def _step(t: jax.Array, *, η: jax.Array, every: jax.Array, factor: jax.Array) -> jax.Array:
    return η * factor ** jnp.floor(t / every)


def step(learning_rate: Number, every: Number, factor: Number = 0.1) -> Schedule:
    r"""Return a staircase: the rate is multiplied by a factor every so many steps.

    .. math:: η(t) = η\, f^{⌊t / T⌋}

    Args:
        learning_rate: η, the rate on the first stair, >= 0.
        every: T, the length of a stair in steps, >= 1.
        factor: f, what the rate is multiplied by after each stair, >= 0.

    Returns:
        The schedule, a function of the step.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if an argument is out of its range.

    Example:
        >>> import gdbook as gd
        >>> [float(gd.schedules.step(1.0, 2, 0.5)(t)) for t in range(5)]
        [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    return bind(
        _step,
        η=rate("learning_rate", learning_rate),
        every=length("every", every),
        factor=number("factor", factor, 0.0),
    )


def _exponential(t: jax.Array, *, η: jax.Array, every: jax.Array, factor: jax.Array) -> jax.Array:
    return η * factor ** (t / every)


def exponential(learning_rate: Number, factor: Number, every: Number = 1) -> Schedule:
    r"""Return a rate that is multiplied by a factor over so many steps, a little in each.

    .. math:: η(t) = η\, f^{t / T}

    Args:
        learning_rate: η, the rate at step 0, >= 0.
        factor: f, what the rate is multiplied by in ``every`` steps, >= 0; above 1, it grows.
        every: T, in steps, >= 1.

    Returns:
        The schedule, a function of the step.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if an argument is out of its range.

    Example:
        >>> import gdbook as gd
        >>> [float(gd.schedules.exponential(1.0, 0.25, 2)(t)) for t in range(4)]
        [1.0, 0.5, 0.25, 0.125]
    """
    return bind(
        _exponential,
        η=rate("learning_rate", learning_rate),
        factor=number("factor", factor, 0.0),
        every=length("every", every),
    )


def _inverse_sqrt(t: jax.Array, *, peak: jax.Array, W: jax.Array) -> jax.Array:
    return peak * jnp.minimum((t + 1) / W, jnp.sqrt(W / (t + 1)))


def inverse_sqrt(peak: Number, warmup_steps: Number = 1) -> Schedule:
    r"""Return a rise to a peak and a fall with the root of the step, which never ends.

    .. math:: η(t) = peak · \min\left(\frac{t + 1}{W}, \sqrt{\frac{W}{t + 1}}\right)

    Without warm-up it is ``peak / √(t + 1)``, the rate under which convergence is proved for
    convex losses with noisy gradients.

    Args:
        peak: the highest rate, >= 0.
        warmup_steps: W, the steps up to the peak, >= 1; with 1 the first step has it.

    Returns:
        The schedule, a function of the step.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if an argument is out of its range.

    Example:
        >>> import gdbook as gd
        >>> [float(gd.schedules.inverse_sqrt(1.0)(t)) for t in (0, 3, 99)]
        [1.0, 0.5, 0.1...]

    Source:
        A. Vaswani et al., "Attention Is All You Need", NeurIPS 2017, equation 3.
    """
    return bind(_inverse_sqrt, peak=rate("peak", peak), W=length("warmup_steps", warmup_steps))
