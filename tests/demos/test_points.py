"""Points: the data of a demo, and room for more."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from gdbook.demos import points
from tests.demos.plays import WINDOW, line


def test_the_loss_is_handed_inputs_and_targets() -> None:
    """Data that does not change is two arrays."""
    data = points([1, 2, 3], [2, 4, 6], line, window=WINDOW)
    x, y = data.arrays
    np.testing.assert_array_equal(x, [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(y, [2.0, 4.0, 6.0])
    assert x.dtype == y.dtype == float


@pytest.mark.parametrize("room", [2, 5])
def test_room_is_filled_with_points_that_are_not_there(room: int) -> None:
    """With room the arrays are as long as the room, and a third says which points there are."""
    x, y, present = points([1, 2], [3, 4], line, window=WINDOW, room=room).arrays
    empty = [0.0] * (room - 2)
    np.testing.assert_array_equal(x, [1, 2, *empty])
    np.testing.assert_array_equal(y, [3, 4, *empty])
    np.testing.assert_array_equal(present, [1, 1, *empty])


@pytest.mark.parametrize(
    ("x", "y"), [([1, 2], [1]), ([[1]], [[1]]), ([], []), (1, 2)], ids=["n", "2d", "none", "0d"]
)
def test_inputs_and_targets_are_pairs(x: Any, y: Any) -> None:
    """There are as many inputs as targets, one number each, and at least one."""
    words = f"x and y have shapes {np.shape(x)} and {np.shape(y)}; expected one shape (n,)"
    with pytest.raises(ValueError, match=re.escape(words)):
        points(x, y, line, window=WINDOW)


def test_the_points_there_are_need_room() -> None:
    """There is room for the points at first, or more."""
    with pytest.raises(ValueError, match="room is 1; expected at least the 2 points there are"):
        points([1, 2], [1, 2], line, window=WINDOW, room=1)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_points_are_finite(bad: float) -> None:
    """A point that cannot be drawn is refused."""
    with pytest.raises(ValueError, match=r"y is .*; expected finite numbers"):
        points([1, 2], [1, bad], line, window=WINDOW)
