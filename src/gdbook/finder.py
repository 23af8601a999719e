"""A first guess at a learning rate: let it grow until the loss blows up, and look back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook import checks, schedules
from gdbook.descend import descend
from gdbook.types import Loss, Optimizer, Params


class Sweep(NamedTuple):
    """What a learning-rate finder saw.

    Attributes:
        learning_rates: shape (steps,), the rate of each step, growing evenly in its logarithm.
        loss: shape (steps,), the loss that each step looked at, before it.
        smooth: shape (steps,), its running mean, corrected for its beginning at zero.
    """

    learning_rates: jax.Array
    loss: jax.Array
    smooth: jax.Array

    @property
    def suggestion(self) -> float:
        """A tenth of the rate at which the smoothed loss was lowest.

        This is the rule of thumb that leaves room below the edge: at the lowest loss itself the
        rate is already about to be too large.
        """
        finite = jnp.where(jnp.isfinite(self.smooth), self.smooth, jnp.inf)
        return float(self.learning_rates[jnp.argmin(finite)]) / 10


def find_learning_rate(
    loss: Loss,
    params: Params,
    optimizer: Callable[[Any], Optimizer],
    low: float = 1e-6,
    high: float = 10.0,
    steps: int = 200,
    *,
    smoothing: float = 0.9,
    **data: Any,
) -> Sweep:
    r"""Walk once while the rate grows from ``low`` to ``high``, and record the loss.

    .. math:: η_t = low \left(\frac{high}{low}\right)^{t / (T - 1)}

    Args:
        loss: as for ``gd.descend``.
        params: the start, as for ``gd.descend``.
        optimizer: a function ``learning_rate -> optimizer`` that takes a schedule.
        low: the first rate, above 0.
        high: the last rate, above ``low``.
        steps: T, how many steps to take, at least 2.
        smoothing: the fraction of the loss's running mean kept at a step, in [0, 1).
        data: ``data``, ``batch_size``, ``key`` and ``replace``, as for ``gd.descend``.

    Returns:
        The :class:`Sweep`: rates, losses and a suggestion.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if an argument is out of its range.

    Example:
        >>> import gdbook as gd
        >>> rule, surface = gd.optimizers.gradient_descent, gd.surfaces.quadratic(10)
        >>> sweep = gd.find_learning_rate(surface, [1.0, 1.0], rule, 1e-3, 1.0, smoothing=0.0)
        >>> 0.05 < sweep.suggestion < 0.2  # the limit: 2 over the largest curvature
        True

    Source:
        L. N. Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017; the tenth
        as in S. Gugger, "How Do You Find a Good Learning Rate", 2018.
    """
    steps = checks.count("steps", steps)
    checks.finite("low", low, 0)
    checks.finite("high", high, 0)
    checks.finite("smoothing", smoothing, 0)
    if steps < 2 or not 0 < low < high or smoothing >= 1:
        raise ValueError(
            f"low is {low!r}, high is {high!r}, steps is {steps} and smoothing is {smoothing!r}; "
            f"expected 0 < low < high, steps >= 2 and smoothing < 1"
        )
    schedule = schedules.exponential(low, high / low, steps - 1)
    path = descend(loss, params, optimizer(schedule), steps, record="loss", **data)
    rates = schedule(jnp.arange(steps))
    return Sweep(rates, path.loss[:-1], _smooth(path.loss[:-1], smoothing))


def _smooth(loss: jax.Array, kept: float) -> jax.Array:
    def step(mean: jax.Array, value: jax.Array) -> Any:
        mean = kept * mean + (1 - kept) * value
        return mean, mean

    means = jax.lax.scan(step, jnp.zeros((), loss.dtype), loss)[1]
    return jnp.divide(means, 1 - kept ** jnp.arange(1, len(loss) + 1))
