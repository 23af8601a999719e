"""Random search: try a step in any direction, and keep it if it leads lower."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.optimizers.rule import (
    Hyperparameter,
    at,
    bind,
    gaussian,
    needed,
    per_leaf,
    random,
    rate,
)
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """What random search remembers: the step count, and the key of all steps to come."""

    step: jax.Array
    key: jax.Array


def init(params: Params, *, key: jax.Array) -> State:
    """Return the state before the first step."""
    del params
    return State(jnp.zeros((), jnp.int32), key)


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    scale: Any,
    key: Any,
    value_fn: Any = None,
) -> Any:
    """Return the step ``σ ξ`` if it leads lower, else none, and the next state."""
    del grads, key  # the state has its own
    value_fn = needed("random_search", value_fn)
    key, now = jax.random.split(state.key)
    (step,) = per_leaf(lambda ξ, σ: (σ * ξ,), (gaussian(now, params),), at(state.step, scale))
    there = jax.tree.map(jnp.add, params, step)
    lower = value_fn(there) < value_fn(params)
    updates = jax.tree.map(lambda u: jnp.where(lower, u, jnp.zeros_like(u)), step)
    return updates, State(state.step + 1, key)


def random_search(scale: Hyperparameter, key: int | jax.Array = 0) -> Optimizer:
    r"""Return random search, which needs no gradient.

    .. math:: θ_{t+1} = \begin{cases} θ_t + σ ξ & \text{if } L(θ_t + σ ξ) < L(θ_t) \\
        θ_t & \text{otherwise} \end{cases} \qquad ξ \sim \mathcal N(0, I)

    The loss that a step looks at is never raised by it. In n dimensions a direction drawn at random
    is nearly at right angles to the gradient, which is what gradients save: the more parameters,
    the more. ``update`` needs the keyword ``value_fn``, and ignores gradients.

    Args:
        scale: σ, the standard deviation of a step in each coordinate, in units of the parameters;
            a number >= 0, a traced scalar, or a schedule.
        key: a JAX random key, or an integer to make one of; it decides all steps.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if ``scale`` is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.0, 1.0], gd.optimizers.random_search(0.5), 100)
        >>> bool(path.loss[-1] < 0.1)
        True

    Source:
        J. Matyas, "Random optimization", Automation and Remote Control 26(2), 1965.
    """
    return bind(init, update, scale=rate("scale", scale), key=random(key))
