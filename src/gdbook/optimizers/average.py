"""Averaging: another rule's walk, and beside it the mean of the places it has been."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook import checks
from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """What is remembered: the step count, the weights' sum, the mean, and the inner state."""

    step: jax.Array
    total: jax.Array
    average: Params
    inner: Any


def init(params: Params, *, inner: Optimizer) -> State:
    """Return the state before the first step, where the mean is the start."""
    total = jnp.zeros((), jax.tree.leaves(params)[0].dtype)
    return State(jnp.zeros((), jnp.int32), total, params, inner.init(params))


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    inner: Optimizer,
    decay: Any,
    **extras: Any,
) -> Any:
    """Return the inner rule's step, and the mean with the place that it leads to."""
    updates, inner_state = inner.step(grads, state.inner, params, **extras)
    (d,) = at(state.step, decay)
    total = 1 + jnp.asarray(d, state.total.dtype) * state.total

    def rule(mean: jax.Array, θ: jax.Array, u: jax.Array, total: jax.Array) -> Any:
        return (mean + (θ + u.astype(θ.dtype) - mean) / total,)

    (mean,) = per_leaf(rule, (state.average, params, updates), [total])
    return updates, State(state.step + 1, total, mean, inner_state)


def average(optimizer: Optimizer, decay: Hyperparameter | None = None) -> Optimizer:
    r"""Return a rule that walks as another does and keeps the mean of the places it has been.

    .. math::
        s_{t+1} &= 1 + d\, s_t \\
        \barθ_{t+1} &= \barθ_t + \frac{θ_{t+1} - \barθ_t}{s_{t+1}}

    With d = 1 this is the mean of all places after the start, Polyak and Ruppert's. With d < 1 a
    place that is k steps old has a weight in proportion to dᵏ: the exponential moving average,
    whose bias at the beginning the sum s takes out. The walk itself does not change;
    :func:`averaged` reads the mean.

    Args:
        optimizer: the rule inside, of this library or of optax.
        decay: d, in [0, 1), a traced scalar or a schedule; None for d = 1.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if ``decay`` is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> import jax.numpy as jnp
        >>> rule = gd.optimizers.average(gd.optimizers.gradient_descent(1.0))
        >>> θ = jnp.asarray(0.0)
        >>> state = rule.init(θ)
        >>> for gradient in (-1.0, -2.0):
        ...     updates, state = rule.update(jnp.asarray(gradient), state, θ)
        ...     θ = θ + updates
        >>> float(θ), float(gd.optimizers.averaged(state))
        (3.0, 2.0)

    Source:
        B. T. Polyak and A. B. Juditsky, "Acceleration of Stochastic Approximation by Averaging",
        SIAM Journal on Control and Optimization 30(4), 1992.
    """
    decay = 1.0 if decay is None else fraction("decay", decay)
    return bind(init, update, inner=checks.optimizer(optimizer), decay=decay)


def averaged(state: Any) -> Params:
    """Return the averaged parameters that a rule keeps, which are those to evaluate the loss at.

    Args:
        state: the state of :func:`average` or of a Schedule-Free rule, or of a wrapper around one.

    Returns:
        The parameters, shaped like those that were given to ``init``.

    Raises:
        TypeError: if the state keeps no average.
    """
    inside = state
    while not hasattr(inside, "average"):
        if not hasattr(inside, "inner"):
            raise TypeError(f"state is {state!r}; expected one that keeps an average")
        inside = inside.inner
    return inside.average
