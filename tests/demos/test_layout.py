"""The layout of a graph: time goes one way, and no two numbers stand in one place."""

from __future__ import annotations

from typing import Any

import pytest

from gdbook.demos.layout import layout
from gdbook.demos.program import trace
from tests.demos.plays import POINT, curious, small


@pytest.mark.parametrize(("loss", "names"), [(small, [*POINT]), (curious, ["p", "q"])])
def test_each_number_has_a_place_after_those_it_is_made_of(loss: Any, names: list[str]) -> None:
    """Edges lead to later columns, and places are a row apart."""
    program = trace(loss, names)
    places = layout(program)
    assert all(places[source][0] < places[target][0] for source, target in program.edges)
    for k, (column, row) in enumerate(places):
        others = [other for other in places[:k] if other[0] == column]
        assert all(abs(row - other) >= 1 for _, other in others)
    assert min(row for _, row in places) == 0
    assert min(column for column, _ in places) == 0


def test_a_network_is_two_lanes() -> None:
    """Each unit has a row, its weights stand outside, and what both use stands between."""
    program = trace(small, list(POINT))
    places = layout(program)
    rows = [row for _, row in places]
    assert rows[:8] == [2, 1, 0, 0, 0, 4, 4, 4]
    assert rows[8:] == [1, 1, 1, 1, 3, 3, 3, 3, 2, 2, 2]
    assert [column for column, _ in places[-3:]] == [5, 6, 7]
