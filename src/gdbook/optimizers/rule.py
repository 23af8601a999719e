"""What all update rules share: binding hyperparameters, checking them, reading them at a step.

A rule is written as two plain functions, ``init(params)`` and
``update(grads, state, params, **hyperparameters)``. :func:`bind` makes an :class:`Optimizer` of
them whose hyperparameters are leaves of a pytree instead of constants in a closure. That one
choice is why a second run at another learning rate compiles nothing, and why ``vmap`` over a
thousand learning rates needs no code.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from jax.tree_util import Partial

from gdbook import checks
from gdbook.types import Optimizer, Params, Schedule, taken, wide, widened

Hyperparameter = float | jax.Array | Schedule
"""A Python float, a (traced) scalar, or a schedule ``step -> scalar``."""


def bind(init: Callable[..., Any], update: Callable[..., Any], **hyperparameters: Any) -> Optimizer:
    """Return the optimizer whose hyperparameters are filled in: ``init`` gets those it takes.

    Numbers and schedules become leaves. Truth values do not: they decide what is compiled.
    """
    settings = {
        name: Static(value) if isinstance(value, bool) else value
        for name, value in hyperparameters.items()
    }
    if not isinstance(init, Partial):
        init = Partial(init, **taken(init, settings))  # type: ignore[no-untyped-call]
    return Optimizer(init, Partial(update, **settings))  # type: ignore[no-untyped-call]


@jax.tree_util.register_static
class Static(int):
    """An integer that shapes or branches depend on: a part of the program, not a number fed to it.

    It is a pytree without leaves, so that a compiled loop sees its value; another value is another
    program, and compiles anew.
    """


def rate(name: str, value: Hyperparameter) -> Any:
    """Check a learning rate or the like: a finite number >= 0, a traced scalar, or a schedule.

    Raises:
        TypeError: if ``value`` is none of these.
        ValueError: if ``value`` is a number below 0, or not finite.
    """
    return _checked(name, value, 0.0, float("inf"))


def constant(name: str, value: float | jax.Array) -> Any:
    """Check what is read once, before the first step: a finite number >= 0, or a traced scalar.

    Raises:
        TypeError: if ``value`` is neither; a schedule is not, there being no step yet.
        ValueError: if ``value`` is a number below 0, or not finite.
    """
    return _checked(name, value, 0.0, float("inf"), schedule=False)


def fraction(name: str, value: Hyperparameter) -> Any:
    """Check a decay or momentum: a number in [0, 1), a traced scalar, or a schedule.

    Raises:
        TypeError: if ``value`` is none of these.
        ValueError: if ``value`` is a number outside [0, 1).
    """
    return _checked(name, value, 0.0, 1.0)


def positive(name: str, value: Hyperparameter, *, schedule: bool = True) -> Any:
    """Check what is divided by: a finite number > 0, a traced scalar, or (perhaps) a schedule.

    Raises:
        TypeError: if ``value`` is none of these.
        ValueError: if ``value`` is a number that is 0 or below, or not finite.
    """
    return _checked(name, value, math.nextafter(0.0, 1.0), float("inf"), "(0, inf)", schedule)


def random(key: int | jax.Array) -> jax.Array:
    """Return a random key, made of an integer if it is one.

    Raises:
        TypeError: if ``key`` is neither.
    """
    try:
        if jnp.issubdtype(jnp.result_type(key), jnp.integer) and jnp.ndim(key) == 0:
            return jax.random.key(key)
        jax.eval_shape(jax.random.fold_in, key, 0)
    except (TypeError, ValueError):
        raise TypeError(f"key is {key!r}; expected an integer or a random key") from None
    return key  # type: ignore[return-value]


def at(step: jax.Array, *hyperparameters: Any) -> list[Any]:
    """Return each hyperparameter's value at a step: itself, or what the schedule says."""
    return [value(step) if callable(value) else value for value in hyperparameters]


