"""Adam: momentum, divided by the recent size of the gradient, coordinate by coordinate."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.checks import flag
from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, power, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """What Adam remembers: the step count, and running means of the gradient and its square."""

    step: jax.Array
    m: Params
    v: Params


def init(params: Params) -> State:
    """Return the state before the first step: both means at zero."""
    zeros = jax.tree.map(jnp.zeros_like, params)
    return State(step=jnp.zeros((), jnp.int32), m=zeros, v=zeros)


def update(
    grads: Params,
    state: State,
    params: Params = None,
    *,
    learning_rate: Any,
    b1: Any,
    b2: Any,
    eps: Any,
    bias_correction: bool,
) -> Any:
    """Return the step ``-η m̂ / (√v̂ + ε)`` and the next state."""
    del params

    def rule(g, m, v, η, β1, β2, ε, t):  # type: ignore[no-untyped-def]
        m = β1 * m + (1 - β1) * g
        v = β2 * v + (1 - β2) * g**2
        m_hat, v_hat = m, v
        if bias_correction:
            m_hat = m / (1 - power(β1, t))  # m and v start at zero and are too small at first:
            v_hat = v / (1 - power(β2, t))  # dividing makes up for it exactly
        return -η * m_hat / (jnp.sqrt(v_hat) + ε), m, v

    scalars = at(state.step, learning_rate, b1, b2, eps)
    t = state.step + 1
    updates, m, v = per_leaf(rule, (grads, state.m, state.v), [*scalars, t])
    return updates, State(t, m, v)


def adam(
    learning_rate: Hyperparameter,
    b1: Hyperparameter = 0.9,
    b2: Hyperparameter = 0.999,
    eps: Hyperparameter = 1e-8,
    bias_correction: bool = True,
) -> Optimizer:
    r"""Return Adam.

    .. math::
        m_{t+1} &= β_1 m_t + (1 - β_1) g_t \\
        v_{t+1} &= β_2 v_t + (1 - β_2) g_t^2 \\
        θ_{t+1} &= θ_t - η \frac{m_{t+1} / (1 - β_1^{t+1})}{\sqrt{v_{t+1} / (1 - β_2^{t+1})} + ε}

    Args:
        learning_rate: η, the length of a step in each coordinate while gradients agree, in units
            of the parameters; a number >= 0, a traced scalar, or a schedule.
        b1: β₁, the fraction of the gradient's running mean kept at a step, in [0, 1).
        b2: β₂, the fraction of the squared gradient's running mean kept at a step, in [0, 1).
        eps: ε, in units of the gradient; keeps the quotient finite where gradients vanish. >= 0.
        bias_correction: whether m and v are divided by what they lack at first.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if a number is neither that nor a schedule, or ``bias_correction`` not a bool.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.adam(0.1), 2)
        >>> [round(float(w), 2) for w, b in path.params]
        [2.5, 2.4, 2.3]

    Source:
        D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        b1=fraction("b1", b1),
        b2=fraction("b2", b2),
        eps=rate("eps", eps),
        bias_correction=flag("bias_correction", bias_correction),
    )
