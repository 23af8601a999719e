"""Sophia: momentum over an estimate of the Hessian's diagonal, cut where that is not trusted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.tree_util import Partial

from gdbook import checks
from gdbook.optimizers.rule import (
    Hyperparameter,
    at,
    bind,
    fraction,
    needed,
    per_leaf,
    random,
    rate,
)
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """The step count, a random key, and running means of the gradient and of the curvature."""

    step: jax.Array
    key: jax.Array
    m: Params
    h: Params


def init(params: Params, *, key: jax.Array) -> State:
    """Return the state before the first step: both means at zero."""
    zeros = jax.tree.map(jnp.zeros_like, params)
    return State(step=jnp.zeros((), jnp.int32), key=key, m=zeros, h=zeros)


def diagonal(value_fn: Callable[..., Any], params: Params, key: jax.Array) -> Params:
    """Return ``s · (∇²L s)`` for random signs ``s``: its mean is the Hessian's diagonal."""
    leaves, structure = jax.tree.flatten(params)
    keys = jax.random.split(key, len(leaves))
    drawn = [jax.random.rademacher(k, θ.shape, θ.dtype) for k, θ in zip(keys, leaves, strict=True)]
    signs = jax.tree.unflatten(structure, drawn)
    product = jax.jvp(jax.grad(value_fn), (params,), (signs,))[1]
    return jax.tree.map(jnp.multiply, signs, product)


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    value_fn: Any = None,
    learning_rate: Any,
    b1: Any,
    b2: Any,
    gamma: Any,
    eps: Any,
    weight_decay: Any,
    update_interval: Any,
) -> Any:
    """Return the step ``-η (clip(m / max(γ h, ε)) + λ θ)`` and the next state."""
    value_fn = needed("sophia", value_fn)
    η, β1, β2, γ, ε, λ = at(state.step, learning_rate, b1, b2, gamma, eps, weight_decay)

    def look() -> Params:
        seen = diagonal(value_fn, params, jax.random.fold_in(state.key, state.step))
        return per_leaf(lambda h, d, β2: (β2 * h + (1 - β2) * d,), (state.h, seen), [β2])[0]

    h = jax.lax.cond(state.step % update_interval == 0, look, lambda: state.h)

    def rule(g, θ, m, h, η, β1, γ, ε, λ):  # type: ignore[no-untyped-def]
        m = β1 * m + (1 - β1) * g
        return -η * (jnp.clip(m / jnp.maximum(γ * h, ε), -1, 1) + λ * θ), m

    updates, m = per_leaf(rule, (grads, params, state.m, h), [η, β1, γ, ε, λ])
    return updates, State(state.step + 1, state.key, m, h)


def sophia(
    learning_rate: Hyperparameter,
    b1: Hyperparameter = 0.96,
    b2: Hyperparameter = 0.99,
    gamma: Hyperparameter = 0.01,
    eps: Hyperparameter = 1e-12,
    weight_decay: Hyperparameter = 0.0,
    update_interval: int = 10,
    key: int | jax.Array | None = None,
) -> Optimizer:
    r"""Return Sophia-H, whose curvature is Hutchinson's estimate, made anew every k steps.

    .. math::
        \hat h &= s ⊙ (∇²L(θ_t) \, s), \qquad h ← β_2 h + (1 - β_2) \hat h
            \quad \text{if } k \mid t \\
        θ_{t+1} &= θ_t - η \left(\operatorname{clip}\left(\frac{m_{t+1}}{\max(γ h, ε)}, 1\right)
            + λ θ_t\right)

    Here m is the running mean of gradients with β₁, and s are random signs. Where the curvature is
    small or negative, the step is η against the sign of m.

    Args:
        learning_rate: η, the longest step in a coordinate, in units of the parameters;
            a number >= 0, a traced scalar, or a schedule.
        b1: β₁, the fraction of the gradient's running mean kept at a step, in [0, 1).
        b2: β₂, the fraction of the curvature's running mean kept at an estimate, in [0, 1).
        gamma: γ, how much curvature it takes to shorten a step. >= 0.
        eps: ε, in units of the gradient; keeps the quotient finite. >= 0.
        weight_decay: λ, the fraction of the weights lost per unit of learning rate. >= 0.
        update_interval: k, how many steps an estimate of the curvature serves, at least 1.
        key: a JAX random key, or an integer to make one of; it decides the signs. 0 if None.

    Returns:
        The update rule; its ``update`` takes the function to descend as keyword ``value_fn``,
        which ``gd.descend`` hands it.

    Raises:
        TypeError: if a number is neither that nor a schedule, the interval is no integer, or the
            key no key.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.sophia(0.1, gamma=2.0)
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], rule, 2)
        >>> [round(float(w), 2) for w, b in path.params]
        [2.5, 2.4, 2.3]

    Source:
        H. Liu et al., "Sophia: a scalable stochastic second-order optimizer for language model
        pre-training", ICLR 2024.
    """
    return bind(
        Partial(init, key=random(0 if key is None else key)),  # type: ignore[no-untyped-call]
        update,
        learning_rate=rate("learning_rate", learning_rate),
        b1=fraction("b1", b1),
        b2=fraction("b2", b2),
        gamma=rate("gamma", gamma),
        eps=rate("eps", eps),
        weight_decay=rate("weight_decay", weight_decay),
        update_interval=checks.count("update_interval", update_interval),
    )
