"""Gradient descent: step against the gradient, by the learning rate times its length."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.optimizers.rule import Hyperparameter, at, bind, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """What gradient descent remembers: only how many steps it has taken."""

    step: jax.Array


def init(params: Params) -> State:
    """Return the state before the first step."""
    del params
    return State(step=jnp.zeros((), jnp.int32))


def update(grads: Params, state: State, params: Params = None, *, learning_rate: Any) -> Any:
    """Return the step ``-η g`` and the next state."""
    del params
    (updates,) = per_leaf(lambda g, η: (-η * g,), (grads,), at(state.step, learning_rate))
    return updates, State(state.step + 1)


def gradient_descent(learning_rate: Hyperparameter) -> Optimizer:
    """Return plain gradient descent.

    .. math:: θ_{t+1} = θ_t - η ∇L(θ_t)

    Args:
        learning_rate: η, how many units of the parameters to move per unit of gradient;
            a number >= 0, a traced scalar, or a schedule.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if ``learning_rate`` is neither a number nor a schedule.
        ValueError: if ``learning_rate`` is negative or not finite.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.gradient_descent(0.1), 2)
        >>> [round(float(w), 2) for w, b in path.params]
        [2.5, 2.0, 1.6]

    Source:
        A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées",
        Comptes rendus de l'Académie des sciences 25, 1847.
    """
    return bind(init, update, learning_rate=rate("learning_rate", learning_rate))
