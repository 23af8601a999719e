"""The scalar operations of JavaScript: how each is written, and what it is of constants.

Values are doubles or booleans, nothing else: integers are doubles that rules keep in range.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

# How tightly JavaScript's operators bind; a higher one needs no parentheses inside a lower one.
SELECT, OR, AND, EQUAL, LESS, SUM, PRODUCT, POWER, UNARY, ATOM = range(3, 13)


@dataclass(frozen=True)
class Operation:
    """A scalar operation.

    Attributes:
        text: how it is written, a format of its operands.
        binding: how tightly the whole binds.
        operands: how tightly each operand must bind to need no parentheses.
        fold: its value for constants, or None where it is left to the browser.
        helper: the function of ``runtime.js`` that it calls, or "".
    """

    text: str
    binding: int
    operands: tuple[int, ...]
    fold: Callable[..., Any] | None = None
    helper: str = ""


def _infix(sign: str, binding: int, left: int, right: int, fold: Any = None) -> Operation:
    return Operation(f"{{}} {sign} {{}}", binding, (left, right), fold)


def _call(name: str, fold: Any = None, arguments: int = 1, helper: str = "") -> Operation:
    places = ", ".join(["{}"] * arguments)
    return Operation(f"{name}({places})", ATOM, (SELECT,) * arguments, fold, helper)


def _helper(name: str, arguments: int = 1) -> Operation:
    return _call(name, None, arguments, name)


def _bits(sign: str, fold: Any) -> Operation:
    """Return an operation on the 32 bits of integers; parentheses, for few know how | binds."""
    return _infix(sign, OR, UNARY, UNARY, fold)


def int32(value: float) -> float:
    """Return ``value | 0``: the low 32 bits, as a signed integer."""
    if not math.isfinite(value):
        return 0.0
    return float((int(value) + 2**31) % 2**32 - 2**31)


def uint32(value: float) -> float:
    """Return ``value >>> 0``: the low 32 bits, as an unsigned integer."""
    return float(int(value) % 2**32) if math.isfinite(value) else 0.0


def _of_int32(function: Callable[[int, int], int]) -> Callable[[float, float], float]:
    return lambda x, y: int32(float(function(int(int32(x)), int(int32(y)))))


_FUNCTIONS: dict[str, Any] = {
    "abs": np.abs, "sqrt": np.sqrt, "cbrt": np.cbrt,
    "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p,
    "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
    "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "sign": np.sign,
    "fround": lambda x: float(np.float32(x)),
}  # fmt: skip

OPERATIONS: dict[str, Operation] = {
    "add": _infix("+", SUM, SUM, PRODUCT, operator.add),
    "sub": _infix("-", SUM, SUM, PRODUCT, operator.sub),
    "mul": _infix("*", PRODUCT, PRODUCT, POWER, operator.mul),
    "div": _infix("/", PRODUCT, PRODUCT, POWER, np.divide),
    "rem": _infix("%", PRODUCT, PRODUCT, POWER, np.fmod),
    "power": _infix("**", POWER, ATOM, UNARY),  # NumPy has (-inf) ** 0.5 wrong
    "neg": Operation("-{}", UNARY, (ATOM,), operator.neg),
    "not": Operation("!{}", UNARY, (ATOM,), operator.not_),
    "and": _infix("&&", AND, AND, EQUAL),
    "or": _infix("||", OR, AND, AND),
    "lt": _infix("<", LESS, SUM, SUM, operator.lt),
    "le": _infix("<=", LESS, SUM, SUM, operator.le),
    "gt": _infix(">", LESS, SUM, SUM, operator.gt),
    "ge": _infix(">=", LESS, SUM, SUM, operator.ge),
    "eq": _infix("===", EQUAL, LESS, LESS, operator.eq),
    "ne": _infix("!==", EQUAL, LESS, LESS, operator.ne),
    "select": Operation("{} ? {} : {}", SELECT, (OR, OR, SELECT)),
    "int32": Operation("{} | 0", OR, (UNARY,), int32),
    "uint32": Operation("{} >>> 0", OR, (UNARY,), uint32),
    "plus zero": Operation("{} + 0", SUM, (SUM,), lambda x: x + 0.0),  # turns -0 into 0
    "bits and": _bits("&", _of_int32(operator.and_)),
    "bits or": _bits("|", _of_int32(operator.or_)),
    "bits xor": _bits("^", _of_int32(operator.xor)),
    "bits left": _bits("<<", _of_int32(lambda x, y: x << (y & 31))),
    "bits right": _bits(">>", _of_int32(lambda x, y: x >> (y & 31))),
    "bits fill": _bits(">>>", lambda x, y: float(int(uint32(x)) >> (int(uint32(y)) & 31))),
    "imul": _call("Math.imul", _of_int32(operator.mul), 2),
    "max": _call("Math.max", np.maximum, 2),
    "min": _call("Math.min", np.minimum, 2),
    "atan2": _call("Math.atan2", np.arctan2, 2),
    "is finite": _call("Number.isFinite", np.isfinite),
    "pow": _helper("pow", 2),
    **{name: _call(f"Math.{name}", fold) for name, fold in _FUNCTIONS.items()},
    **{name: _helper(name) for name in ("erf", "erfc", "erfInverse", "roundEven", "roundAway")},
}  # fmt: skip
"""Each operation by its name in the library."""

COMMUTATIVE = frozenset({"add", "mul", "imul", "eq", "ne"})
