"""Adam with L2: weight decay through the gradient, where Adam's quotient undoes much of it."""

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
    """Return Adam's step ``-η m̂ / (√v̂ + ε)`` for the gradient ``g + λ θ``, and the next state."""

    def rule(g, θ, m, v, η, β1, β2, ε, λ, t):  # type: ignore[no-untyped-def]
        g = g + λ * θ
        m = β1 * m + (1 - β1) * g
        v = β2 * v + (1 - β2) * g**2
        m_hat = m / (1 - power(β1, t))
        v_hat = v / (1 - power(β2, t))
        return -η * m_hat / (jnp.sqrt(v_hat) + ε), m, v

    scalars = at(state.step, learning_rate, b1, b2, eps, weight_decay)
    t = state.step + 1
    updates, m, v = per_leaf(rule, (grads, params, state.m, state.v), [*scalars, t])
    return updates, State(t, m, v)


def adam_l2(
    learning_rate: Hyperparameter,
    b1: Hyperparameter = 0.9,
    b2: Hyperparameter = 0.999,
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 1e-4,
) -> Optimizer:
    r"""Return Adam on the loss plus an L2 penalty, to hold against AdamW.

    .. math::
        g_t &= ∇L(θ_t) + λ θ_t \\
        θ_{t+1} &= θ_t - η \frac{\hat m_t}{\sqrt{\hat v_t} + ε}

    Here m̂ and v̂ are Adam's, of that g: this is Adam on L(θ) + λ ‖θ‖² / 2. Weights whose gradients
    are large decay less than others, since the penalty is divided by the gradient's size as well.

    Args:
        learning_rate: η, in units of the parameters;
            a number >= 0, a traced scalar, or a schedule.
        b1: β₁, the fraction of the gradient's running mean kept at a step, in [0, 1).
        b2: β₂, the fraction of the squared gradient's running mean kept at a step, in [0, 1).
        eps: ε, in units of the gradient; keeps the quotient finite where gradients vanish. >= 0.
        weight_decay: λ, the strength of the penalty, in units of the loss per unit of the
            parameters squared. >= 0.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.adam_l2(0.1, weight_decay=0.4)
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], rule, 2)
        >>> [round(float(w), 2) for w, b in path.params]
        [2.5, 2.4, 2.3]

    Source:
        I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019, which
        contrasts the two.
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
