"""How times are taken: compiled first, repeated in turn, the median counts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import jax

REPEATS = 9

Times = dict[str, list[float]]
"""The times of each way, in seconds, one for each round."""


def rounds(ways: Mapping[str, Callable[[], Any]], repeats: int = REPEATS) -> Times:
    """Return how long each way took in each round.

    The ways take turns, so that whatever else the machine does meets all of them alike.
    """
    for way in ways.values():
        jax.block_until_ready(way())  # compiles
    times: Times = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            jax.block_until_ready(way())
            times[name].append(time.perf_counter() - start)
    return times


def median(times: Times, name: str) -> float:
    """Return the median time of one way, in seconds."""
    return statistics.median(times[name])


def ratio(times: Times, name: str, to: str) -> float:
    """Return how many times as long as another one way takes: the median over the rounds."""
    return statistics.median(a / b for a, b in zip(times[name], times[to], strict=True))
