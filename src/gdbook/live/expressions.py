"""Expressions: each is made once, constants are folded, and only safe algebra is done.

Safe means: the same double for every input, nan, infinities and signed zeros included. There is
one exception, and it is XLA's own: ``x + 0`` is ``x``, though it turns -0 into 0.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from typing import Any

import numpy as np

from gdbook.live.errors import Refusal
from gdbook.live.operations import COMMUTATIVE, OPERATIONS

LIMIT = 50_000
"""How many scalar operations one module may take: more than a page should load and V8 compiles."""


class Node:
    """One expression: a constant, an input, or an operation on other nodes.

    Attributes:
        operation: a name in ``OPERATIONS``, or "constant" or "input".
        arguments: the nodes it is computed from.
        value: of a constant its float or bool, of an input its number.
        order: when it was made; arguments are made before what uses them.
    """

    __slots__ = ("arguments", "operation", "order", "value")

    def __init__(self, operation: str, arguments: tuple[Node, ...], value: Any, order: int):
        self.operation = operation
        self.arguments = arguments
        self.value = value
        self.order = order

    @property
    def is_constant(self) -> bool:
        """Whether its value is known."""
        return self.operation == "constant"


class Expressions:
    """Makes expressions, never two that are equal: ``e("add", x, y)``."""

    def __init__(self) -> None:
        self._made: dict[Any, Node] = {}

    def __call__(self, operation: str, *arguments: Node) -> Node:
        """Return an operation on nodes: as simple as is safe, and the same one for the same."""
        simpler = self._folded(operation, arguments) or _simplified(self, operation, arguments)
        if simpler is not None:
            return simpler
        orders = [node.order for node in arguments]
        key = (operation, *(sorted(orders) if operation in COMMUTATIVE else orders))
        return self._once(key, operation, arguments, None)

    def constant(self, value: Any) -> Node:
        """Return the node of a number or a boolean."""
        if isinstance(value, (bool, np.bool_)):
            return self._once(bool(value), "constant", (), bool(value))
        if isinstance(value, (int, np.integer)) and abs(int(value)) > 2**53:
            raise Refusal(f"{value} is an integer that a double cannot hold")
        number = float(value)
        key = "nan" if math.isnan(number) else struct.pack("d", number)  # -0 is not 0
        return self._once(key, "constant", (), number)

    def constants(self, values: Any) -> Any:
        """Return an array of constants."""
        values = np.asarray(values)
        return array(map(self.constant, values.ravel().tolist()), values.shape)

    def input(self, number: int) -> Node:
        """Return the node of an input."""
        return self._once(("input", number), "input", (), number)

    def _once(self, key: Any, operation: str, arguments: tuple[Node, ...], value: Any) -> Node:
        key = (type(key), key)  # True is not 1
        node = self._made.get(key)
        if node is None:
            if len(self._made) >= LIMIT:
                raise Refusal(
                    f"the function unrolls to more than {LIMIT} scalar operations; "
                    f"use smaller arrays or fewer steps"
                )
            node = Node(operation, arguments, value, len(self._made))
            self._made[key] = node
        return node

    def _folded(self, operation: str, arguments: tuple[Node, ...]) -> Node | None:
        fold = OPERATIONS[operation].fold
        if fold is None or not all(node.is_constant for node in arguments):
            return None
        with np.errstate(all="ignore"):
            return self.constant(fold(*(_numpy(node.value) for node in arguments)))


def array(nodes: Iterable[Node], shape: Any) -> Any:
    """Return nodes as an object array."""
    listed = list(nodes)
    out = np.empty(len(listed), object)
    out[:] = listed
    return out.reshape(shape)


def _numpy(value: Any) -> Any:
    return value if isinstance(value, bool) else np.float64(value)


def _is(node: Node, value: Any) -> bool:
    """Whether a node is this very constant; 0 is not -0."""
    if not node.is_constant or isinstance(node.value, bool) != isinstance(value, bool):
        return False
    same_sign = math.copysign(1.0, node.value) == math.copysign(1.0, value)
    return bool(node.value == value) and same_sign


def _simplified(e: Expressions, operation: str, arguments: tuple[Node, ...]) -> Node | None:
    rule = _ALGEBRA.get(operation)
    return rule(e, *arguments) if rule else None


def _add(e: Expressions, x: Node, y: Node) -> Node | None:
    for one, other in ((x, y), (y, x)):
        if _is(one, -0.0) or _is(one, 0.0):  # 0.0: as XLA does
            return other
        if one.operation == "neg":
            return e("sub", other, *one.arguments)
    for one, other in ((y, x), (x, y)):
        if _is_negative(one):
            return e("sub", other, e("neg", one))
    return None


def _sub(e: Expressions, x: Node, y: Node) -> Node | None:
    if _is(y, 0.0) or _is(y, -0.0):
        return x
    if _is(x, -0.0):
        return e("neg", y)
    if y.operation == "neg":
        return e("add", x, *y.arguments)
    return e("add", x, e("neg", y)) if _is_negative(y) else None


def _is_negative(x: Node) -> bool:
    """Whether a node is written with a minus in front: a constant, or a multiple by one."""
    if x.operation in {"mul", "div"}:
        x = x.arguments[0]
    return x.is_constant and bool(x.value < 0)


def _mul(e: Expressions, x: Node, y: Node) -> Node | None:
    if (x.is_constant and y.operation == "neg") or (x.operation == "neg" and y.operation == "neg"):
        return e("mul", e("neg", x), *y.arguments)
    if x.is_constant and _scales_exactly(x, y):
        return e("mul", e("mul", x, y.arguments[0]), y.arguments[1])
    for one, other in ((x, y), (y, x)):
        if _is(one, 1.0):
            return other
        if _is(one, -1.0):
            return e("neg", other)
        if one.operation == "neg":  # the sign of a product is the product of signs, exactly
            if other.is_constant:
                return e("mul", e("neg", other), *one.arguments)
            return e("neg", e("mul", *one.arguments, other))
    return e("mul", y, x) if y.is_constant else None  # 2 * x, not x * 2


def _scales_exactly(x: Node, y: Node) -> bool:
    """Whether the constant x times y = c z is exactly (x c) z.

    It is if c is 2, 4, 8 or the like, by which nothing is rounded, and |x| >= 1, so that where
    c z overflows the result does too.
    """
    if y.operation != "mul" or not y.arguments[0].is_constant:
        return False
    scale = abs(y.arguments[0].value)
    doubles = 2 <= scale < math.inf and math.frexp(scale)[0] == 0.5
    return doubles and abs(x.value) >= 1 and abs(x.value * scale) < math.inf


def _div(e: Expressions, x: Node, y: Node) -> Node | None:
    if _is(y, 1.0):
        return x
    if _is(y, -1.0):
        return e("neg", x)
    if x.operation == "neg" and not y.is_constant:
        return e("neg", e("div", *x.arguments, y))
    if x.operation == "neg":
        return e("div", *x.arguments, e("neg", y))
    if y.operation == "neg":
        return e("div", e("neg", x), *y.arguments)
    return None


def _neg(e: Expressions, x: Node) -> Node | None:
    if x.operation == "neg":
        return x.arguments[0]
    if x.operation in {"mul", "div"} and x.arguments[0].is_constant:
        return e(x.operation, e("neg", x.arguments[0]), x.arguments[1])
    return None


def _select(e: Expressions, which: Node, x: Node, y: Node) -> Node | None:
    if which.is_constant:
        return x if which.value else y
    if x is y or (_is(x, True) and _is(y, False)):
        return which if x is not y else x
    if which.operation == "not":
        return e("select", *which.arguments, y, x)
    if _is(x, False) and _is(y, True):
        return e("not", which)
    return None


def _and(e: Expressions, x: Node, y: Node) -> Node | None:
    for one, other in ((x, y), (y, x)):
        if one.is_constant:
            return other if one.value else one
    return x if x is y else None


def _or(e: Expressions, x: Node, y: Node) -> Node | None:
    for one, other in ((x, y), (y, x)):
        if one.is_constant:
            return one if one.value else other
    return x if x is y else None


def _compare(operation: str) -> Any:
    """Compare a choice between two constants with a constant: decided for each of them."""

    def rule(e: Expressions, x: Node, y: Node) -> Node | None:
        if x.operation != "select" or not y.is_constant:
            return None
        which, *outcomes = x.arguments
        if not all(node.is_constant for node in outcomes):
            return None
        return e("select", which, *(e(operation, node, y) for node in outcomes))

    return rule


def _not(e: Expressions, x: Node) -> Node | None:
    opposite = {"not": "", "eq": "ne", "ne": "eq"}.get(x.operation)
    if opposite is None:
        return None
    return e(opposite, *x.arguments) if opposite else x.arguments[0]


def _int32(e: Expressions, x: Node) -> Node | None:
    whole = {"int32", "imul", "bits and", "bits or", "bits xor", "bits left", "bits right"}
    return x if x.operation in whole else None


_ALGEBRA: dict[str, Any] = {
    "add": _add, "sub": _sub, "mul": _mul, "div": _div, "neg": _neg,
    "select": _select, "and": _and, "or": _or, "not": _not, "int32": _int32,
    **{name: _compare(name) for name in ("eq", "ne", "lt", "le", "gt", "ge")},
}  # fmt: skip
