"""Sums, products, powers and rounding, for floats and integers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gdbook.live.dtypes import convert, fit, is_float
from gdbook.live.expressions import Expressions, Node

ROUND_AWAY = 0  # of lax.RoundingMethod


def of(eqn: Any) -> Any:
    """Return the dtype of an equation's first operand."""
    return eqn.invars[0].aval.dtype


def is_bool(eqn: Any) -> bool:
    """Whether an equation's first operand is boolean."""
    return str(of(eqn)) == "bool"


def plain(operation: str) -> Callable[..., Node]:
    """Return the rule of an operation that is one of JavaScript's, fitted to its dtype."""

    def rule(e: Expressions, eqn: Any, *nodes: Node) -> Node:
        return fit(e, of(eqn), e(operation, *nodes))

    return rule


def add(e: Expressions, eqn: Any, x: Node, y: Node) -> Node:
    """Return x + y, or for booleans: x or y."""
    return e("or", x, y) if is_bool(eqn) else fit(e, of(eqn), e("add", x, y))


def product(e: Expressions, dtype: Any, x: Node, y: Node) -> Node:
    """Return x y in a dtype, or for booleans: x and y."""
    if str(dtype) == "bool":
        return e("and", x, y)
    multiply = "imul" if str(dtype) in {"int32", "uint32"} else "mul"
    return fit(e, dtype, e(multiply, x, y))


def mul(e: Expressions, eqn: Any, x: Node, y: Node) -> Node:
    """Return x y."""
    return product(e, of(eqn), x, y)


def neg(e: Expressions, eqn: Any, x: Node) -> Node:
    """Return -x; of integers 0 - x, for they have no -0."""
    if is_float(of(eqn)):
        return e("neg", x)
    return fit(e, of(eqn), e("sub", e.constant(0), x))


def div(e: Expressions, eqn: Any, x: Node, y: Node) -> Node:
    """Return x / y; of integers the quotient towards zero, and -1 by zero, as in XLA."""
    if is_float(of(eqn)):
        return fit(e, of(eqn), e("div", x, y))
    quotient = e("trunc", e("div", x, y))
    return fit(e, of(eqn), e("select", by_zero(e, y), e.constant(-1), quotient))


def rem(e: Expressions, eqn: Any, x: Node, y: Node) -> Node:
    """Return the remainder with the sign of x; of integers by zero x, as in XLA."""
    remainder = e("rem", x, y)
    if is_float(of(eqn)):
        return remainder
    return fit(e, of(eqn), e("select", by_zero(e, y), x, remainder))


def by_zero(e: Expressions, y: Node) -> Node:
    """Return whether y is 0."""
    return e("eq", y, e.constant(0))


def extreme(name: str, of_booleans: str) -> Callable[..., Node]:
    """Return the rule of the larger or the smaller; nan if either is, as in JavaScript."""

    def rule(e: Expressions, eqn: Any, x: Node, y: Node) -> Node:
        return e(of_booleans if is_bool(eqn) else name, x, y)

    return rule


def clamp(e: Expressions, eqn: Any, low: Node, x: Node, high: Node) -> Node:
    """Return x, or the end it is beyond."""
    del eqn
    return e("min", e("max", x, low), high)


def power(e: Expressions, eqn: Any, x: Node, y: Node) -> Node:
    """Return x to the power y, by JavaScript's operator where that is IEEE's."""
    constant = y.value if y.is_constant else None
    if constant in {1.0, 2.0}:
        return x if constant == 1 else fit(e, of(eqn), e("mul", x, x))
    if constant == 0:
        return e.constant(1)
    finite = y.is_constant and abs(y.value) < float("inf")
    safe = finite or (x.is_constant and abs(x.value) != 1)
    return fit(e, of(eqn), e("power" if safe else "pow", x, y))


def integer_power(e: Expressions, eqn: Any, x: Node) -> Node:
    """Return x to a constant integer power by multiplications, squares first."""
    exponent = int(eqn.params["y"])
    result = None
    square, left = x, abs(exponent)
    while left:
        if left % 2:
            result = square if result is None else product(e, of(eqn), result, square)
        left //= 2
        if left:
            square = product(e, of(eqn), square, square)
    one = e.constant(1)
    if result is None:
        return one
    return fit(e, of(eqn), e("div", one, result)) if exponent < 0 else result


def square(e: Expressions, eqn: Any, x: Node) -> Node:
    """Return x²."""
    return product(e, of(eqn), x, x)


def rounded(e: Expressions, eqn: Any, x: Node) -> Node:
    """Return the nearest integer; ties go to even, or away from zero."""
    away = int(eqn.params["rounding_method"]) == ROUND_AWAY
    return e("roundAway" if away else "roundEven", x)


def converted(e: Expressions, eqn: Any, x: Node) -> Node:
    """Return x in another dtype."""
    return convert(e, of(eqn), eqn.outvars[0].aval.dtype, x)


def same(e: Expressions, eqn: Any, x: Node) -> Node:
    """Return x."""
    del e, eqn
    return x


UNCHANGED = (
    "copy", "copy_p", "stop_gradient", "name", "optimization_barrier", "device_put",
    "sharding_constraint", "mesh_cast", "pvary",
)  # fmt: skip

RULES: dict[str, Callable[..., Node]] = {
    "add": add, "add_any": add, "sub": plain("sub"), "mul": mul, "neg": neg,
    "div": div, "rem": rem, "abs": plain("abs"), "sign": plain("sign"),
    "max": extreme("max", "or"), "min": extreme("min", "and"), "clamp": clamp,
    "pow": power, "integer_pow": integer_power, "square": square,
    "floor": plain("floor"), "ceil": plain("ceil"), "round": rounded,
    "convert_element_type": converted,
    **dict.fromkeys(UNCHANGED, same),
}  # fmt: skip