def per_leaf(
    rule: Callable[..., tuple[jax.Array, ...]], trees: tuple[Params, ...], scalars: Iterable[Any]
) -> tuple[Params, ...]:
    """Apply the equations of a rule to each leaf, in its own precision, single at least.

    In half precision 0.999 is 1, and 1 - β₂ would be 0. So it computes in single precision there,
    and only what it returns is rounded.

    Args:
        rule: ``rule(*leaves, *scalars) -> tuple of arrays``.
        trees: pytrees of one structure.
        scalars: learning rates and the like, handed to every leaf.

    Returns:
        One pytree for each array that ``rule`` returns.
    """

    def call(*leaves: Any) -> tuple[Any, ...]:
        own = jnp.result_type(*leaves)
        dtype = wide(own)
        found = rule(*widened(leaves), *(jnp.asarray(scalar, dtype) for scalar in scalars))
        return found if own == dtype else tuple(array.astype(own) for array in found)

    structure: Any = jax.tree.structure(trees[0])
    outcomes = map(call, *(structure.flatten_up_to(tree) for tree in trees))
    return tuple(structure.unflatten(column) for column in zip(*outcomes, strict=True))


def power(β: Any, t: Any) -> jax.Array:
    """Return βᵗ for β >= 0. Its logarithm stays the same, so a compiled loop takes it only once."""
    return jnp.exp(t * jnp.log(β))


def gaussian(key: jax.Array, params: Params) -> Params:
    """Return standard normal numbers, shaped like the parameters and in their precision."""
    flat, unravel = ravel_pytree(params)
    return unravel(jax.random.normal(key, flat.shape, flat.dtype))


def dot(one: Params, other: Params) -> Any:
    """Return the inner product over all leaves, in the precision of the first, single at least."""
    pairs = zip(jax.tree.leaves(widened(one)), jax.tree.leaves(other), strict=True)
    products = [jnp.sum(a * b.astype(a.dtype)) for a, b in pairs]
    return sum((p.astype(products[0].dtype) for p in products[1:]), start=products[0])


def norm(tree: Params) -> Any:
    """Return the Euclidean norm over all leaves, in the precision of the first, single at least.

    It is taken of entries in units of the largest, so that no square is out of range.
    """
    leaves = jax.tree.leaves(widened(tree))
    tops = [jnp.max(jnp.abs(leaf), initial=0).astype(leaves[0].dtype) for leaf in leaves]
    top = reduce(jnp.maximum, tops)
    unit = jnp.where((top > 0) & jnp.isfinite(top), top, 1)
    scaled = [leaf / unit.astype(leaf.dtype) for leaf in leaves]
    return unit * jnp.sqrt(dot(scaled, scaled))


def needed(rule: str, value_fn: Any) -> Callable[[Params], jax.Array]:
    """Return the function from parameters to the loss, which some rules cannot do without.

    Raises:
        TypeError: if it is missing.
    """
    if not callable(value_fn):
        raise TypeError(
            f"value_fn is {value_fn!r}, but {rule} asks for the loss at other places; expected a "
            f"function of the parameters, as gd.descend hands it to update"
        )
    return value_fn  # type: ignore[no-any-return]


def _checked(
    name: str, value: Any, low: float, below: float, range_: str = "", schedule: bool = True
) -> Any:
    if isinstance(value, float) and low <= value < below:  # as nearly always
        return value
    expected = f"a number in {range_ or f'[{low:g}, {below:g})'}"
    expected += ", or a schedule of the step" if schedule else ", and no schedule"
    if callable(value) and schedule:
        return checks.as_pytree(value)
    if not checks.is_scalar(value):
        raise TypeError(f"{name} is {value!r}; expected {expected}")
    if isinstance(value, jax.core.Tracer):  # its value is not known while tracing
        return value
    if not low <= float(value) < below:
        raise ValueError(f"{name} is {value!r}; expected {expected}")
    return value
