"""Calls of inner functions, and choices between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gdbook.live.dtypes import convert
from gdbook.live.expressions import array

Array = Any


def call(at: Any, eqn: Any, *values: Array) -> list[Array]:
    """Return what the inner function returns: calls are written out."""
    names = ("jaxpr", "call_jaxpr", "fun_jaxpr")
    inner = next(eqn.params[name] for name in names if name in eqn.params)
    result: list[Array] = at.run(inner, values)
    return result


def cond(at: Any, eqn: Any, which: Array, *values: Array) -> list[Array]:
    """Return what the chosen branch returns.

    If the choice depends on the inputs, every branch is written out and one result is chosen:
    expressions have no side effects, so that a branch not taken does no harm.
    """
    branches = eqn.params["branches"]
    last = len(branches) - 1
    if not at.is_symbolic(which):
        return list(at.run(branches[int(np.clip(which, 0, last))], values))
    e = at.expressions
    number = convert(e, eqn.invars[0].aval.dtype, np.dtype("int32"), which[()])
    outcomes = [[at.nodes(x) for x in at.run(branch, values)] for branch in branches]
    results = outcomes[-1]
    for case in range(last - 1, -1, -1):
        test = e("le", number, e.constant(case))
        pairs = zip(outcomes[case], results, strict=True)
        results = [_chosen(e, test, one, other) for one, other in pairs]
    return results


def _chosen(e: Any, test: Any, x: Array, y: Array) -> Array:
    pairs = zip(x.ravel(), y.ravel(), strict=True)
    return array((e("select", test, one, other) for one, other in pairs), x.shape)


CALLS = (
    "jit", "pjit", "closed_call", "core_call", "checkpoint", "remat", "remat2",
    "custom_jvp_call", "custom_vjp_call", "custom_vjp_call_jaxpr",
)  # fmt: skip

RULES: dict[str, Callable[..., Any]] = {**dict.fromkeys(CALLS, call), "cond": cond}
