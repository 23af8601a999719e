"""Newton's method: step to where the quadratic with the loss's slope and curvature is flat."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from gdbook.optimizers.rule import Hyperparameter, at, bind, needed, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """What Newton's method remembers: only how many steps it has taken."""

    step: jax.Array


def init(params: Params) -> State:
    """Return the state before the first step."""
    del params
    return State(jnp.zeros((), jnp.int32))


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    learning_rate: Any,
    damping: Any,
    value_fn: Any = None,
) -> Any:
    """Return the step ``-η (H + λ I)⁻¹ g`` and the next state."""
    value_fn = needed("newton", value_fn)
    flat, unravel = ravel_pytree(params)
    g, _ = ravel_pytree(grads)
    η, λ = (jnp.asarray(scalar, flat.dtype) for scalar in at(state.step, learning_rate, damping))
    H = jax.hessian(lambda flat: value_fn(unravel(flat)))(flat)
    step = jnp.linalg.solve(H + λ * jnp.eye(flat.size, dtype=flat.dtype), g)
    return unravel(-η * step), State(state.step + 1)


def newton(learning_rate: Hyperparameter = 1.0, damping: Hyperparameter = 0.0) -> Optimizer:
    r"""Return Newton's method, damped if asked.

    .. math:: θ_{t+1} = θ_t - η \left(∇^2 L(θ_t) + λ I\right)^{-1} ∇L(θ_t)

    A quadratic takes one step. Near a minimum the number of right digits doubles at each step;
    far from it anything may happen: where curvatures are negative the step leads uphill, to
    saddles and maxima as gladly as to minima, unless λ exceeds the most negative of them. Where
    the Hessian is singular, without damping, the step is ``inf`` or ``nan``, and the run has
    diverged. The Hessian of n parameters has n² entries; ``update`` needs the keyword ``value_fn``.

    Args:
        learning_rate: η, the part of the step that is taken, without unit;
            a number >= 0, a traced scalar, or a schedule.
        damping: λ, added to every curvature, in units of the loss per squared parameter; a number
            >= 0, a traced scalar, or a schedule. The larger, the more it is gradient descent with
            a rate of η / λ.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.quadratic(100), [2.0, 1.0], gd.optimizers.newton(), 1)
        >>> [round(float(loss), 6) for loss in path.loss]
        [52.0, 0.0]

    Source:
        J. Nocedal and S. J. Wright, Numerical Optimization, 2nd edition, Springer, 2006, ch. 3.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        damping=rate("damping", damping),
    )
