"""Triangular systems and Cholesky factors of small matrices, written out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any


def cholesky(at: Any, eqn: Any, x: Array) -> Array:
    """Return the lower factor L of a symmetric matrix L Lᵀ, for each matrix of a batch."""
    del eqn
    e, n = at.expressions, x.shape[-1]
    out = np.full(x.shape, e.constant(0), object)
    for place in np.ndindex(*x.shape[:-2]):
        a, factor = x[place], out[place]
        for j in range(n):
            for i in range(j, n):
                rest = _less_dot(e, a[i, j], factor[i, :j], factor[j, :j])
                factor[i, j] = e("sqrt", rest) if i == j else e("div", rest, factor[j, j])
    return out


def triangular_solve(at: Any, eqn: Any, a: Array, b: Array) -> Array:
    """Return X with A X = B, or with X A = B, where A is triangular."""
    e, p = at.expressions, eqn.params
    lower = p["lower"] != p["transpose_a"]
    a = np.swapaxes(a, -1, -2) if p["transpose_a"] else a
    if not p["left_side"]:  # X A = B is Aᵀ Xᵀ = Bᵀ
        a, b, lower = np.swapaxes(a, -1, -2), np.swapaxes(b, -1, -2), not lower
    out = np.empty_like(b)
    for place in np.ndindex(*b.shape[:-2]):
        for column in range(b.shape[-1]):
            known = _solved(e, a[place], b[place][:, column], lower, p["unit_diagonal"])
            out[place][:, column] = known
    return out if p["left_side"] else np.swapaxes(out, -1, -2)


def _solved(e: Any, a: Array, b: Array, lower: bool, unit: bool) -> Array:
    n = len(b)
    x = np.empty(n, object)
    for i in range(n) if lower else range(n - 1, -1, -1):
        known = slice(0, i) if lower else slice(i + 1, n)
        rest = _less_dot(e, b[i], a[i, known], x[known])
        x[i] = rest if unit else e("div", rest, a[i, i])
    return x


def _less_dot(e: Any, start: Any, x: Array, y: Array) -> Any:
    for one, other in zip(x, y, strict=True):
        start = e("sub", start, e("mul", one, other))
    return start


RULES: dict[str, Callable[..., Any]] = {"triangular_solve": triangular_solve, "cholesky": cholesky}
