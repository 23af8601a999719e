"""Comparisons, choices, and bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gdbook.live.dtypes import fit
from gdbook.live.errors import Refusal
from gdbook.live.expressions import Expressions, Node
from gdbook.live.primitives.arithmetic import is_bool, of


def compare(operation: str) -> Callable[..., Node]:
    """Return the rule of a comparison; JavaScript's treats nan, and false < true, as JAX does."""

    def rule(e: Expressions, eqn: Any, x: Node, y: Node) -> Node:
        del eqn
        return e(operation, x, y)

    return rule


def bitwise(of_booleans: str, of_integers: str) -> Callable[..., Node]:
    """Return the rule of an operation on booleans, or on the bits of integers."""

    def rule(e: Expressions, eqn: Any, x: Node, y: Node) -> Node:
        if is_bool(eqn):
            return e(of_booleans, x, y)
        only_bits(eqn, "int8", "int16", "uint8", "uint16", "int32", "uint32")
        return fit(e, of(eqn), e(of_integers, x, y))

    return rule


def negated(e: Expressions, eqn: Any, x: Node) -> Node:
    """Return not x, or -1 - x, which flips all bits of an integer."""
    if is_bool(eqn):
        return e("not", x)
    return fit(e, of(eqn), e("sub", e.constant(-1), x))


def shift(operation: str) -> Callable[..., Node]:
    """Return the rule of a shift; one of 32 bits or more leaves 0, or the sign."""

    def rule(e: Expressions, eqn: Any, x: Node, y: Node) -> Node:
        only_bits(eqn, "int32", "uint32")
        last = e.constant(31)
        within = e("le", e("uint32", y), last)
        if operation == "bits right":
            return fit(e, of(eqn), e(operation, x, e("select", within, y, last)))
        shifted = e("select", within, e(operation, x, y), e.constant(0))
        return fit(e, of(eqn), shifted)

    return rule


def only_bits(eqn: Any, *names: str) -> None:
    """Refuse integers whose bits JavaScript's operators cut off, or fill up."""
    if str(of(eqn)) not in names:
        raise Refusal(f"JavaScript has no bits of {of(eqn)}; cast to int32 or uint32 first")


def select(e: Expressions, eqn: Any, which: Node, *cases: Node) -> Node:
    """Return the case of a number, or of a boolean: the first if false, the second if true."""
    if is_bool(eqn):
        return e("select", which, cases[1], cases[0])
    result = cases[-1]
    for number in range(len(cases) - 2, -1, -1):
        test = e("le", which, e.constant(number))
        result = e("select", test, cases[number], result)
    return result


def is_finite(e: Expressions, eqn: Any, x: Node) -> Node:
    """Return whether x is neither nan nor infinite."""
    del eqn
    return e("is finite", x)


RULES: dict[str, Callable[..., Node]] = {
    **{name: compare(name) for name in ("eq", "ne", "lt", "le", "gt", "ge")},
    "and": bitwise("and", "bits and"),
    "or": bitwise("or", "bits or"),
    "xor": bitwise("ne", "bits xor"),
    "not": negated,
    "shift_left": shift("bits left"),
    "shift_right_arithmetic": shift("bits right"),
    "shift_right_logical": shift("bits fill"),
    "select_n": select,
    "is_finite": is_finite,
}
