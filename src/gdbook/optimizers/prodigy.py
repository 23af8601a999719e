"""Prodigy: Adam that finds out its learning rate from how far it has come."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.optimizers.rule import (
    Hyperparameter,
    at,
    bind,
    dot,
    fraction,
    per_leaf,
    positive,
    power,
    rate,
)
from gdbook.types import Optimizer, Params, wide


class State(NamedTuple):
    """The step count, the distance d, the start, Adam's two means, and the two sums behind d."""

    step: jax.Array
    d: jax.Array
    start: Params
    m: Params
    v: Params
    s: Params
    r: jax.Array


def init(params: Params, *, d0: Any) -> State:
    """Return the state before the first step: all sums at zero, and a small distance."""
    zeros = jax.tree.map(jnp.zeros_like, params)
    d = jnp.asarray(d0, wide(jax.tree.leaves(params)[0].dtype))
    return State(jnp.zeros((), jnp.int32), d, params, zeros, zeros, zeros, jnp.zeros_like(d))


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
    d0: Any,
) -> Any:
    """Return Adam's step times the distance, and the next state with the next distance."""
    scalars = at(state.step, learning_rate, b1, b2, eps, weight_decay, d0)
    t = (state.step + 1).astype(state.d.dtype)
    η, β1, β2, ε, λ, d0 = (jnp.asarray(scalar, state.d.dtype) for scalar in scalars)
    β3, unbias, d = jnp.sqrt(β2), jnp.sqrt(1 - power(β2, t)) / (1 - power(β1, t)), state.d

    def sums(g, m, v, s, β1, β2, β3, d, weight):  # type: ignore[no-untyped-def]
        m = β1 * m + (1 - β1) * d * g
        v = β2 * v + (1 - β2) * (d * g) ** 2
        return m, v, β3 * s + weight * g

    weight = η * unbias * d * (d / d0)  # in which d0 cancels: it keeps the sums in range
    trees = (grads, state.m, state.v, state.s)
    m, v, s = per_leaf(sums, trees, [β1, β2, β3, d, weight])
    way = jax.tree.map(lambda θ0, θ: θ0 - θ, state.start, params)
    r = β3 * state.r + weight * dot(grads, way)
    size = dot(s, jax.tree.map(jnp.sign, s))
    farther = jnp.maximum(d, jnp.where(size == 0, 0, r / size))

    def rule(θ, m, v, ηd, λ, εd):  # type: ignore[no-untyped-def]
        return (-ηd * (m / (jnp.sqrt(v) + εd) + λ * θ),)

    (updates,) = per_leaf(rule, (params, m, v), [η * unbias * d, λ, ε * farther])
    return updates, State(state.step + 1, farther, state.start, m, v, s, r)


def prodigy(
    learning_rate: Hyperparameter = 1.0,
    b1: Hyperparameter = 0.9,
    b2: Hyperparameter = 0.999,
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 0.0,
    d0: float | jax.Array = 1e-6,
) -> Optimizer:
    r"""Return Prodigy.

    .. math::
        d_{t+1} = \max\left(d_t, \frac{r_{t+1}}{‖s_{t+1}‖_1}\right), \qquad
        r_{t+1} &= \sqrt{β_2}\, r_t + η d_t^2 ⟨g_t, θ_0 - θ_t⟩ \\
        s_{t+1} &= \sqrt{β_2}\, s_t + η d_t^2 g_t

    The step is Adam's, for the gradients d g, with the learning rate η d. Where the loss is
    convex, d never exceeds the distance from the start to a minimum (largest coordinate), and
    grows towards it. The learning rate is a factor, 1 unless it is scheduled; Adam's correction
    for its start from zero is a factor of η here too, as in the authors' code.

    Args:
        learning_rate: η, without unit; a number >= 0, a traced scalar, or a schedule.
        b1: β₁, the fraction of the gradient's running mean kept at a step, in [0, 1).
        b2: β₂, the fraction of the squared gradient's running mean kept at a step, in [0, 1).
        eps: ε, in units of the gradient; >= 0.
        weight_decay: λ, the pull towards zero, per unit of learning rate; >= 0.
        d0: the first distance, far too small, in units of the parameters; > 0.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.prodigy(), 100)
        >>> bool(path.loss[-1] < 0.1)
        True

    Source:
        K. Mishchenko and A. Defazio, "Prodigy: An Expeditiously Adaptive Parameter-Free Learner",
        ICML 2024.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        b1=fraction("b1", b1),
        b2=fraction("b2", b2),
        eps=rate("eps", eps),
        weight_decay=rate("weight_decay", weight_decay),
        d0=positive("d0", d0, schedule=False),
    )
