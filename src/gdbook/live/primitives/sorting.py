"""Sorting by a fixed network of comparisons: neighbours change places until none needs to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gdbook.live.dtypes import is_float
from gdbook.live.expressions import Expressions, Node

Array = Any


def sort(at: Any, eqn: Any, *operands: Array) -> list[Array]:
    """Return arrays sorted along an axis by the first of them; equals keep their order."""
    axis, keys = eqn.params["dimension"], eqn.params["num_keys"]
    floats = [is_float(variable.aval.dtype) for variable in eqn.invars[:keys]]
    lines = [np.moveaxis(x, axis, -1).copy() for x in operands]
    for place in np.ndindex(*lines[0].shape[:-1]):
        _sort_line(at.expressions, [line[place] for line in lines], floats)
    return [np.moveaxis(line, -1, axis) for line in lines]


def _sort_line(e: Expressions, line: list[Array], floats: list[bool]) -> None:
    """Sort one line in place: the largest bubbles to the end, then the next."""
    keys = len(floats)
    for end in range(len(line[0]) - 1, 0, -1):
        for j in range(end):
            swap = _before(e, [x[j + 1] for x in line[:keys]], [x[j] for x in line[:keys]], floats)
            for x in line:
                here, there = x[j], x[j + 1]
                x[j], x[j + 1] = e("select", swap, there, here), e("select", swap, here, there)


def _before(e: Expressions, x: list[Node], y: list[Node], floats: list[bool]) -> Node:
    """Return whether keys x come strictly before keys y: the first that differ decide."""
    first = _less(e, x[0], y[0], floats[0])
    if len(x) == 1:
        return first
    tied = e("not", e("or", first, _less(e, y[0], x[0], floats[0])))
    return e("or", first, e("and", tied, _before(e, x[1:], y[1:], floats[1:])))


def _less(e: Expressions, x: Node, y: Node, floats: bool) -> Node:
    """Return whether x < y, where nan is above all numbers."""
    less = e("lt", x, y)
    return e("or", less, e("and", e("ne", y, y), e("eq", x, x))) if floats else less


RULES: dict[str, Callable[..., Any]] = {"sort": sort}
