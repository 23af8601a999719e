"""Lion: the sign of a momentum, so that every coordinate takes steps of one length."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """What Lion remembers: the step count, and a running mean of the gradient."""

    step: jax.Array
    m: Params


def init(params: Params) -> State:
    """Return the state before the first step: the mean at zero."""
    return State(step=jnp.zeros((), jnp.int32), m=jax.tree.map(jnp.zeros_like, params))


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    learning_rate: Any,
    b1: Any,
    b2: Any,
    weight_decay: Any,
) -> Any:
    """Return the step ``-η (sign c + λ θ)`` and the next state, with ``c = β1 m + (1 - β1) g``."""

    def rule(g, θ, m, η, β1, β2, λ):  # type: ignore[no-untyped-def]
        c = β1 * m + (1 - β1) * g  # this gradient weighs more in the step
        m = β2 * m + (1 - β2) * g  # than in what is remembered
        return -η * (jnp.sign(c) + λ * θ), m

    scalars = at(state.step, learning_rate, b1, b2, weight_decay)
    updates, m = per_leaf(rule, (grads, params, state.m), scalars)
    return updates, State(state.step + 1, m)


def lion(
    learning_rate: Hyperparameter,
    b1: Hyperparameter = 0.9,
    b2: Hyperparameter = 0.99,
    weight_decay: Hyperparameter = 1e-3,
) -> Optimizer:
    r"""Return Lion, a rule that was found by a search over programs.

    .. math::
        θ_{t+1} &= θ_t - η \, (\operatorname{sign}(β_1 m_t + (1 - β_1) g_t) + λ θ_t) \\
        m_{t+1} &= β_2 m_t + (1 - β_2) g_t

    Args:
        learning_rate: η, the length of every step in every coordinate, in units of the parameters;
            a number >= 0, a traced scalar, or a schedule.
        b1: β₁, how much of the step's direction comes from the running mean, in [0, 1).
        b2: β₂, the fraction of the gradient's running mean kept at a step, in [0, 1).
        weight_decay: λ, the fraction of the weights lost per unit of learning rate. >= 0.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.lion(0.1, weight_decay=0.4)
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], rule, 2)
        >>> [round(float(w), 3) for w, b in path.params]
        [2.5, 2.3, 2.108]

    Source:
        X. Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        b1=fraction("b1", b1),
        b2=fraction("b2", b2),
        weight_decay=rate("weight_decay", weight_decay),
    )
