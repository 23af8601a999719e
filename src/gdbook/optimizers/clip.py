"""Clipping: another rule, shown gradients of bounded size."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook import checks
from gdbook.optimizers.rule import Hyperparameter, at, bind, norm, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """What clipping remembers: the step count, and all that the rule inside remembers."""

    step: jax.Array
    inner: Any


def init(params: Params, *, inner: Optimizer) -> State:
    """Return the state before the first step."""
    return State(jnp.zeros((), jnp.int32), inner.init(params))


def update_by_norm(
    grads: Params,
    state: State,
    params: Params = None,
    *,
    inner: Optimizer,
    max_norm: Any,
    **extras: Any,
) -> Any:
    """Return the inner rule's step for ``g min(1, c / ‖g‖)``, and the next state."""
    length = norm(grads)
    (c,) = at(state.step, max_norm)
    c = jnp.asarray(c, length.dtype)
    shrink = jnp.where(length <= c, 1, c / length)
    (clipped,) = per_leaf(lambda g, shrink: (shrink * g,), (grads,), [shrink])
    updates, inner_state = inner.step(clipped, state.inner, params, **extras)
    return updates, State(state.step + 1, inner_state)


def update_by_value(
    grads: Params,
    state: State,
    params: Params = None,
    *,
    inner: Optimizer,
    max_value: Any,
    **extras: Any,
) -> Any:
    """Return the inner rule's step for ``min(max(g, -c), c)``, and the next state."""
    bound = at(state.step, max_value)
    (clipped,) = per_leaf(lambda g, c: (jnp.clip(g, -c, c),), (grads,), bound)
    updates, inner_state = inner.step(clipped, state.inner, params, **extras)
    return updates, State(state.step + 1, inner_state)


def clip_by_norm(optimizer: Optimizer, max_norm: Hyperparameter) -> Optimizer:
    r"""Return a rule that sees the gradient shortened where it is too long.

    .. math:: g ← g \min\left(1, \frac{c}{‖g‖}\right)

    The norm is Euclid's over all parameters, and the direction stays what it was. The loss's
    ``value``, ``grad`` and ``value_fn`` reach the inner rule as they are.

    Args:
        optimizer: the rule inside, of this library or of optax.
        max_norm: c, the longest gradient it gets to see, in units of the gradient;
            a number >= 0, a traced scalar, or a schedule.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if ``max_norm`` is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.clip_by_norm(gd.optimizers.gradient_descent(1.0), 0.5)
        >>> path = gd.descend(gd.surfaces.bowl, [3.0, 4.0], rule, 1)
        >>> [round(float(x), 2) for x in path.last]
        [2.7, 3.6]

    Source:
        R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural
        networks", ICML 2013.
    """
    inner = checks.optimizer(optimizer)
    return bind(init, update_by_norm, inner=inner, max_norm=rate("max_norm", max_norm))


def clip_by_value(optimizer: Optimizer, max_value: Hyperparameter) -> Optimizer:
    r"""Return a rule that sees each entry of the gradient cut off where it is too large.

    .. math:: g_i ← \min(\max(g_i, -c), c)

    Unlike :func:`clip_by_norm` this turns the gradient.

    Args:
        optimizer: the rule inside, of this library or of optax.
        max_value: c, the largest entry it gets to see, in units of the gradient;
            a number >= 0, a traced scalar, or a schedule.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if ``max_value`` is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.clip_by_value(gd.optimizers.gradient_descent(1.0), 0.5)
        >>> path = gd.descend(gd.surfaces.bowl, [3.0, 0.1], rule, 1)
        >>> [round(float(x), 2) for x in path.last]
        [2.5, -0.1]

    Source:
        T. Mikolov, "Statistical Language Models Based on Neural Networks", PhD thesis,
        Brno University of Technology, 2012.
    """
    inner = checks.optimizer(optimizer)
    return bind(init, update_by_value, inner=inner, max_value=rate("max_value", max_value))
