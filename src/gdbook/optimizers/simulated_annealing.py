"""Simulated annealing: steps at random, of which those uphill are taken while it is hot."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from gdbook.optimizers.random_search import State, init
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


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    scale: Any,
    temperature: Any,
    key: Any,
    value_fn: Any = None,
) -> Any:
    """Return the step ``σ ξ`` with probability ``exp(-ΔL / T)``, else none, and the next state."""
    del grads, key  # the state has its own
    value_fn = needed("simulated_annealing", value_fn)
    key, now = jax.random.split(state.key)
    σ, T = at(state.step, scale, temperature)
    (step,) = per_leaf(lambda ξ, σ: (σ * ξ,), (gaussian(now, params),), [σ])
    rise = value_fn(jax.tree.map(jnp.add, params, step)) - value_fn(params)
    luck = jax.random.uniform(jax.random.fold_in(now, 1), (), rise.dtype)
    taken = luck < jnp.exp(-rise / jnp.asarray(T, rise.dtype))  # at T = 0: if it leads lower
    updates = jax.tree.map(lambda u: jnp.where(taken, u, jnp.zeros_like(u)), step)
    return updates, State(state.step + 1, key)


def simulated_annealing(
    scale: Hyperparameter, temperature: Hyperparameter, key: int | jax.Array = 0
) -> Optimizer:
    r"""Return simulated annealing, which needs no gradient and climbs out of valleys.

    .. math:: θ_{t+1} = \begin{cases}
        θ_t + σ ξ & \text{with probability } \min\left(1, e^{-(L(θ_t + σ ξ) - L(θ_t)) / T}\right) \\
        θ_t & \text{otherwise} \end{cases} \qquad ξ \sim \mathcal N(0, I)

    At a constant temperature the places visited come to be distributed as exp(-L/T): deep valleys
    more than shallow ones, and the more so the colder. Cooled slowly, it ends in a deep one. At
    T = 0 it is :func:`random_search`. ``update`` needs the keyword ``value_fn``, and ignores
    gradients.

    Args:
        scale: σ, the standard deviation of a step in each coordinate, in units of the parameters;
            a number >= 0, a traced scalar, or a schedule.
        temperature: T, in units of the loss; a number >= 0, a traced scalar, or, as is usual, a
            schedule that falls.
        key: a JAX random key, or an integer to make one of; it decides all steps.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> cooling = lambda step: 5.0 * 0.99**step
        >>> rule = gd.optimizers.simulated_annealing(0.5, cooling)
        >>> path = gd.descend(gd.surfaces.rastrigin, [3.2, -2.3], rule, 2000)
        >>> bool(path.loss[-1] < path.loss[0])
        True

    Source:
        S. Kirkpatrick, C. D. Gelatt and M. P. Vecchi, "Optimization by Simulated Annealing",
        Science 220, 1983; N. Metropolis et al., Journal of Chemical Physics 21, 1953.
    """
    σ, T = rate("scale", scale), rate("temperature", temperature)
    return bind(init, update, scale=σ, temperature=T, key=random(key))
