"""Arguments checked at the door: each error names the argument, its value and what was expected."""

from __future__ import annotations

import math
import operator
from array import array
from typing import Any
from weakref import WeakKeyDictionary

import jax
import jax.numpy as jnp
from jax.tree_util import Partial

from gdbook.types import Optimizer, Params


def count(name: str, value: Any) -> int:
    """Return ``value`` as an int >= 1.

    Raises:
        TypeError: if it is not an integer.
        ValueError: if it is below 1.
    """
    boolean = isinstance(value, bool) or getattr(value, "dtype", None) == jnp.dtype(bool)
    try:
        number = None if boolean else operator.index(value)  # refuses floats, also in arrays
    except TypeError:
        number = None
    if number is None:
        raise TypeError(f"{name} is {value!r}; expected an integer >= 1")
    if number < 1:
        raise ValueError(f"{name} is {value!r}; expected an integer >= 1")
    return number


def finite(name: str, value: Any, low: float = -math.inf) -> None:
    """Check that ``value`` is a finite number, at least ``low``.

    Raises:
        TypeError: if it is not a real number.
        ValueError: if it is not finite, or below ``low``.
    """
    expected = f"a number >= {low:g}" if low > -math.inf else "a finite number"
    try:
        fits = math.isfinite(value) and value >= low
    except TypeError:
        raise TypeError(f"{name} is {value!r}; expected {expected}") from None
    if not fits:
        raise ValueError(f"{name} is {value!r}; expected {expected}")


def flag(name: str, value: Any) -> bool:
    """Return a truth value.

    Raises:
        TypeError: if it is not a bool: 1 and "yes" are not.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{name} is {value!r}; expected True or False")
    return value


def is_scalar(value: Any) -> bool:
    """Return whether a value is a real number, perhaps a traced one; bools and strings are not."""
    if isinstance(value, (bool, str)) or value is None:
        return False
    try:
        dtype = jnp.result_type(value)
        real = jnp.issubdtype(dtype, jnp.floating) or jnp.issubdtype(dtype, jnp.integer)
        return real and jnp.shape(value) == ()
    except TypeError:
        return False


def parameters(params: Params, name: str = "params") -> Params:
    """Return the parameters as arrays; a list or tuple of numbers is one vector.

    Messages call them by their name.

    Raises:
        TypeError: if a leaf is not floating point.
        ValueError: if there is no leaf.
    """
    if type(params) in (list, tuple) and params and all(map(_is_number, params)):
        floats = all(isinstance(number, float) for number in params)
        params = jnp.asarray(array("d", params) if floats else params)  # which it reads at once
    leaves = jax.tree_util.tree_leaves_with_path(params)
    if not leaves:
        raise ValueError(f"{name} is {params!r}, which holds no array; expected at least one")
    for path, leaf in leaves:
        dtype = dtype_of(leaf)
        if dtype is None or not jnp.issubdtype(dtype, jnp.floating):
            where = name + jax.tree_util.keystr(path)
            kind = f"type {type(leaf).__name__}" if dtype is None else f"dtype {dtype}"
            raise TypeError(f"{where} is {leaf!r}, of {kind}; expected floating point")
    return jax.tree.map(lambda x: x if isinstance(x, jax.Array) else jnp.asarray(x), params)


def optimizer(value: Any) -> Optimizer:
    """Return an optimizer whose functions can be handed to a compiled loop.

    Raises:
        TypeError: if it is not a pair of functions.
    """
    if not (isinstance(value, tuple) and len(value) == 2 and all(map(callable, value))):
        raise TypeError(
            f"optimizer is {value!r}; expected a pair of functions (init, update), "
            f"such as gd.optimizers.gradient_descent(0.1)"
        )
    return Optimizer(*map(as_pytree, value))


def loss(value: Any, params: Params, *batch: Any) -> Partial:
    """Return a loss that can be handed to a compiled loop.

    Raises:
        TypeError: if it is not callable.
        ValueError: if it does not return one floating-point number.
    """
    if not callable(value):
        raise TypeError(f"loss is {value!r}; expected a function of the parameters")
    result = _returned(value, params, *batch)
    if not hasattr(result, "shape"):
        got = f"a {type(result).__name__}"
    elif result.shape != ():
        got = f"an array of shape {result.shape}"
    elif not jnp.issubdtype(result.dtype, jnp.floating):
        got = f"a number of dtype {result.dtype}"
    else:
        return as_pytree(value)
    raise ValueError(f"loss returns {got}; expected one floating-point number, shape ()")


def dtype_of(value: Any) -> Any:
    """Return the dtype of an array or a number, or None if ``value`` is neither."""
    if isinstance(value, jax.Array):
        return value.dtype
    if isinstance(value, str):  # which JAX would take for a dtype's name
        return None
    try:
        return jnp.asarray(value).dtype
    except (TypeError, ValueError):
        return None


def as_pytree(function: Any) -> Partial:
    """Return a function as a pytree, so that it can travel into a compiled loop."""
    return function if isinstance(function, Partial) else Partial(function)  # type: ignore[no-untyped-call]


_RETURNED: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()


def _returned(function: Any, *arguments: Any) -> Any:
    """Return shape and dtype of what a function returns.

    To find out, it is traced, which takes as long as 10 000 small steps: once for each kind of
    arguments is enough.
    """
    leaves, structure = jax.tree.flatten(arguments)
    weak = [getattr(leaf, "weak_type", False) for leaf in leaves]
    kind = structure, *((leaf.shape, leaf.dtype) for leaf in leaves), *weak
    try:
        known = _RETURNED.setdefault(function, {})
    except TypeError:  # a function that cannot be a key
        known = {}
    if kind not in known:
        known[kind] = jax.eval_shape(function, *arguments)
    return known[kind]


def _is_number(value: Any) -> bool:
    return isinstance(value, float) or (dtype_of(value) is not None and jnp.ndim(value) == 0)
