"""Roots, exponentials, trigonometry: functions of real numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gdbook.live.dtypes import fit
from gdbook.live.expressions import Expressions, Node
from gdbook.live.primitives.arithmetic import of, plain

NAMES = (
    "sqrt", "cbrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "asin", "acos", "atan",
    "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc",
)  # fmt: skip


def rsqrt(e: Expressions, eqn: Any, x: Node) -> Node:
    """Return 1 / √x."""
    return fit(e, of(eqn), e("div", e.constant(1), fit(e, of(eqn), e("sqrt", x))))


def exp2(e: Expressions, eqn: Any, x: Node) -> Node:
    """Return 2 to the power x."""
    return fit(e, of(eqn), e("power", e.constant(2), x))


def logistic(e: Expressions, eqn: Any, x: Node) -> Node:
    """Return 1 / (1 + exp(-x))."""
    one = e.constant(1)
    return fit(e, of(eqn), e("div", one, e("add", one, e("exp", e("neg", x)))))


RULES: dict[str, Callable[..., Node]] = {
    **{name: plain(name) for name in NAMES},
    "erf_inv": plain("erfInverse"),
    "rsqrt": rsqrt,
    "exp2": exp2,
    "logistic": logistic,
}
