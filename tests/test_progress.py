"""The bar: drawn a few dozen times, full at the end, and it changes nothing."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import gdbook as gd


@pytest.mark.parametrize("steps", [3, 1000])
def test_a_bar_is_drawn_now_and_then(steps: int, capsys: Any) -> None:
    """At most 51 lines are written over one another; the first is empty and the last full."""
    rule = gd.optimizers.gradient_descent(0.25)
    path = gd.descend(gd.surfaces.bowl, [4.0, 0.0], rule, steps, progress=True)
    shown = capsys.readouterr().err
    lines = shown.split("\r")[1:]
    done = [int(re.search(r"step (\d+)", line).group(1)) for line in lines]  # type: ignore[union-attr]
    assert len(lines) == min(steps, 50) + 1
    assert (min(done), max(done)) == (0, steps)
    assert "·" * 30 + "   0 %  step 0  loss 16 " in shown
    assert "█" * 30 + " 100 %" in shown
    plain = gd.descend(gd.surfaces.bowl, [4.0, 0.0], rule, steps)
    np.testing.assert_array_equal(path.params, plain.params)


def test_without_it_nothing_is_written(capsys: Any) -> None:
    """A walk is silent unless asked."""
    gd.descend(gd.surfaces.bowl, [4.0, 0.0], gd.optimizers.gradient_descent(0.25), 3)
    assert capsys.readouterr() == ("", "")
