"""Sums, products and extremes along axes: whole, cumulative, and their places."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from itertools import accumulate
from typing import Any

import numpy as np

from gdbook.live.dtypes import fit, is_float
from gdbook.live.expressions import Expressions, Node, array
from gdbook.live.primitives.arithmetic import of, product

Array = Any


def _sum(e: Expressions, dtype: Any, x: Node, y: Node) -> Node:
    return fit(e, dtype, e("add", x, y))


def _extreme(name: str, of_booleans: str) -> Callable[..., Node]:
    return lambda e, dtype, x, y: e(of_booleans if str(dtype) == "bool" else name, x, y)


def _bits(of_booleans: str, of_integers: str) -> Callable[..., Node]:
    return lambda e, dtype, x, y: e(of_booleans if str(dtype) == "bool" else of_integers, x, y)


def _smallest(dtype: Any) -> Any:
    if str(dtype) == "bool":
        return False
    return -math.inf if is_float(dtype) else int(np.iinfo(str(dtype)).min)


def _largest(dtype: Any) -> Any:
    if str(dtype) == "bool":
        return True
    return math.inf if is_float(dtype) else int(np.iinfo(str(dtype)).max)


def _of_bool(dtype: Any, if_bool: Any, otherwise: int) -> Any:
    return if_bool if str(dtype) == "bool" else otherwise


# How two are combined, and what nothing at all amounts to.
KINDS: dict[str, tuple[Callable[..., Node], Callable[[Any], Any]]] = {
    "sum": (_sum, lambda dtype: 0),
    "prod": (product, lambda dtype: _of_bool(dtype, True, 1)),
    "max": (_extreme("max", "or"), _smallest),
    "min": (_extreme("min", "and"), _largest),
    "and": (_bits("and", "bits and"), lambda dtype: _of_bool(dtype, True, -1)),
    "or": (_bits("or", "bits or"), lambda dtype: _of_bool(dtype, False, 0)),
    "xor": (_bits("ne", "bits xor"), lambda dtype: _of_bool(dtype, False, 0)),
}


def rows(x: Array, axes: Any) -> tuple[Array, tuple[int, ...]]:
    """Return x as rows along the given axes, shape (rows, entries), and the other axes' lengths."""
    kept = [axis for axis in range(x.ndim) if axis not in axes]
    shape = tuple(x.shape[axis] for axis in kept)
    entries = math.prod(x.shape[axis] for axis in axes)
    return x.transpose(*kept, *axes).reshape(math.prod(shape), entries), shape


def reduction(kind: str) -> Callable[..., Any]:
    """Return the rule of a reduction along axes, from the first entry to the last."""
    combine, nothing = KINDS[kind]

    def rule(at: Any, eqn: Any, x: Array) -> Array:
        e, dtype = at.expressions, of(eqn)
        listed, shape = rows(x, [int(axis) for axis in eqn.params["axes"]])
        if listed.shape[1] == 0:
            return array([e.constant(nothing(dtype))] * len(listed), shape)
        return array((reduce(lambda a, b: combine(e, dtype, a, b), row) for row in listed), shape)

    return rule


def cumulative(kind: str) -> Callable[..., Any]:
    """Return the rule of a reduction that keeps what it has come to at each entry."""
    combine, _ = KINDS[kind]

    def rule(at: Any, eqn: Any, x: Array) -> Array:
        e, dtype = at.expressions, of(eqn)
        axis, reverse = eqn.params["axis"], eqn.params["reverse"]
        lines = np.moveaxis(np.flip(x, axis) if reverse else x, axis, 0)
        out = np.empty_like(lines)
        for place in np.ndindex(*lines.shape[1:]):
            line = lines[(slice(None), *place)]
            out[(slice(None), *place)] = [*accumulate(line, lambda a, b: combine(e, dtype, a, b))]
        out = np.moveaxis(out, 0, axis)
        return np.flip(out, axis) if reverse else out

    return rule


def place_of(worse: str) -> Callable[..., Any]:
    """Return the rule of the place of the best entry: the first of equals, or the first nan."""

    def rule(at: Any, eqn: Any, x: Array) -> Array:
        e = at.expressions
        listed, shape = rows(x, [int(axis) for axis in eqn.params["axes"]])
        return array((_place(e, worse, row, is_float(of(eqn))) for row in listed), shape)

    return rule


def _place(e: Expressions, worse: str, row: Any, floats: bool) -> Node:
    best, place = row[0], e.constant(0)
    for number, new in enumerate(row[1:], 1):
        better = e(worse, best, new)
        if floats:  # a nan beats all but a nan
            better = e("or", better, e("and", e("ne", new, new), e("eq", best, best)))
        best = e("select", better, new, best)
        place = e("select", better, e.constant(number), place)
    return place


RULES: dict[str, Callable[..., Any]] = {
    **{f"reduce_{kind}": reduction(kind) for kind in KINDS},
    **{f"cum{kind}": cumulative(kind) for kind in ("sum", "prod", "max", "min")},
    "argmax": place_of("lt"),
    "argmin": place_of("gt"),
}
