"""Adadelta: steps as long as recent steps were, so that no rate need be chosen."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """The step count, and running means of the squares of gradients and of steps."""

    step: jax.Array
    v: Params
    w: Params


def init(params: Params) -> State:
    """Return the state before the first step: both means at zero."""
    zeros = jax.tree.map(jnp.zeros_like, params)
    return State(step=jnp.zeros((), jnp.int32), v=zeros, w=zeros)


def update(
    grads: Params, state: State, params: Params = None, *, learning_rate: Any, rho: Any, eps: Any
) -> Any:
    """Return the step ``-η Δ`` and the next state, with ``Δ = √(w + ε) / √(v + ε) g``."""
    del params

    def rule(g, v, w, η, ρ, ε):  # type: ignore[no-untyped-def]
        v = ρ * v + (1 - ρ) * g**2
        Δ = jnp.sqrt(w + ε) / jnp.sqrt(v + ε) * g
        w = ρ * w + (1 - ρ) * Δ**2
        return -η * Δ, v, w

    scalars = at(state.step, learning_rate, rho, eps)
    updates, v, w = per_leaf(rule, (grads, state.v, state.w), scalars)
    return updates, State(state.step + 1, v, w)


def adadelta(
    learning_rate: Hyperparameter = 1.0, rho: Hyperparameter = 0.9, eps: Hyperparameter = 1e-6
) -> Optimizer:
    r"""Return Adadelta.

    .. math::
        v_{t+1} &= ρ v_t + (1 - ρ) g_t^2 \\
        Δ_t &= \frac{\sqrt{w_t + ε}}{\sqrt{v_{t+1} + ε}} g_t \\
        w_{t+1} &= ρ w_t + (1 - ρ) Δ_t^2 \\
        θ_{t+1} &= θ_t - η Δ_t

    Both means start at zero, so the first step is about √(ε / (1 - ρ)) long: ε, meant as a guard,
    decides how fast Adadelta gets going.

    Args:
        learning_rate: η, a factor without unit, 1 in the paper;
            a number >= 0, a traced scalar, or a schedule.
        rho: ρ, the fraction of both means kept at a step, in [0, 1).
        eps: ε, added to both means, of gradients squared and of steps squared. >= 0.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.adadelta(eps=0.01)
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], rule, 2)
        >>> [round(float(w), 2) for w, b in path.params]
        [2.5, 2.18, 1.88]

    Source:
        M. D. Zeiler, "ADADELTA: An adaptive learning rate method", arXiv:1212.5701, 2012.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        rho=fraction("rho", rho),
        eps=rate("eps", eps),
    )
