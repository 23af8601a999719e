"""Projection: another rule, brought back after each step to the nearest place that is allowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from gdbook import checks
from gdbook.optimizers.rule import bind
from gdbook.types import Optimizer, Params, stepped


def init(params: Params, *, inner: Optimizer) -> Any:
    """Return the inner rule's state before the first step: projection remembers nothing."""
    return inner.init(params)


def update(
    grads: Params,
    state: Any,
    params: Params,
    *,
    inner: Optimizer,
    onto: Callable[[Params], Params],
    **extras: Any,
) -> Any:
    """Return the step from ``θ`` to ``P(θ + u)``, with the inner rule's ``u``, and its state."""
    updates, state = inner.step(grads, state, params, **extras)
    moved = stepped(params, updates)
    allowed = onto(moved)
    got, given = (jax.tree.map(jnp.shape, tree) for tree in (allowed, moved))
    if got != given:
        raise ValueError(f"onto returns shapes {got}; expected those it is given, {given}")
    return jax.tree.map(lambda there, θ: there - θ, allowed, params), state


def project(optimizer: Optimizer, onto: Callable[[Params], Params]) -> Optimizer:
    r"""Return a rule whose every step ends where it is allowed to.

    .. math:: θ_{t+1} = P(θ_t + u_t), \qquad P(θ) = \arg\min_{ϑ ∈ C} ‖ϑ - θ‖

    With gradient descent inside, a convex loss of largest curvature L, a closed convex set C, a
    start in C and rates up to 1/L, no step raises the loss, and with a fixed rate it falls towards
    the lowest in C. Other rules are brought back too, but what they remember of the way knows
    nothing of the fence.

    Args:
        optimizer: the rule inside, of this library or of optax.
        onto: P, from parameters to the nearest parameters that are allowed, of the same shapes:
            ``lambda w: jnp.maximum(w, 0)`` keeps them from being negative, and
            ``optax.projections`` has those onto boxes, balls and simplices. Other shapes are
            refused at the first step. The start is not projected.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if ``optimizer`` is not a pair of functions, or ``onto`` is not callable.

    Example:
        >>> import gdbook as gd
        >>> import jax.numpy as jnp
        >>> rule = gd.optimizers.project(
        ...     gd.optimizers.gradient_descent(0.1), lambda w: jnp.clip(w, 1.0, 2.0)
        ... )
        >>> gd.descend(gd.surfaces.bowl, [1.5, 1.1], rule, 20).last.tolist()
        [1.0, 1.0]

    Source:
        A. A. Goldstein, "Convex programming in Hilbert space", Bulletin of the American
        Mathematical Society 70, 1964; E. S. Levitin and B. T. Polyak, "Constrained minimization
        methods", USSR Computational Mathematics and Mathematical Physics 6, 1966.
    """
    inner = checks.optimizer(optimizer)
    if not callable(onto):
        raise TypeError(f"onto is {onto!r}; expected a function from parameters to parameters")
    return bind(init, update, inner=inner, onto=checks.as_pytree(onto))
