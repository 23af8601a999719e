"""AdaMax: Adam with the largest recent gradient in place of the root mean square."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, power, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """The step count, the running mean of the gradient, and its largest recent size."""

    step: jax.Array
    m: Params
    u: Params


def init(params: Params) -> State:
    """Return the state before the first step: all at zero."""
    zeros = jax.tree.map(jnp.zeros_like, params)
    return State(step=jnp.zeros((), jnp.int32), m=zeros, u=zeros)


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
    """Return the step ``-η m̂ / u``, with ``u`` the largest recent ``|g|``, and the next state."""
    del params

    def rule(g, m, u, η, β1, β2, ε, t):  # type: ignore[no-untyped-def]
        m = β1 * m + (1 - β1) * g
        u = jnp.maximum(β2 * u, jnp.abs(g) + ε)  # a maximum, unlike a mean, needs no correction
        return -η * m / (1 - power(β1, t)) / u, m, u

    scalars = at(state.step, learning_rate, b1, b2, eps)
    t = state.step + 1
    updates, m, u = per_leaf(rule, (grads, state.m, state.u), [*scalars, t])
    return updates, State(t, m, u)


def adamax(
    learning_rate: Hyperparameter,
    b1: Hyperparameter = 0.9,
    b2: Hyperparameter = 0.999,
    eps: Hyperparameter = 1e-8,
) -> Optimizer:
    r"""Return AdaMax.

    .. math::
        m_{t+1} &= β_1 m_t + (1 - β_1) g_t \\
        u_{t+1} &= \max(β_2 u_t, |g_t| + ε) \\
        θ_{t+1} &= θ_t - η \frac{m_{t+1} / (1 - β_1^{t+1})}{u_{t+1}}

    The paper has no ε, and so divides 0 by 0 where no gradient ever was. It is here as in optax
    and PyTorch: inside the maximum.

    Args:
        learning_rate: η, the length of a step in each coordinate while gradients agree, in units
            of the parameters; a number >= 0, a traced scalar, or a schedule.
        b1: β₁, the fraction of the gradient's running mean kept at a step, in [0, 1).
        b2: β₂, the fraction of the largest gradient's size kept at a step, in [0, 1).
        eps: ε, in units of the gradient; keeps the quotient finite where gradients vanish. >= 0.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.adamax(0.1), 2)
        >>> [round(float(w), 2) for w, b in path.params]
        [2.5, 2.4, 2.3]

    Source:
        D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, section
        7.1.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        b1=fraction("b1", b1),
        b2=fraction("b2", b2),
        eps=rate("eps", eps),
    )
