"""A program on small arrays, as one on their entries: only arithmetic between numbers is left.

Slices, pads and stacks of two or three numbers are bookkeeping. They are done here, while the
program is traced, so that what is compiled for many runs at once is arithmetic alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gdbook.lanes import ENTRYWISE, called

LARGEST = 16
"""Arrays with more entries stay whole."""
FOLDS = {
    "reduce_and": jax.lax.and_p,
    "reduce_max": jax.lax.max_p,
    "reduce_min": jax.lax.min_p,
    "reduce_or": jax.lax.or_p,
    "reduce_prod": jax.lax.mul_p,
    "reduce_sum": jax.lax.add_p,
}
Entries = Any
"""A NumPy array of objects, each of them a scalar."""


def apart(value: Any) -> Entries:
    """Return the entries of an array."""
    if not jnp.ndim(value):
        return array([value], ())
    shape = jnp.shape(value)
    return array([value[place] for place in np.ndindex(shape)], shape)


def together(entries: Entries) -> Any:
    """Return an array of its entries."""
    scalars = list(entries.flat)
    return scalars[0] if not entries.shape else jnp.stack(scalars).reshape(entries.shape)


def _together(entries: Entries, aval: Any) -> Any:
    return together(entries) if entries.size else jnp.zeros(aval.shape, aval.dtype)


def are_small(closed: Any) -> bool:
    """Return whether no array of a jaxpr has more than a few entries."""
    jaxpr = closed.jaxpr
    own = [*jaxpr.constvars, *jaxpr.invars, *(v for eqn in jaxpr.eqns for v in eqn.outvars)]
    inner = [program for eqn in jaxpr.eqns if (program := called(eqn)) is not None]
    return all(v.aval.size <= LARGEST for v in own) and all(map(are_small, inner))


def evaluate(closed: Any, arguments: list[Entries]) -> list[Entries]:
    """Evaluate a jaxpr on entries.

    Args:
        closed: what ``jax.make_jaxpr`` returned.
        arguments: the entries of each input.

    Returns:
        The entries of each output.
    """
    jaxpr = closed.jaxpr
    known = dict(zip(jaxpr.constvars, map(apart, closed.consts), strict=True))
    known.update(zip(jaxpr.invars, arguments, strict=True))

    def read(atom: Any) -> Entries:
        constant = hasattr(atom, "val")
        return apart(jnp.asarray(atom.val, atom.aval.dtype)) if constant else known[atom]

    for equation in jaxpr.eqns:
        outcomes = _apply(equation, [read(atom) for atom in equation.invars])
        known.update(zip(equation.outvars, outcomes, strict=True))
    return [read(atom) for atom in jaxpr.outvars]


def _apply(equation: Any, inputs: list[Entries]) -> list[Entries]:
    name, options = equation.primitive.name, equation.params
    inner = called(equation)
    if inner is not None:
        return evaluate(inner, inputs)
    if name in ENTRYWISE:
        bind = equation.primitive.bind
        shape = np.broadcast_shapes(*(x.shape for x in inputs))
        each = zip(*(np.broadcast_to(x, shape).flat for x in inputs), strict=True)
        return [array([bind(*scalars, **options) for scalars in each], shape)]
    if name in FOLDS and inputs[0].size:
        return [_folded(FOLDS[name].bind, inputs[0], options["axes"])]
    if name in MOVES:
        return [np.asarray(MOVES[name](options, *inputs), object)]
    arrays = [_together(x, atom.aval) for x, atom in zip(inputs, equation.invars, strict=True)]
    found = equation.primitive.bind(*arrays, **options)
    return [apart(x) for x in (found if equation.primitive.multiple_results else [found])]


def array(scalars: list[Any], shape: tuple[int, ...]) -> Entries:
    """Return scalars as entries of that shape."""
    entries = np.empty(len(scalars), object)
    for place, scalar in enumerate(scalars):  # one by one: NumPy must not look into them
        entries[place] = scalar
    return entries.reshape(shape)


def _folded(fold: Callable[..., Any], entries: Entries, axes: tuple[int, ...]) -> Entries:
    kept = [axis for axis in range(entries.ndim) if axis not in axes]
    shape = tuple(entries.shape[axis] for axis in kept)
    rows = entries.transpose(*kept, *axes).reshape(*shape, -1)
    return array([reduce(fold, rows[place]) for place in np.ndindex(shape)], shape)


def _broadcast_in_dim(options: Any, entries: Entries) -> Entries:
    shape = [1] * len(options["shape"])
    for axis, length in zip(options["broadcast_dimensions"], entries.shape, strict=True):
        shape[axis] = length
    return np.broadcast_to(entries.reshape(shape), options["shape"])


def _slice(options: Any, entries: Entries) -> Entries:
    strides = options["strides"] or (1,) * entries.ndim
    bounds = zip(options["start_indices"], options["limit_indices"], strides, strict=True)
    return entries[tuple(slice(*bound) for bound in bounds)]


def _pad(options: Any, entries: Entries, value: Entries) -> Entries:
    for axis, (low, high, between) in enumerate(options["padding_config"]):
        length = entries.shape[axis]
        spread = max(0, length + (length - 1) * between)
        shape = list(entries.shape)
        shape[axis] = low + spread + high + 2 * LARGEST
        padded = array([value.item()] * math.prod(shape), tuple(shape))
        padded = np.moveaxis(padded, axis, 0)
        first = LARGEST + low  # a negative low cuts off
        padded[first : first + spread : between + 1] = np.moveaxis(entries, axis, 0)
        entries = np.moveaxis(padded[LARGEST : len(padded) - LARGEST], 0, axis)
    return entries


MOVES: dict[str, Callable[..., Entries]] = {
    "broadcast_in_dim": _broadcast_in_dim,
    "concatenate": lambda options, *parts: np.concatenate(parts, options["dimension"]),
    "pad": _pad,
    "reshape": lambda options, entries: entries.reshape(options["new_sizes"]),
    "rev": lambda options, entries: np.flip(entries, options["dimensions"]),
    "slice": _slice,
    "squeeze": lambda options, entries: np.squeeze(entries, options["dimensions"]),
    "transpose": lambda options, entries: entries.transpose(options["permutation"]),
}
"""The primitives that move entries and compute nothing."""
