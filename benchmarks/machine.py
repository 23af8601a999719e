"""What the machine can do: its arithmetic, its memory, and what a step of Adam asks of them."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp

import gdbook as gd
from benchmarks.timing import rounds

SIDE = 1024
LENGTH = 2**24


def describe() -> dict[str, Any]:
    """Return what was measured on, and with which versions."""
    names = ("jax", "jaxlib", "numpy", "optax")
    versions = {"Python": platform.python_version()} | {name: version(name) for name in names}
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "versions": versions,
    }


def measure() -> dict[str, float]:
    """Return the best rates seen, a step's operations, and the times they would allow."""
    square, long = jnp.ones((SIDE, SIDE)), jnp.ones(LENGTH)
    product, copy = jax.jit(jnp.matmul), jax.jit(lambda x: x + 1)
    times = rounds({"arithmetic": lambda: product(square, square), "memory": lambda: copy(long)})
    operations = 2 * SIDE**3 / min(t.clock for t in times["arithmetic"])
    bandwidth = 2 * 4 * LENGTH / min(t.clock for t in times["memory"])
    needed = _operations()
    return {
        "operations a second": operations,
        "bytes a second": bandwidth,
        "operations a step": needed,
        "arithmetic allows": needed / operations,
        "memory allows": 2 * 4 * 6 / bandwidth,  # six numbers, read and written, if not cached
    }


def _operations() -> float:
    """Return the arithmetic of one step of Adam on Rosenbrock's function: XLA's own count."""
    surface, rule = gd.surfaces.rosenbrock, gd.optimizers.adam(1e-3)

    def step(params: Any, state: Any) -> Any:
        return rule.update(jax.grad(surface)(params), state, params)

    start = jnp.asarray(surface.start)
    analysis: Any = jax.jit(step).lower(start, rule.init(start)).cost_analysis()
    return float(analysis["flops"])


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
