"""Sliders: numbers in order, and plain data for the page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gdbook.demos import slider


def test_a_slider_is_plain_data() -> None:
    """The page is told the range, the value and the scale, under the hyperparameter's name."""
    spec = slider(0.001, 2, 0.1).spec("learning_rate")
    assert spec == json.loads(json.dumps(spec))
    assert spec == {
        "name": "learning_rate", "label": "learning rate", "low": 0.001, "high": 2.0,
        "value": 0.1, "log": True,
    }  # fmt: skip


def test_a_label_replaces_the_name() -> None:
    """A slider that has a label shows it, and keeps the hyperparameter's name for the kernels."""
    spec = slider(0, 0.99, 0.9, log=False, label="memory β").spec("momentum")
    assert (spec["name"], spec["label"], spec["log"]) == ("momentum", "memory β", False)


@pytest.mark.parametrize("value", [0.5, 1, 2])
def test_a_slider_may_stand_at_its_ends(value: float) -> None:
    """The value may be anything from the smallest to the largest, integers too."""
    assert slider(0.5, 2, value).value == float(value)


@pytest.mark.parametrize(("low", "high", "value"), [(1, 2, 0.5), (1, 2, 3), (2, 1, 1.5), (1, 1, 1)])
def test_values_out_of_order_are_refused(low: float, high: float, value: float) -> None:
    """The smallest comes first, the largest last, and between them there is room."""
    with pytest.raises(ValueError, match=rf"low, value and high are {low}, {value} and {high}"):
        slider(low, high, value)


@pytest.mark.parametrize("low", [0, -1])
def test_a_logarithmic_slider_begins_above_0(low: float) -> None:
    """There is no factor that leads from 0 upwards; on a linear slider 0 is a number like any."""
    with pytest.raises(ValueError, match=rf"low is {low}; expected a number > 0"):
        slider(low, 1, 0.5)
    assert slider(low, 1, 0.5, log=False).low == low


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [("low", "a", TypeError), ("high", float("inf"), ValueError), ("value", None, TypeError)],
)
def test_what_is_no_number_is_refused(name: str, value: Any, error: type[Exception]) -> None:
    """Each argument is a finite number."""
    with pytest.raises(error, match=rf"^{name} is {value!r}; expected a finite number"):
        slider(**{"low": 0.1, "high": 1, "value": 0.5, name: value})
