"""Arguments checked at the door: each error names the argument, its value and what was expected."""

from __future__ import annotations

from typing import Any

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
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} is {value!r}; expected an integer >= 1")
    if value < 1:
        raise ValueError(f"{name} is {value!r}; expected an integer >= 1")
    return int(value)


def parameters(params: Params) -> Params:
    """Return the parameters as arrays; a list or tuple of numbers is one vector.

    Raises:
        TypeError: if a leaf is not floating point.
        ValueError: if there is no leaf.
    """
    if isinstance(params, (list, tuple)) and all(jnp.ndim(p) == 0 for p in params):
        params = jnp.asarray(params)
    leaves = jax.tree_util.tree_leaves_with_path(params)
    if not leaves:
        raise ValueError(f"params is {params!r}, which holds no array; expected at least one")
    for path, leaf in leaves:
        dtype = jnp.result_type(leaf)
        if not jnp.issubdtype(dtype, jnp.floating):
            name = "params" + jax.tree_util.keystr(path)
            raise TypeError(f"{name} is {leaf!r}, of dtype {dtype}; expected floating point")
    return jax.tree.map(jnp.asarray, params)


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
    return Optimizer(*map(_as_pytree, value))


def loss(value: Any, params: Params, *batch: Any) -> Partial:
    """Return a loss that can be handed to a compiled loop.

    Raises:
        TypeError: if it is not callable.
        ValueError: if it does not return one floating-point number.
    """
    if not callable(value):
        raise TypeError(f"loss is {value!r}; expected a function of the parameters")
    result = jax.eval_shape(value, params, *batch)
    shape, dtype = getattr(result, "shape", None), getattr(result, "dtype", None)
    if shape is None:
        got = f"a {type(result).__name__}"
    elif shape != ():
        got = f"an array of shape {shape}"
    elif not jnp.issubdtype(dtype, jnp.floating):
        got = f"a number of dtype {dtype}"
    else:
        return _as_pytree(value)
    raise ValueError(f"loss returns {got}; expected one floating-point number, shape ()")


def _as_pytree(function: Any) -> Partial:
    return function if isinstance(function, Partial) else Partial(function)
