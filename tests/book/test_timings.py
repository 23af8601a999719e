"""Timings: what is noted is known again, and what is damaged is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdbook.book.timings import UNKNOWN, Timings


def test_what_is_noted_is_known_to_the_next_build(tmp_path: Path) -> None:
    """Seconds are kept to a hundredth; a page never seen is expected to take as long as most."""
    file = tmp_path / "timings.json"
    Timings(file).note("part/page", 12.3456)
    Timings(file).note("other", 1.0)
    assert Timings(file).of("part/page") == 12.35
    assert Timings(file).of("never/seen") == UNKNOWN
    assert Timings(file).slowest(["other", "part/page"], 1) == [("part/page", 12.35)]


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '{"page": "long"}', '{"page": null}'])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    """Whatever is in it, nothing fails, and the next note mends it."""
    file = tmp_path / "timings.json"
    file.write_text(text)
    timings = Timings(file)
    assert timings.of("page") == UNKNOWN
    timings.note("page", 2.0)
    assert Timings(file).of("page") == 2.0
