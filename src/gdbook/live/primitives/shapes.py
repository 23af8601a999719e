"""Primitives that only move entries about: none of them reaches the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any


def broadcast_in_dim(_: Any, eqn: Any, x: Array, *sizes: Array) -> Array:
    """Return x repeated along new axes and axes of length 1."""
    del sizes
    shape = eqn.outvars[0].aval.shape
    inner = [1] * len(shape)
    for axis, size in zip(eqn.params["broadcast_dimensions"], x.shape, strict=True):
        inner[axis] = size
    return np.broadcast_to(x.reshape(inner), shape)


def reshape(_: Any, eqn: Any, x: Array) -> Array:
    """Return x with its entries, in order, in another shape."""
    return x.reshape(eqn.outvars[0].aval.shape)


def transpose(_: Any, eqn: Any, x: Array) -> Array:
    """Return x with its axes in another order."""
    return x.transpose(eqn.params["permutation"])


def rev(_: Any, eqn: Any, x: Array) -> Array:
    """Return x with some axes reversed."""
    return np.flip(x, eqn.params["dimensions"])


def slice_(_: Any, eqn: Any, x: Array) -> Array:
    """Return a part of x, perhaps every so many entries."""
    starts, ends = eqn.params["start_indices"], eqn.params["limit_indices"]
    strides = eqn.params["strides"] or (1,) * x.ndim
    return x[tuple(map(slice, starts, ends, strides))]


def concatenate(_: Any, eqn: Any, *parts: Array) -> Array:
    """Return arrays one after the other."""
    return np.concatenate(parts, eqn.params["dimension"])


def split(_: Any, eqn: Any, x: Array) -> list[Array]:
    """Return an array cut into several."""
    cuts = np.cumsum(eqn.params["sizes"])[:-1]
    return list(np.split(x, cuts, eqn.params["axis"]))


def pad(_: Any, eqn: Any, x: Array, value: Array) -> Array:
    """Return x with a value around and between its entries; negative widths cut."""
    for axis, (low, high, interior) in enumerate(eqn.params["padding_config"]):
        x = _pad_axis(np.moveaxis(x, axis, 0), value, int(low), int(high), int(interior))
        x = np.moveaxis(x, 0, axis)
    return x


def _pad_axis(x: Array, value: Array, low: int, high: int, interior: int) -> Array:
    length = len(x) + max(len(x) - 1, 0) * interior
    out = np.empty((length + max(low, 0) + max(high, 0), *x.shape[1:]), x.dtype)
    out[...] = value[()]
    start = max(low, 0)
    out[start : start + length : interior + 1] = x
    return out[max(-low, 0) : len(out) - max(-high, 0)]


def stack(_: Any, eqn: Any, *parts: Array) -> Array:
    """Return arrays side by side along a new axis."""
    return np.stack(parts, eqn.params.get("axis", 0))


def unstack(_: Any, eqn: Any, x: Array) -> list[Array]:
    """Return the parts of x along an axis, without that axis."""
    return list(np.moveaxis(x, eqn.params.get("axis", 0), 0))


def tile(_: Any, eqn: Any, x: Array) -> Array:
    """Return x repeated, as often along each axis as is said."""
    return np.tile(x, eqn.params["reps"])


RULES: dict[str, Callable[..., Any]] = {
    "broadcast_in_dim": broadcast_in_dim,
    "reshape": reshape,
    "squeeze": reshape,
    "expand_dims": reshape,
    "transpose": transpose,
    "rev": rev,
    "slice": slice_,
    "concatenate": concatenate,
    "split": split,
    "stack": stack,
    "tile": tile,
    "unstack": unstack,
    "pad": pad,
}
