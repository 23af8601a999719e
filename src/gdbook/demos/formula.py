"""Formulas of x and y, as a reader of a sandbox types them, read by Python's own parser.

What a page begins with is drawn, and checked, before there is a browser. The browser reads formulas
by another library: that both understand the same is tested, not assumed.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np

FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "abs": jnp.abs, "sqrt": jnp.sqrt, "exp": jnp.exp, "log": jnp.log, "log10": jnp.log10,
    "sin": jnp.sin, "cos": jnp.cos, "tan": jnp.tan, "asin": jnp.arcsin, "acos": jnp.arccos,
    "atan": jnp.arctan, "sinh": jnp.sinh, "cosh": jnp.cosh, "tanh": jnp.tanh,
    "asinh": jnp.arcsinh, "acosh": jnp.arccosh, "atanh": jnp.arctanh,
}  # fmt: skip
CONSTANTS = {"pi": np.pi, "e": np.e, "tau": 2 * np.pi}
OPERATORS: Mapping[type, Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.Pow: operator.pow, ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}  # fmt: skip
TOKEN = re.compile(r"\s*(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+|[A-Za-z]\w*|\S)")


def formula(text: str) -> Callable[[Any], Any]:
    """Return the function ``params -> height`` of a formula of x and y.

    Args:
        text: such as ``"(1 - x)^2 + 10 (y - x^2)^2"``.

    Raises:
        ValueError: if it is no formula of x and y, or leaves out a ``*`` in a quotient.
    """
    try:
        tree = ast.parse(_with_products(text), mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"expression is {text!r}; expected a formula: {error.msg}") from None
    _check(tree, text)

    def height(params: Any) -> Any:
        x, y = params
        return _value(tree, {**CONSTANTS, "x": x, "y": y})

    return height


def _with_products(text: str) -> str:
    """Return a formula with the signs of products that people leave out, and Python's power."""
    words: list[str] = []
    for token in TOKEN.findall(text):
        starts = token == "(" or token[0].isalnum() or token[0] == "."
        ended = bool(words) and (words[-1] == ")" or words[-1][-1].isalnum())
        if starts and ended and words[-1] not in FUNCTIONS:
            if "/" in text:
                raise ValueError(f"expression is {text!r}; expected each * of a quotient written")
            words.append("*")
        words.append("**" if token == "^" else token)
    return " ".join(words)


def _check(tree: ast.AST, text: str) -> None:
    """Refuse whatever is not arithmetic with known names."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        names = {*FUNCTIONS} if id(node) in called else {*CONSTANTS, "x", "y"}
        known = (
            isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Load, *OPERATORS))
            or (isinstance(node, ast.Constant) and type(node.value) in (int, float))
            or (isinstance(node, ast.Name) and node.id in names)
            or (isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords)
        )
        if not known or (id(node) in called and not isinstance(node, ast.Name)):
            part = ast.unparse(node) if hasattr(node, "lineno") else type(node).__name__
            raise ValueError(
                f"expression is {text!r}, with {part!r}; expected numbers, x, y, pi, e, tau, "
                f"+ - * / ^ and of the functions {', '.join(FUNCTIONS)}"
            )


def _value(node: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.Call):
        function = FUNCTIONS[node.func.id]  # type: ignore[attr-defined]
        return function(_value(node.args[0], names))
    if isinstance(node, ast.UnaryOp):
        return OPERATORS[type(node.op)](_value(node.operand, names))
    return OPERATORS[type(node.op)](_value(node.left, names), _value(node.right, names))
