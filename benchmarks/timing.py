"""How times are taken: compiled first, repeated in turn, the median counts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import jax

REPEATS = 7


def medians(ways: Mapping[str, Callable[[], Any]], repeats: int = REPEATS) -> dict[str, float]:
    """Return the median time of each way, in seconds.

    The ways take turns, so that whatever else the machine does meets all of them alike.
    """
    for way in ways.values():
        jax.block_until_ready(way())  # compiles
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            jax.block_until_ready(way())
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}
