"""What depends on no input is computed when the module is made, by JAX itself.

JAX compiles each primitive for each shape, which takes longer than all else here; where NumPy
gives the same bits, it does the work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gdbook.live.primitives import shapes

Array = Any

EXACT: dict[str, Callable[..., Array]] = {
    "add": np.add, "add_any": np.add, "sub": np.subtract, "mul": np.multiply, "neg": np.negative,
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater,
    "ge": np.greater_equal, "not": np.logical_not, "and": np.bitwise_and, "or": np.bitwise_or,
    "xor": np.bitwise_xor, "square": np.square,
}  # fmt: skip
"""Functions in which NumPy and XLA agree to the last bit."""


def evaluated(eqn: Any, values: list[Array]) -> list[Array]:
    """Return an equation's results for constant operands."""
    return _by_numpy(eqn, values) or _by_jax(eqn, values)


def _by_jax(eqn: Any, values: list[Array]) -> list[Array]:
    outcome = eqn.primitive.bind(*values, **eqn.params)
    return list(outcome) if eqn.primitive.multiple_results else [outcome]


def _by_numpy(eqn: Any, values: list[Array]) -> list[Array] | None:
    """Return the results, or None where only JAX will do."""
    name, dtypes = eqn.primitive.name, [v.aval.dtype for v in (*eqn.invars, *eqn.outvars)]
    if any(str(dtype) not in PLAIN for dtype in dtypes):
        return None
    arrays = [np.asarray(value, v.aval.dtype) for value, v in zip(values, eqn.invars, strict=True)]
    if name in shapes.RULES:
        outcome = shapes.RULES[name](None, eqn, *arrays)
        return outcome if isinstance(outcome, list) else [outcome]
    if name == "convert_element_type" and str(dtypes[0]) in WIDENED:
        return [arrays[0].astype(dtypes[-1])]
    if name == "iota":
        return [_iota(eqn)]
    if name in EXACT and (name != "not" or str(dtypes[0]) == "bool"):
        with np.errstate(all="ignore"):
            return [np.asarray(EXACT[name](*arrays))]
    return None


def _iota(eqn: Any) -> Array:
    """Return an array that counts along one axis."""
    shape, axis = eqn.outvars[0].aval.shape, eqn.params["dimension"]
    count = np.arange(shape[axis]).reshape([-1 if i == axis else 1 for i in range(len(shape))])
    return np.broadcast_to(count, shape).astype(eqn.outvars[0].aval.dtype)


PLAIN = {"bool", "int32", "int64", "uint32", "float32", "float64"}
WIDENED = {"bool", "int32"}  # whose values every other plain dtype but uint32 holds
