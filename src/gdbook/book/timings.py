"""How long pages took when they were last executed: so the longest start first."""

from __future__ import annotations

import json
from pathlib import Path

UNKNOWN = 30.0
"""Seconds that a page is expected to take before it was ever executed."""


class Timings:
    """Seconds by page, kept in a file from build to build.

    They decide the order of work and an expectation, never a result: if the file is lost or
    damaged, nothing else is.
    """

    def __init__(self, file: Path):
        self._file = file
        try:
            known = json.loads(file.read_text())
            self._seconds = {str(page): float(seconds) for page, seconds in known.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            self._seconds = {}

    def of(self, page: str) -> float:
        """Return how long a page is expected to take, in seconds."""
        return self._seconds.get(page, UNKNOWN)

    def note(self, page: str, seconds: float) -> None:
        """Note how long a page took, and keep it."""
        self._seconds[page] = round(seconds, 2)
        self._file.write_text(json.dumps(self._seconds, indent=1, sort_keys=True) + "\n")

    def slowest(self, pages: list[str], count: int) -> list[tuple[str, float]]:
        """Return the slowest of some pages, with their seconds, the slowest first."""
        return sorted(((page, self.of(page)) for page in pages), key=lambda pair: -pair[1])[:count]
