"""Products of matrices and their like, written out."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from gdbook.live.dtypes import convert, fit
from gdbook.live.expressions import Node, array
from gdbook.live.primitives.arithmetic import product

Array = Any


def dot_general(at: Any, eqn: Any, x: Array, y: Array) -> Array:
    """Return sums of products along shared axes, for each entry of the batch axes."""
    e, dtype = at.expressions, eqn.outvars[0].aval.dtype
    (x_sum, y_sum), (x_batch, y_batch) = eqn.params["dimension_numbers"]
    left, x_free = _rows(x, x_batch, x_sum)
    right, y_free = _rows(y, y_batch, y_sum)
    types = [variable.aval.dtype for variable in eqn.invars]

    def dot(row: Any, column: Any) -> Node:
        pairs = zip(row, column, strict=True)
        terms = [product(e, dtype, *map(_as(e, types, dtype), (0, 1), pair)) for pair in pairs]
        total: Node = reduce(lambda a, b: fit(e, dtype, e("add", a, b)), terms, e.constant(0))
        return total

    nodes = [
        dot(row, column)
        for some, others in zip(left, right, strict=True)
        for row in some
        for column in others
    ]
    batch = tuple(x.shape[axis] for axis in x_batch)
    return array(nodes, (*batch, *x_free, *y_free))


def _as(e: Any, types: Any, dtype: Any) -> Callable[[int, Node], Node]:
    return lambda side, node: convert(e, types[side], dtype, node)


def _rows(x: Array, batch: Any, summed: Any) -> tuple[Array, tuple[int, ...]]:
    """Return x as (batch, rows, entries to sum over), and the shape of its rows."""
    free = [axis for axis in range(x.ndim) if axis not in (*batch, *summed)]
    sizes = [[x.shape[axis] for axis in axes] for axes in (batch, free, summed)]
    moved = x.transpose(*batch, *free, *summed)
    return moved.reshape([int(np.prod(size)) for size in sizes]), tuple(sizes[1])


RULES: dict[str, Callable[..., Any]] = {"dot_general": dot_general}
