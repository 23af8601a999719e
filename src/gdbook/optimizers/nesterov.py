"""Nesterov's accelerated gradient: momentum that looks where it is about to roll."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """The step count, and what is kept of the velocity: β v, shaped like the parameters."""

    step: jax.Array
    kept: Params


def init(params: Params) -> State:
    """Return a ball at rest."""
    return State(step=jnp.zeros((), jnp.int32), kept=jax.tree.map(jnp.zeros_like, params))


def update(
    grads: Params, state: State, params: Params = None, *, learning_rate: Any, momentum: Any
) -> Any:
    """Return the step ``-η (g + β v)`` and the next state, with ``v`` as in the heavy ball."""
    del params

    def rule(g: jax.Array, kept: jax.Array, η: jax.Array, β: jax.Array) -> tuple[jax.Array, ...]:
        v = kept + g
        kept = β * v
        return -η * (g + kept), kept

    scalars = at(state.step, learning_rate, momentum)
    updates, kept = per_leaf(rule, (grads, state.kept), scalars)
    return updates, State(state.step + 1, kept)


def nesterov(learning_rate: Hyperparameter, momentum: Hyperparameter = 0.9) -> Optimizer:
    r"""Return Nesterov's accelerated gradient method.

    .. math::
        v_{t+1} &= β_{t-1} v_t + ∇L(θ_t) \\
        θ_{t+1} &= θ_t - η \, (∇L(θ_t) + β_t v_{t+1})

    This is the form of PyTorch and optax. Nesterov wrote two sequences, a step of gradient descent
    and a leap beyond it: :math:`x_{t+1} = θ_t - η ∇L(θ_t)` and
    :math:`θ_{t+1} = x_{t+1} + β_t (x_{t+1} - x_t)`. The θ are the same, also where β is a schedule,
    as long as η is not; and :math:`x_t = θ_t + η β_{t-1} v_t`.

    Args:
        learning_rate: η, in units of parameters per unit of gradient;
            a number >= 0, a traced scalar, or a schedule.
        momentum: β, the fraction of the velocity kept from step to step; a number in [0, 1), a
            traced scalar, or a schedule: Nesterov's for convex losses is t / (t + 3).

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.nesterov(0.1, 0.9), 2)
        >>> [round(float(w), 3) for w, b in path.params]
        [2.5, 1.55, 0.556]

    Source:
        Y. E. Nesterov, "A method for solving the convex programming problem with convergence rate
        O(1/k²)", Doklady Akademii Nauk SSSR 269(3), 1983.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        momentum=fraction("momentum", momentum),
    )
