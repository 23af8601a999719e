"""Indexing with constant indices: JAX itself says where each entry goes, by moving numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gdbook.live.dtypes import fit, is_float
from gdbook.live.errors import Refusal
from gdbook.live.expressions import array
from gdbook.live.primitives.arithmetic import product

Array = Any

DYNAMIC = (
    "its indices are computed from the inputs; "
    "index with constants, or choose with jnp.where on a one-hot mask"
)


def gather(at: Any, eqn: Any, operand: Array, indices: Array) -> Array:
    """Return entries of an array; those out of bounds are the fill value."""
    _constant(indices)
    params = {**eqn.params, "fill_value": 0}
    chosen = eqn.primitive.bind(_numbers(operand), indices, **params)
    fill = at.expressions.constant(_fill(eqn))
    return _moved(chosen, [fill, *at.nodes(operand).ravel()])


def dynamic_slice(at: Any, eqn: Any, operand: Array, *starts: Array) -> Array:
    """Return a part of an array that begins at constant places."""
    _constant(*starts)
    chosen = eqn.primitive.bind(_numbers(operand), *starts, **eqn.params)
    return _moved(chosen, [None, *at.nodes(operand).ravel()])


def dynamic_update_slice(at: Any, eqn: Any, operand: Array, update: Array, *starts: Array) -> Array:
    """Return an array with a part replaced."""
    _constant(*starts)
    return _replaced(at, eqn, operand, update, starts)


def scatter(at: Any, eqn: Any, operand: Array, indices: Array, updates: Array) -> Array:
    """Return an array with entries replaced."""
    _constant(indices)
    numbers = _numbers(operand), indices, _numbers(updates, np.size(operand))
    chosen = eqn.primitive.bind(*numbers, **eqn.params)
    return _moved(chosen, [None, *at.nodes(operand).ravel(), *at.nodes(updates).ravel()])


def combining(kind: str, before: float, after: float) -> Callable[..., Any]:
    """Return the rule of a scatter that combines: which update reaches which entry is tried out.

    Args:
        kind: the name of the combination.
        before: what the entries are in that trial.
        after: what an update makes of them.
    """

    def rule(at: Any, eqn: Any, operand: Array, indices: Array, updates: Array) -> Array:
        _constant(indices)
        old, new = at.nodes(operand), at.nodes(updates)
        dtype = eqn.invars[0].aval.dtype
        trials = np.full((new.size, new.size), before, dtype)
        np.fill_diagonal(trials, after)
        start = jnp.full(old.shape, before, dtype)

        def trial(update: Array) -> Array:
            return eqn.primitive.bind(start, indices, update, **eqn.params)

        reached = np.asarray(jax.vmap(trial)(jnp.asarray(trials.reshape(-1, *new.shape))))
        out = list(old.ravel())
        for update, entry in np.argwhere(reached.reshape(new.size, -1) != before):
            out[entry] = _combined(at, kind, eqn, out[entry], new.ravel()[update])
        return array(out, old.shape)

    return rule


def _combined(at: Any, kind: str, eqn: Any, x: Any, y: Any) -> Any:
    e, dtype = at.expressions, eqn.invars[0].aval.dtype
    if kind == "mul":
        return product(e, dtype, x, y)
    return fit(e, dtype, e(kind, x, y))


def _replaced(at: Any, eqn: Any, operand: Array, update: Array, starts: Any) -> Array:
    numbers = _numbers(operand), _numbers(update, np.size(operand))
    chosen = eqn.primitive.bind(*numbers, *starts, **eqn.params)
    return _moved(chosen, [None, *at.nodes(operand).ravel(), *at.nodes(update).ravel()])


def _constant(*indices: Array) -> None:
    for index in indices:
        if isinstance(index, np.ndarray) and index.dtype == object:
            raise Refusal(DYNAMIC)


def _numbers(x: Array, after: int = 0) -> Array:
    """Return an array of x's shape that numbers its entries, from 1 on."""
    return jnp.arange(after + 1, after + np.size(x) + 1).reshape(np.shape(x))


def _moved(chosen: Array, nodes: list[Any]) -> Array:
    return array((nodes[i] for i in np.asarray(chosen).ravel()), np.shape(chosen))


def _fill(eqn: Any) -> Any:
    """Return what JAX puts where an index is out of bounds."""
    value, dtype = eqn.params.get("fill_value"), eqn.invars[0].aval.dtype
    if value is not None:
        return value
    if is_float(dtype):
        return np.nan
    if str(dtype) == "bool":
        return True
    limits = np.iinfo(str(dtype))
    return float(limits.min if limits.min < 0 else limits.max)


RULES: dict[str, Callable[..., Any]] = {
    "gather": gather,
    "dynamic_slice": dynamic_slice,
    "dynamic_update_slice": dynamic_update_slice,
    "scatter": scatter,
    "scatter-add": combining("add", 0, 1),
    "scatter-sub": combining("sub", 0, 1),
    "scatter-mul": combining("mul", 1, 2),
    "scatter-max": combining("max", 0, 1),
    "scatter-min": combining("min", 0, -1),
}
