"""An evolution strategy: the slope, estimated from the losses of a population around the place."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from gdbook import checks
from gdbook.optimizers.random_search import State, init
from gdbook.optimizers.rule import (
    Hyperparameter,
    Static,
    at,
    bind,
    gaussian,
    needed,
    per_leaf,
    positive,
    random,
    rate,
)
from gdbook.types import Optimizer, Params


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    learning_rate: Any,
    scale: Any,
    pairs: int,
    key: Any,
    value_fn: Any = None,
) -> Any:
    """Return the step ``-η ĝ``, ĝ the estimated slope, and the next state."""
    del grads, key  # the state has its own
    value_fn = needed("evolution_strategy", value_fn)
    key, now = jax.random.split(state.key)
    η, σ = at(state.step, learning_rate, scale)

    def difference(ξ: Params) -> Any:  # a pair looks both ways: what is even cancels
        move = lambda θ, ξ, σ: (θ + σ * ξ, θ - σ * ξ)  # noqa: E731
        ahead, behind = per_leaf(move, (params, ξ), [σ])
        return value_fn(ahead) - value_fn(behind)

    ξ = jax.vmap(gaussian, in_axes=(0, None))(jax.random.split(now, pairs), params)
    Δ = jax.vmap(difference)(ξ)

    def rule(ξ: jax.Array, η: jax.Array, σ: jax.Array) -> Any:
        return (-η * jnp.tensordot(Δ.astype(ξ.dtype), ξ, axes=1) / (2 * pairs * σ),)

    (updates,) = per_leaf(rule, (ξ,), [η, σ])
    return updates, State(state.step + 1, key)


def evolution_strategy(
    learning_rate: Hyperparameter,
    scale: Hyperparameter = 0.1,
    pairs: int = 10,
    key: int | jax.Array = 0,
) -> Optimizer:
    r"""Return an evolution strategy: gradient descent on an estimate that needs no gradient.

    .. math::
        \hat g &= \frac{1}{2nσ} \sum_{i=1}^{n} \left(L(θ_t + σ ξ_i) - L(θ_t - σ ξ_i)\right) ξ_i \\
        θ_{t+1} &= θ_t - η \hat g \\
        ξ_i &\sim \mathcal N(0, I)

    The estimate is right on average for the loss smoothed by a Gaussian of width σ, which has a
    gradient even where the loss has none. On a quadratic that is the gradient itself. Its error
    grows with the number of parameters. ``update`` needs the keyword ``value_fn``.

    Args:
        learning_rate: η, in units of parameters per unit of gradient;
            a number >= 0, a traced scalar, or a schedule.
        scale: σ, how far around it looks, in units of the parameters; a number > 0, a traced
            scalar, or a schedule.
        pairs: n, half the size of the population, >= 1; another number compiles anew.
        key: a JAX random key, or an integer to make one of; it decides all steps.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.evolution_strategy(0.1)
        >>> path = gd.descend(gd.surfaces.bowl, [2.0, 1.0], rule, 50)
        >>> bool(path.loss[-1] < 0.01)
        True

    Source:
        T. Salimans et al., "Evolution Strategies as a Scalable Alternative to Reinforcement
        Learning", 2017; I. Rechenberg, Evolutionsstrategie, Frommann-Holzboog, 1973.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        scale=positive("scale", scale),
        pairs=Static(checks.count("pairs", pairs)),
        key=random(key),
    )
