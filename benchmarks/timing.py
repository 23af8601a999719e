"""How times are taken: compiled first, repeated in turn, the median counts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax

REPEATS = 9


class Time(NamedTuple):
    """How long something took, in seconds: on the clock, and of processors, all cores together."""

    clock: float
    processors: float


Times = dict[str, list[Time]]
"""The times of each way, one for each round."""


def rounds(ways: Mapping[str, Callable[[], Any]], repeats: int = REPEATS) -> Times:
    """Return how long each way took in each round.

    The ways take turns, so that whatever else the machine does meets all of them alike.
    """
    for way in ways.values():
        jax.block_until_ready(way())  # compiles
    times: Times = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            clock, processors = time.perf_counter(), time.process_time()
            jax.block_until_ready(way())
            spent = time.process_time() - processors
            times[name].append(Time(time.perf_counter() - clock, spent))
    return times


def median(times: Times, name: str) -> float:
    """Return the median time of one way on the clock, in seconds."""
    return statistics.median(taken.clock for taken in times[name])


def ratios(times: Times, name: str, to: str, scale: float = 1) -> dict[str, float]:
    """Return how many times as long as another one way takes: the median over the rounds.

    On the clock, other programs on the machine count too; in processors' time they hardly do.
    """
    pairs = list(zip(times[name], times[to], strict=True))
    return {
        kind: scale * statistics.median(getattr(a, kind) / getattr(b, kind) for a, b in pairs)
        for kind in Time._fields
    }
