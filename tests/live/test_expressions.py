"""Expressions: made once, folded, and simplified only where every double stays the same."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from gdbook.live.errors import Refusal
from gdbook.live.expressions import Expressions, Node
from gdbook.live.operations import OPERATIONS
from tests.live.node import SPECIAL


@pytest.fixture
def e() -> Expressions:
    """A maker of expressions."""
    return Expressions()


def value(node: Node, inputs: tuple[Any, ...]) -> Any:
    """Return an expression's value, computed the plain way."""
    if node.operation == "input":
        return inputs[node.value]
    if node.is_constant:
        return node.value
    arguments = [value(x, inputs) for x in node.arguments]
    if node.operation == "select":
        return arguments[1] if arguments[0] else arguments[2]
    if node.operation in {"and", "or"}:
        return all(arguments) if node.operation == "and" else any(arguments)
    fold = OPERATIONS[node.operation].fold
    assert fold is not None
    with np.errstate(all="ignore"):
        return fold(*(x if isinstance(x, bool) else np.float64(x) for x in arguments))


def same(x: Any, y: Any) -> bool:
    """Whether two values are the same double: nan is nan, 0 is not -0."""
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    return bool(x == y) and math.copysign(1, x) == math.copysign(1, y)


def test_what_is_equal_is_made_once(e: Expressions) -> None:
    """The same operation on the same nodes is the same node, in either order where that is safe."""
    x, y = e.input(0), e.input(1)
    assert e("mul", x, y) is e("mul", y, x)
    assert e("sub", x, y) is not e("sub", y, x)
    assert e.constant(0.0) is not e.constant(-0.0)
    assert e.constant(1) is not e.constant(True)
    assert e.constant(math.nan) is e.constant(-math.nan)


@pytest.mark.parametrize("operation", ["add", "sub", "mul", "div"])
def test_algebra_keeps_every_double(operation: str) -> None:
    """With constants and negatives on either side, simplified is as exact as plain, signs included.

    Sums with 0 are left out: there the sign of a zero may change, as it does in XLA.
    """
    constants = (0.0, -0.0, 1.0, -1.0, 2.0, -2.5, math.inf, -math.inf, math.nan)
    e = Expressions()
    x, y = e.input(0), e.input(1)
    terms = [
        x,
        e("neg", x),
        y,
        e("neg", y),
        e("mul", e.constant(-2), y),
        *map(e.constant, constants),
    ]
    places = list(itertools.product(SPECIAL[::2], SPECIAL[1::3]))
    for left, right in itertools.product(terms, terms):
        zeros = [t.is_constant and t.value == 0 for t in (left, right)]
        if (operation == "add" and any(zeros)) or (
            operation == "sub" and (zeros[0] or same_as_minus_zero(right))
        ):
            continue
        simple = e(operation, left, right)
        plain = Node(operation, (left, right), None, -1)
        for inputs in places:
            assert same(value(simple, inputs), value(plain, inputs)), (operation, inputs)


def same_as_minus_zero(node: Node) -> bool:
    """Whether a node is the constant -0, whose difference is a sum with 0."""
    return node.is_constant and same(node.value, -0.0)


def test_nothing_times_zero_is_folded(e: Expressions) -> None:
    """X * 0 stays, for x may be nan or infinite; x - x and x / x stay too."""
    x = e.input(0)
    assert e("mul", x, e.constant(0)).operation == "mul"
    assert e("sub", x, x).operation == "sub"
    assert e("div", x, x).operation == "div"


def test_zero_added_is_gone(e: Expressions) -> None:
    """X + 0 is x, as in XLA."""
    x = e.input(0)
    assert e("add", x, e.constant(0.0)) is x
    assert e("add", e.constant(-0.0), x) is x
    assert e("sub", x, e.constant(0.0)) is x


def test_choices_between_equals_are_made(e: Expressions) -> None:
    """A choice with a known condition, or of twice the same, is no choice."""
    which, x, y = e("lt", e.input(0), e.input(1)), e.input(2), e.input(3)
    true, false = e.constant(True), e.constant(False)
    assert e("select", true, x, y) is x
    assert e("select", which, x, x) is x
    assert e("select", which, true, false) is which
    assert e("select", e("not", which), x, y) is e("select", which, y, x)
    assert e("not", e("not", which)) is which
    number = e("select", which, e.constant(1), e.constant(0))
    assert e("eq", number, e.constant(1)) is which
    assert e("and", which, true) is which
    assert e("or", which, true) is true


def test_there_is_a_limit(e: Expressions, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function too long for a page is refused while it is unrolled."""
    monkeypatch.setattr("gdbook.live.expressions.LIMIT", 100)
    for number in range(100):
        e.constant(number)
    with pytest.raises(Refusal, match="unrolls to more than 100 scalar operations"):
        e.constant(100)
