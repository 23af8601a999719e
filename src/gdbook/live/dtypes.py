"""JAX's dtypes in a language with one kind of number: what keeps a double in an integer's range."""

from __future__ import annotations

from typing import Any

from gdbook.live.errors import Refusal
from gdbook.live.expressions import Expressions, Node

SMALL = {"int8": 24, "int16": 16}
SUPPORTED = {"bool", "float32", "float64", "int64", "uint64", "int32", "uint32", "uint8", "uint16"}
SUPPORTED |= set(SMALL)


def check(dtype: Any) -> None:
    """Refuse what is neither a boolean, a 32- or 64-bit float, nor an integer."""
    if str(dtype) not in SUPPORTED:
        raise Refusal(f"there is no {dtype} in JavaScript; cast to float64, int32 or bool")


def is_float(dtype: Any) -> bool:
    """Whether a dtype is a floating-point one."""
    return str(dtype).startswith("float")


def fit(e: Expressions, dtype: Any, node: Node) -> Node:
    """Return a result as its dtype holds it: rounded to single precision, or wrapped around.

    Integers of 64 bits stay doubles: exact up to 2^53, where JAX would go on to 2^63.
    """
    name = str(dtype)
    if name in SMALL:
        bits = e.constant(SMALL[name])
        return e("bits right", e("bits left", node, bits), bits)
    match name:
        case "float32":
            return e("fround", node)
        case "int32" | "uint32":
            return e(name, node)
        case "int64" | "uint64":
            return node if node.operation in {"plus zero", "add", "sub"} else e("plus zero", node)
        case "uint8" | "uint16":
            return e("bits and", node, e.constant(255 if name == "uint8" else 65535))
        case _:
            return node


def convert(e: Expressions, old: Any, new: Any, node: Node) -> Node:
    """Return a value of one dtype in another, as JAX's conversion gives it."""
    old, new = str(old), str(new)
    if old == new:
        return node
    if new == "bool":
        return e("ne", node, e.constant(0))
    if old == "bool":
        return e("select", node, e.constant(1), e.constant(0))
    if is_float(new):
        exact = new == "float64" or old in {"int8", "int16", "uint8", "uint16"}
        return node if exact else e("fround", node)
    if is_float(old):
        return _saturated(e, new, node)
    widens = new in {"int64", "uint64"} or (new == "int32" and old in {"uint8", "uint16", *SMALL})
    return node if widens else fit(e, new, node)


def _saturated(e: Expressions, new: str, node: Node) -> Node:
    """Return a float as an integer: towards zero, nan to 0, the rest to the nearest end."""
    bits = int(new.lstrip("uint"))
    low, high = (0, 2**bits - 1) if new[0] == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    within = e("max", e.constant(float(low)), e("min", e.constant(float(high)), node))
    if bits < 64:
        return fit(e, new, within)
    number = e("select", e("ne", node, node), e.constant(0), e("trunc", within))
    return e("plus zero", number)
