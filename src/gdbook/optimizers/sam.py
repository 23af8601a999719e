"""Sharpness-aware minimization: the gradient is taken where the loss nearby is worst."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook import checks
from gdbook.optimizers.rule import Hyperparameter, at, bind, needed, norm, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """What is remembered: the step count, and all that the rule inside remembers."""

    step: jax.Array
    inner: Any


def init(params: Params, *, inner: Optimizer) -> State:
    """Return the state before the first step."""
    return State(jnp.zeros((), jnp.int32), inner.init(params))


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    inner: Optimizer,
    rho: Any,
    value_fn: Any = None,
    **extras: Any,
) -> Any:
    """Return the inner rule's step for ``∇L(θ + ρ g / ‖g‖)``, and the next state."""
    value_fn = needed("sam", value_fn)
    length = norm(grads)
    length = jnp.where(length == 0, 1, length)  # where no way leads up, the place itself is worst

    def climb(θ: jax.Array, g: jax.Array, ρ: jax.Array, length: jax.Array) -> Any:
        return (θ + ρ * g / length,)

    (worst,) = per_leaf(climb, (params, grads), [*at(state.step, rho), length])
    grads = jax.grad(value_fn)(worst)
    updates, inner_state = inner.step(grads, state.inner, params, value_fn=value_fn, **extras)
    return updates, State(state.step + 1, inner_state)


def sam(optimizer: Optimizer, rho: Hyperparameter = 0.05) -> Optimizer:
    r"""Return a rule that sees the gradient a little way uphill, where sharp minima show.

    .. math:: \tilde g = ∇L\left(θ_t + ρ \frac{∇L(θ_t)}{‖∇L(θ_t)‖}\right)

    To first order that place is the worst within a distance of ρ, so that the walk goes where the
    loss is low all around. It costs a second gradient. ``update`` needs the keyword ``value_fn``.

    Args:
        optimizer: the rule inside, of this library or of optax.
        rho: ρ, how far uphill, in units of the parameters;
            a number >= 0, a traced scalar, or a schedule.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if ``rho`` is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.sam(gd.optimizers.gradient_descent(0.25), rho=1.0)
        >>> path = gd.descend(gd.surfaces.bowl, [3.0, 4.0], rule, 1)
        >>> [round(float(x), 2) for x in path.last]
        [1.2, 1.6]

    Source:
        P. Foret, A. Kleiner, H. Mobahi and B. Neyshabur, "Sharpness-Aware Minimization for
        Efficiently Improving Generalization", ICLR 2021.
    """
    return bind(init, update, inner=checks.optimizer(optimizer), rho=rate("rho", rho))
