"""LARS: momentum whose rate, layer by layer, is in proportion to the size of the weights."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from gdbook.optimizers.momentum import State, init
from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, rate
from gdbook.types import Optimizer, Params


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    learning_rate: Any,
    momentum: Any,
    weight_decay: Any,
    trust_coefficient: Any,
    eps: Any,
) -> Any:
    """Return ``-v`` and the next state, with ``v = β v + η c ‖θ‖ u / ‖u‖`` and ``u = g + λ θ``."""

    def rule(g, θ, v, η, β, λ, c, ε):  # type: ignore[no-untyped-def]
        u = g + λ * θ
        weights, length = jnp.linalg.norm(θ), jnp.linalg.norm(u)
        known = (weights > 0) & (length > 0)  # weights of zero would stay there for ever
        ratio = jnp.where(known, c * weights / jnp.where(known, length + ε, 1), 1)
        v = β * v + η * ratio * u
        return -v, v

    scalars = at(state.step, learning_rate, momentum, weight_decay, trust_coefficient, eps)
    updates, velocity = per_leaf(rule, (grads, params, state.velocity), scalars)
    return updates, State(state.step + 1, velocity)


def lars(
    learning_rate: Hyperparameter,
    momentum: Hyperparameter = 0.9,
    weight_decay: Hyperparameter = 0.0,
    trust_coefficient: Hyperparameter = 0.001,
    eps: Hyperparameter = 0.0,
) -> Optimizer:
    r"""Return LARS, which is momentum with a trust ratio for each leaf of the parameters.

    .. math::
        u_t &= ∇L(θ_t) + λ θ_t \\
        v_{t+1} &= β v_t + η \, c \, \frac{‖θ_t‖}{‖u_t‖ + ε} u_t \\
        θ_{t+1} &= θ_t - v_{t+1}

    Each leaf counts as one layer, with its own norms; the ratio is 1 where either norm is 0. The
    paper divides by ‖∇L‖ + λ ‖θ‖, which is never smaller than the ‖u‖ of this form, optax's.

    Args:
        learning_rate: η, a factor without unit; a number >= 0, a traced scalar, or a schedule.
        momentum: β, the fraction of the velocity kept from step to step, in [0, 1).
        weight_decay: λ, in units of the gradient per unit of the parameters. >= 0.
        trust_coefficient: c, the length of a leaf's step as a fraction of the leaf's own. >= 0.
        eps: ε, in units of the gradient. >= 0.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.lars(1.0, 0.9, trust_coefficient=0.1)
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], rule, 2)
        >>> [round(float(w), 2) for w, b in path.params]
        [2.5, 2.25, 1.8]

    Source:
        Y. You, I. Gitman and B. Ginsburg, "Large batch training of convolutional networks",
        arXiv:1708.03888, 2017.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        momentum=fraction("momentum", momentum),
        weight_decay=rate("weight_decay", weight_decay),
        trust_coefficient=rate("trust_coefficient", trust_coefficient),
        eps=rate("eps", eps),
    )
