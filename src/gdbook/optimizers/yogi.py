"""Yogi: Adam whose memory of large gradients fades no faster than small ones can wear it down."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.tree_util import Partial

from gdbook.checks import flag
from gdbook.optimizers.rule import (
    Hyperparameter,
    at,
    bind,
    constant,
    fraction,
    per_leaf,
    power,
    rate,
)
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """The step count, the running mean of the gradient, and what follows its square."""

    step: jax.Array
    m: Params
    v: Params


def init(params: Params, *, initial_accumulator_value: Any) -> State:
    """Return the state before the first step: m and v at their initial value."""
    (v,) = per_leaf(lambda θ, δ: (jnp.zeros_like(θ) + δ,), (params,), [initial_accumulator_value])
    return State(step=jnp.zeros((), jnp.int32), m=v, v=v)


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
    """Return the step ``-η m̂ / (√v̂ + ε)``, whose ``v`` goes up and down by g², and the state."""
    del params

    def rule(g, m, v, η, β1, β2, ε, t):  # type: ignore[no-untyped-def]
        m = β1 * m + (1 - β1) * g
        v = v - (1 - β2) * jnp.sign(v - g**2) * g**2  # in Adam: v - (1 - β2) * (v - g**2)
        m_hat, v_hat = m, v
        if bias_correction:
            m_hat, v_hat = m / (1 - power(β1, t)), v / (1 - power(β2, t))
        return -η * m_hat / (jnp.sqrt(v_hat) + ε), m, v

    scalars = at(state.step, learning_rate, b1, b2, eps)
    t = state.step + 1
    updates, m, v = per_leaf(rule, (grads, state.m, state.v), [*scalars, t])
    return updates, State(t, m, v)


def yogi(
    learning_rate: Hyperparameter,
    b1: Hyperparameter = 0.9,
    b2: Hyperparameter = 0.999,
    eps: Hyperparameter = 1e-3,
    initial_accumulator_value: float | jax.Array = 1e-6,
    bias_correction: bool = True,
) -> Optimizer:
    r"""Return Yogi.

    .. math::
        m_{t+1} &= β_1 m_t + (1 - β_1) g_t, \qquad m_0 = v_0 = δ \\
        v_{t+1} &= v_t - (1 - β_2) \operatorname{sign}(v_t - g_t^2)\, g_t^2 \\
        θ_{t+1} &= θ_t - η \frac{m_{t+1} / (1 - β_1^{t+1})}{\sqrt{v_{t+1} / (1 - β_2^{t+1})} + ε}

    The defaults are optax's, where δ = 10⁻⁶ is the start of v and of m as well. The paper's
    algorithm starts both at 0 and corrects no bias: set ``initial_accumulator_value=0`` and
    ``bias_correction=False``. For its experiments it starts v at a batch's mean of g², and takes
    the same large ε = 10⁻³.

    Args:
        learning_rate: η, about the length of a step in each coordinate while gradients agree, in
            units of the parameters; a number >= 0, a traced scalar, or a schedule.
        b1: β₁, the fraction of the gradient's running mean kept at a step, in [0, 1).
        b2: β₂; v changes by the fraction 1 - β₂ of the squared gradient at a step, in [0, 1).
        eps: ε, in units of the gradient; keeps the quotient finite where gradients vanish. >= 0.
        initial_accumulator_value: δ, where m and v start. >= 0.
        bias_correction: whether m and v are divided by 1 - β₁ᵗ and 1 - β₂ᵗ, as in Adam.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if a number is neither that nor a schedule, or ``bias_correction`` not a bool.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.yogi(0.1), 2)
        >>> [round(float(w), 2) for w, b in path.params]
        [2.5, 2.4, 2.3]

    Source:
        M. Zaheer, S. J. Reddi, D. Sachan, S. Kale and S. Kumar, "Adaptive methods for nonconvex
        optimization", Advances in Neural Information Processing Systems 31, 2018.
    """
    δ = constant("initial_accumulator_value", initial_accumulator_value)
    return bind(
        Partial(init, initial_accumulator_value=δ),  # type: ignore[no-untyped-call]
        update,
        learning_rate=rate("learning_rate", learning_rate),
        b1=fraction("b1", b1),
        b2=fraction("b2", b2),
        eps=rate("eps", eps),
        bias_correction=flag("bias_correction", bias_correction),
    )
