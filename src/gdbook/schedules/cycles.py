"""Schedules with a shape: half a cosine, many of them, one cycle, and a plateau with two slopes."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from gdbook.schedules.numbers import Number, bind, length, number, rate
from gdbook.types import Schedule


def _fall(start: jax.Array, end: jax.Array, done: jax.Array) -> jax.Array:
    """Return half a cosine from ``start`` to ``end``, of which a fraction is done."""
    return end + (start - end) * (1 + jnp.cos(jnp.pi * jnp.clip(done, 0, 1))) / 2


def _cosine(t: jax.Array, *, η: jax.Array, end: jax.Array, T: jax.Array) -> jax.Array:
    return _fall(η, end, t / T)


def cosine(learning_rate: Number, steps: Number, end: Number = 0.0) -> Schedule:
    r"""Return half a cosine: flat at first, steep in the middle, flat at the end.

    .. math:: η(t) = end + (η - end)\, \frac{1 + \cos(π \min(t, T) / T)}{2}

    Args:
        learning_rate: η, the rate at step 0, >= 0.
        steps: T, how many steps the fall takes, >= 1.
        end: the rate from step ``steps`` on, >= 0.

    Returns:
        The schedule, a function of the step.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if an argument is out of its range.

    Example:
        >>> import gdbook as gd
        >>> [round(float(gd.schedules.cosine(1.0, 4)(t)), 2) for t in range(6)]
        [1.0, 0.85, 0.5, 0.15, 0.0, 0.0]

    Source:
        I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts",
        ICLR 2017.
    """
    return bind(
        _cosine,
        η=rate("learning_rate", learning_rate),
        end=rate("end", end),
        T=length("steps", steps),
    )


def _cosine_restarts(
    t: jax.Array, *, η: jax.Array, end: jax.Array, T: jax.Array, growth: jax.Array
) -> jax.Array:
    grows = growth > 1
    m = jnp.where(grows, growth, 2)  # any number that the branch not taken can bear

    def beginning(cycle: jax.Array) -> jax.Array:
        return jnp.where(grows, jnp.round(T * (m**cycle - 1) / (m - 1)), T * cycle)

    # The logarithm may miss by its rounding, so the two neighbours are looked at too.
    cycle = jnp.where(grows, jnp.floor(jnp.log1p(t / T * (m - 1)) / jnp.log(m)), jnp.floor(t / T))
    cycle = jnp.where(t < beginning(cycle), cycle - 1, cycle)
    cycle = jnp.where(t >= beginning(cycle + 1), cycle + 1, cycle)
    begin, following = beginning(cycle), beginning(cycle + 1)
    return _fall(η, end, (t - begin) / (following - begin))


def cosine_restarts(
    learning_rate: Number, steps: Number, end: Number = 0.0, growth: Number = 1
) -> Schedule:
    r"""Return one half cosine after another, each starting again from the top.

    .. math::
        η(t) = end + (η - end)\, \frac{1 + \cos(π (t - t_i) / T_i)}{2}
        \qquad \text{for } t_i ≤ t < t_i + T_i = t_{i+1}, \quad T_i = T m^i

    Where the cycles grow, each t_i is rounded to a whole step.

    Args:
        learning_rate: η, the rate at each start, >= 0.
        steps: T, the length of the first cycle, >= 1.
        end: the rate that each cycle falls towards, >= 0.
        growth: m, how many times longer each cycle is than the one before, >= 1.

    Returns:
        The schedule, a function of the step.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if an argument is out of its range.

    Example:
        >>> import gdbook as gd
        >>> schedule = gd.schedules.cosine_restarts(1.0, 2, growth=2)
        >>> [round(float(schedule(t)), 2) for t in range(7)]
        [1.0, 0.5, 1.0, 0.85, 0.5, 0.15, 1.0]

    Source:
        I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts",
        ICLR 2017.
    """
    return bind(
        _cosine_restarts,
        η=rate("learning_rate", learning_rate),
        end=rate("end", end),
        T=length("steps", steps),
        growth=number("growth", growth, 1.0),
    )


def _one_cycle(
    t: jax.Array,
    *,
    peak: jax.Array,
    T: jax.Array,
    fraction: jax.Array,
    div: jax.Array,
    final: jax.Array,
) -> jax.Array:
    rise = jnp.floor(fraction * T)
    up = _fall(peak / div, peak, t / jnp.maximum(rise, 1))
    down = _fall(peak, peak / (div * final), (t - rise) / jnp.maximum(T - rise, 1))
    return jnp.where(t < rise, up, down)


def one_cycle(
    peak: Number,
    steps: Number,
    warmup_fraction: Number = 0.3,
    div_factor: Number = 25.0,
    final_div_factor: Number = 1e4,
) -> Schedule:
    """Return one rise and one fall, each half a cosine, ending far below the beginning.

    Args:
        peak: the highest rate, >= 0.
        steps: how many steps the cycle takes, >= 1; the last rate is kept after it.
        warmup_fraction: the part of the steps that the rise takes, in [0, 1].
        div_factor: the peak over the rate at step 0, >= 1.
        final_div_factor: the rate at step 0 over the rate at the end, >= 1.

    Returns:
        The schedule, a function of the step.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if an argument is out of its range.

    Example:
        >>> import gdbook as gd
        >>> schedule = gd.schedules.one_cycle(1.0, 100)
        >>> [round(float(schedule(t)), 2) for t in (0, 30, 100)]
        [0.04, 1.0, 0.0]

    Source:
        L. N. Smith and N. Topin, "Super-Convergence: Very Fast Training of Neural Networks Using
        Large Learning Rates", 2017; with the cosines of fastai.
    """
    return bind(
        _one_cycle,
        peak=rate("peak", peak),
        T=length("steps", steps),
        fraction=number("warmup_fraction", warmup_fraction, 0.0, 1.0),
        div=number("div_factor", div_factor, 1.0),
        final=number("final_div_factor", final_div_factor, 1.0),
    )


def _warmup_stable_decay(
    t: jax.Array,
    *,
    peak: jax.Array,
    end: jax.Array,
    warmup: jax.Array,
    stable: jax.Array,
    decay: jax.Array,
) -> jax.Array:
    up = jnp.clip(t / jnp.maximum(warmup, 1), 0, 1)
    down = jnp.clip((t - warmup - stable) / decay, 0, 1)
    return jnp.where(t < warmup, up * peak, peak + down * (end - peak))


def warmup_stable_decay(
    peak: Number,
    warmup_steps: Number,
    stable_steps: Number,
    decay_steps: Number,
    end: Number = 0.0,
) -> Schedule:
    """Return a line up, a plateau, and a line down, which may be begun whenever one likes.

    Args:
        peak: the rate on the plateau, >= 0.
        warmup_steps: the steps from 0 up to it, >= 0.
        stable_steps: the steps on it, >= 0.
        decay_steps: the steps down from it, >= 1.
        end: the rate at the end and from there on, >= 0.

    Returns:
        The schedule, a function of the step.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if an argument is out of its range.

    Example:
        >>> import gdbook as gd
        >>> schedule = gd.schedules.warmup_stable_decay(1.0, 2, 3, 4)
        >>> [float(schedule(t)) for t in range(10)]
        [0.0, 0.5, 1.0, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0]

    Source:
        S. Hu et al., "MiniCPM: Unveiling the Potential of Small Language Models with Scalable
        Training Strategies", 2024.
    """
    return bind(
        _warmup_stable_decay,
        peak=rate("peak", peak),
        end=rate("end", end),
        warmup=number("warmup_steps", warmup_steps, 0.0),
        stable=number("stable_steps", stable_steps, 0.0),
        decay=length("decay_steps", decay_steps),
    )
