"""LAMB: Adam's step, given the length of the weights it changes, layer by layer."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from gdbook.optimizers.adam import State, init
from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, power, rate
from gdbook.types import Optimizer, Params


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    learning_rate: Any,
    b1: Any,
    b2: Any,
    eps: Any,
    weight_decay: Any,
) -> Any:
    """Return the step ``-η ‖θ‖ u / ‖u‖`` and the next state, with ``u = m̂ / (√v̂ + ε) + λ θ``."""

    def rule(g, θ, m, v, η, β1, β2, ε, λ, t):  # type: ignore[no-untyped-def]
        m = β1 * m + (1 - β1) * g
        v = β2 * v + (1 - β2) * g**2
        u = m / (1 - power(β1, t)) / (jnp.sqrt(v / (1 - power(β2, t))) + ε) + λ * θ
        weights, length = jnp.linalg.norm(θ), jnp.linalg.norm(u)
        known = (weights > 0) & (length > 0)  # weights of zero would stay there for ever
        ratio = jnp.where(known, weights / jnp.where(known, length, 1), 1)
        return -η * ratio * u, m, v

    scalars = at(state.step, learning_rate, b1, b2, eps, weight_decay)
    t = state.step + 1
    updates, m, v = per_leaf(rule, (grads, params, state.m, state.v), [*scalars, t])
    return updates, State(t, m, v)


def lamb(
    learning_rate: Hyperparameter,
    b1: Hyperparameter = 0.9,
    b2: Hyperparameter = 0.999,
    eps: Hyperparameter = 1e-6,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    r"""Return LAMB, which is AdamW with a trust ratio for each leaf of the parameters.

    .. math::
        u_t &= \frac{\hat m_t}{\sqrt{\hat v_t} + ε} + λ θ_t \\
        θ_{t+1} &= θ_t - η \frac{‖θ_t‖}{‖u_t‖} u_t

    Here m̂ and v̂ are Adam's. Each leaf counts as one layer, with its own norms; the ratio is 1
    where either norm is 0.

    Args:
        learning_rate: η, the length of a leaf's step as a fraction of the leaf's own;
            a number >= 0, a traced scalar, or a schedule.
        b1: β₁, the fraction of the gradient's running mean kept at a step, in [0, 1).
        b2: β₂, the fraction of the squared gradient's running mean kept at a step, in [0, 1).
        eps: ε, in units of the gradient; keeps the quotient finite where gradients vanish. >= 0.
        weight_decay: λ, as in AdamW. >= 0.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.lamb(0.1), 2)
        >>> [round(float(w), 3) for w, b in path.params]
        [2.5, 2.25, 2.025]

    Source:
        Y. You et al., "Large batch optimization for deep learning: training BERT in 76 minutes",
        ICLR 2020.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        b1=fraction("b1", b1),
        b2=fraction("b2", b2),
        eps=rate("eps", eps),
        weight_decay=rate("weight_decay", weight_decay),
    )
