"""Momentum: the heavy ball, which keeps part of its last step."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.checks import flag
from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """What the ball remembers: the step count and its velocity, shaped like the parameters."""

    step: jax.Array
    velocity: Params


def init(params: Params) -> State:
    """Return a ball at rest."""
    return State(step=jnp.zeros((), jnp.int32), velocity=jax.tree.map(jnp.zeros_like, params))


def update(
    grads: Params,
    state: State,
    params: Params = None,
    *,
    learning_rate: Any,
    momentum: Any,
    averaged: bool,
) -> Any:
    """Return the step ``-η v`` and the next state, with ``v = β v + g``."""
    del params

    def rule(g: jax.Array, v: jax.Array, η: jax.Array, β: jax.Array) -> tuple[jax.Array, ...]:
        v = β * v + ((1 - β) * g if averaged else g)
        return -η * v, v

    scalars = at(state.step, learning_rate, momentum)
    updates, velocity = per_leaf(rule, (grads, state.velocity), scalars)
    return updates, State(state.step + 1, velocity)


def momentum(
    learning_rate: Hyperparameter, momentum: Hyperparameter = 0.9, averaged: bool = False
) -> Optimizer:
    r"""Return gradient descent with momentum, the heavy-ball method.

    .. math::
        v_{t+1} &= β v_t + ∇L(θ_t) \\
        θ_{t+1} &= θ_t - η v_{t+1}

    The velocity is a sum of gradients, as in PyTorch and optax: where the gradient is constant it
    grows to 1/(1 - β) times the gradient. The other convention weighs each gradient by 1 - β, and
    the velocity is an average. The two walk one path where the sum's η is the average's η times
    1 - β.

    Args:
        learning_rate: η, in units of parameters per unit of gradient;
            a number >= 0, a traced scalar, or a schedule.
        momentum: β, the fraction of the velocity kept from step to step;
            a number in [0, 1), a traced scalar, or a schedule.
        averaged: whether the gradient is weighed by 1 - β, so that the velocity is an average.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if a number is neither that nor a schedule, or ``averaged`` not a bool.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.momentum(0.1, 0.9), 2)
        >>> [round(float(w), 2) for w, b in path.params]
        [2.5, 2.0, 1.15]

    Source:
        B. T. Polyak, "Some methods of speeding up the convergence of iteration methods",
        USSR Computational Mathematics and Mathematical Physics 4(5), 1964.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        momentum=fraction("momentum", momentum),
        averaged=flag("averaged", averaged),
    )
