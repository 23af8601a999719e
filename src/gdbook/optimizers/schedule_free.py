"""Schedule-Free: an average of the walk, computed along it, in the place of a decaying rate."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.optimizers.adam import adam
from gdbook.optimizers.gradient_descent import gradient_descent
from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """The step count, the rates' largest and sum of squares, z, its average x, the inner state."""

    step: jax.Array
    largest: jax.Array
    total: jax.Array
    z: Params
    average: Params
    inner: Any


def init(params: Params, *, inner: Optimizer) -> State:
    """Return the state before the first step: x and z are the start."""
    zero = jnp.zeros((), jax.tree.leaves(params)[0].dtype)
    return State(jnp.zeros((), jnp.int32), zero, zero, params, params, inner.init(params))


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    inner: Optimizer,
    learning_rate: Any,
    b1: Any,
    weight_decay: Any,
    **extras: Any,
) -> Any:
    """Return the step to the next place y between z and its average x, and the next state."""
    steps, inner_state = inner.step(grads, state.inner, params, **extras)
    η, β, λ = at(state.step, learning_rate, b1, weight_decay)
    largest = jnp.maximum(state.largest, jnp.asarray(η, state.largest.dtype))
    total = state.total + largest**2
    weight = jnp.where(total == 0, 0, largest**2 / total)  # while the rate is 0, nothing moves

    def rule(y, u, z, x, η, β, λ, c):  # type: ignore[no-untyped-def]
        z = z + u.astype(y.dtype) - η * λ * y
        x = (1 - c) * x + c * z
        return (1 - β) * z + β * x - y, z, x

    trees = (params, steps, state.z, state.average)
    updates, z, x = per_leaf(rule, trees, [η, β, λ, weight])
    return updates, State(state.step + 1, largest, total, z, x, inner_state)


def schedule_free(
    learning_rate: Hyperparameter, b1: Hyperparameter = 0.9, weight_decay: Hyperparameter = 0.0
) -> Optimizer:
    r"""Return Schedule-Free gradient descent.

    .. math::
        z_{t+1} &= z_t - η \left(∇L(y_t) + λ y_t\right) \\
        x_{t+1} &= (1 - c)\, x_t + c\, z_{t+1} \\
        c &= \frac{η_t^2}{\sum_{i=0}^{t} η_i^2} \\
        y_{t+1} &= (1 - β_1)\, z_{t+1} + β_1 x_{t+1}

    The walk, and the path of a run, is that of y, where gradients are taken; the loss is to be
    evaluated at x, which :func:`~gdbook.optimizers.averaged` reads from the state. Of a rate that
    warms up, the weight c takes the largest so far. The rate need not decay: averaging does that.

    Args:
        learning_rate: η, in units of parameters per unit of gradient;
            a number >= 0, a traced scalar, or a schedule (a warmup).
        b1: β₁, how near y is to the average, in [0, 1).
        weight_decay: λ, the pull towards zero, per unit of learning rate; >= 0.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.schedule_free(0.25, b1=0.5)
        >>> path = gd.descend(gd.surfaces.bowl, [2.0, 2.0], rule, 2)
        >>> [float(w) for w, b in path.params]
        [2.0, 1.0, 0.625]

    Source:
        A. Defazio et al., "The Road Less Scheduled", NeurIPS 2024.
    """
    η = rate("learning_rate", learning_rate)
    return _bind(gradient_descent(η), η, b1, weight_decay)


def schedule_free_adamw(
    learning_rate: Hyperparameter,
    b1: Hyperparameter = 0.9,
    b2: Hyperparameter = 0.999,
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    r"""Return Schedule-Free AdamW: z takes Adam's steps, without its momentum.

    .. math::
        z_{t+1} &= z_t - η \left(\frac{g_t}{\sqrt{\hat v_{t+1}} + ε} + λ y_t\right) \\
        g_t &= ∇L(y_t)

    Averages and y are those of :func:`schedule_free`, whose β₁ is the momentum.

    Args:
        learning_rate: η, the length of a step of z in each coordinate, in units of the parameters;
            a number >= 0, a traced scalar, or a schedule (a warmup).
        b1: β₁, how near y is to the average, in [0, 1).
        b2: β₂, the fraction of the squared gradient's running mean kept at a step, in [0, 1).
        eps: ε, in units of the gradient; >= 0.
        weight_decay: λ, the pull towards zero, per unit of learning rate; >= 0.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Source:
        A. Defazio et al., "The Road Less Scheduled", NeurIPS 2024.
    """
    η = rate("learning_rate", learning_rate)
    return _bind(adam(η, 0.0, b2, eps), η, b1, weight_decay)


def _bind(inner: Optimizer, η: Any, b1: Any, weight_decay: Any) -> Optimizer:
    β, λ = fraction("b1", b1), rate("weight_decay", weight_decay)
    return bind(init, update, inner=inner, learning_rate=η, b1=β, weight_decay=λ)
