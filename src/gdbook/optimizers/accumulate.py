"""Accumulation: one step of another rule for every k gradients, on their mean."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook import checks
from gdbook.optimizers.rule import bind, per_leaf
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """What is remembered: how many gradients are in the mean, the mean, and the inner state."""

    seen: jax.Array
    mean: Params
    inner: Any


def init(params: Params, *, inner: Optimizer) -> State:
    """Return the state before the first gradient."""
    mean = jax.tree.map(jnp.zeros_like, params)
    return State(jnp.zeros((), jnp.int32), mean, inner.init(params))


def update(
    grads: Params,
    state: State,
    params: Params = None,
    *,
    inner: Optimizer,
    every: Any,
    **extras: Any,
) -> Any:
    """Return no step, and at every k-th gradient the inner rule's step for the mean."""
    seen = state.seen + 1
    (mean,) = per_leaf(lambda m, g, n: (m + (g - m) / n,), (state.mean, grads), [seen])

    def go(mean: Params, inner_state: Any) -> Any:
        updates, inner_state = inner.step(mean, inner_state, params, **extras)
        updates = jax.tree.map(lambda u, m: u.astype(m.dtype), updates, mean)
        nothing = jax.tree.map(jnp.zeros_like, mean)
        return updates, State(jnp.zeros_like(seen), nothing, inner_state)

    def wait(mean: Params, inner_state: Any) -> Any:
        return jax.tree.map(jnp.zeros_like, mean), State(seen, mean, inner_state)

    return jax.lax.cond(seen >= every, go, wait, mean, state.inner)


def accumulate(optimizer: Optimizer, every: int | jax.Array = 4) -> Optimizer:
    r"""Return a rule that waits for k gradients and then steps on their mean.

    .. math:: g = \frac{1}{k} \sum_{i=1}^{k} g_i

    It is how a batch k times too large for the memory is used: k small batches, one step. The
    loss's ``value`` and ``value_fn``, where the inner rule takes them, are those of the k-th.

    Args:
        optimizer: the rule inside, of this library or of optax; it counts its own steps only.
        every: k, the number of gradients to a step, >= 1, or a traced integer.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if ``optimizer`` is not a pair of functions, or ``every`` is not an integer.
        ValueError: if ``every`` is below 1.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.accumulate(gd.optimizers.gradient_descent(0.25), every=2)
        >>> path = gd.descend(gd.surfaces.bowl, [2.0, 2.0], rule, 4)
        >>> [float(w) for w, b in path.params]
        [2.0, 2.0, 1.0, 1.0, 0.5]
    """
    if not isinstance(every, jax.core.Tracer):
        every = checks.count("every", every)
    return bind(init, update, inner=checks.optimizer(optimizer), every=every)
