"""Nadam: Adam with Nesterov's look ahead in place of the plain mean of gradients."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from gdbook.optimizers.adam import State, init
from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, power, rate
from gdbook.types import Optimizer, Params


def update(
    grads: Params,
    state: State,
    params: Params = None,
    *,
    learning_rate: Any,
    b1: Any,
    b2: Any,
    eps: Any,
) -> Any:
    """Return the step ``-η m̂ / (√v̂ + ε)``, whose ``m̂`` is a step ahead, and the next state."""
    del params

    def rule(g, m, v, η, β1, β2, ε, t):  # type: ignore[no-untyped-def]
        m = β1 * m + (1 - β1) * g
        v = β2 * v + (1 - β2) * g**2
        # What m would be after one more step with this same gradient, each part corrected:
        m_hat = β1 * m / (1 - power(β1, t + 1)) + (1 - β1) * g / (1 - power(β1, t))
        v_hat = v / (1 - power(β2, t))
        return -η * m_hat / (jnp.sqrt(v_hat) + ε), m, v

    scalars = at(state.step, learning_rate, b1, b2, eps)
    t = state.step + 1
    updates, m, v = per_leaf(rule, (grads, state.m, state.v), [*scalars, t])
    return updates, State(t, m, v)


def nadam(
    learning_rate: Hyperparameter,
    b1: Hyperparameter = 0.9,
    b2: Hyperparameter = 0.999,
    eps: Hyperparameter = 1e-8,
) -> Optimizer:
    r"""Return Nadam.

    .. math::
        \hat m_t &= \frac{β_1 m_{t+1}}{1 - β_1^{t+2}} + \frac{(1 - β_1) g_t}{1 - β_1^{t+1}} \\
        \hat v_t &= \frac{v_{t+1}}{1 - β_2^{t+1}} \\
        θ_{t+1} &= θ_t - η \frac{\hat m_t}{\sqrt{\hat v_t} + ε}

    Here m and v are Adam's. As in optax β₁ does not change from step to step, and v̂ is Adam's,
    without the further factor β₂ of the paper's second algorithm.

    Args:
        learning_rate: η, in units of the parameters;
            a number >= 0, a traced scalar, or a schedule.
        b1: β₁, the fraction of the gradient's running mean kept at a step, in [0, 1).
        b2: β₂, the fraction of the squared gradient's running mean kept at a step, in [0, 1).
        eps: ε, in units of the gradient; keeps the quotient finite where gradients vanish. >= 0.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.nadam(0.1), 2)
        >>> [round(float(w), 2) for w, b in path.params]
        [2.5, 2.35, 2.24]

    Source:
        T. Dozat, "Incorporating Nesterov momentum into Adam", ICLR 2016 workshop track.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        b1=fraction("b1", b1),
        b2=fraction("b2", b2),
        eps=rate("eps", eps),
    )
