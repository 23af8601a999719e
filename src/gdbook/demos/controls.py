"""What a reader can turn: sliders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gdbook import checks


@dataclass(frozen=True)
class Slider:
    """A number that the reader chooses.

    Attributes:
        low: the smallest value.
        high: the largest value.
        value: where it stands at first.
        log: whether equal moves multiply the value, or add to it.
        label: what it is called; None for the hyperparameter's own name.
    """

    low: float
    high: float
    value: float
    log: bool = True
    label: str | None = None

    def spec(self, name: str) -> dict[str, Any]:
        """Return the slider of a hyperparameter as plain data."""
        label = self.label or name.replace("_", " ")
        return {
            "name": name, "label": label, "low": self.low, "high": self.high,
            "value": self.value, "log": self.log,
        }  # fmt: skip


def slider(
    low: float, high: float, value: float, *, log: bool = True, label: str | None = None
) -> Slider:
    """Return a slider from ``low`` to ``high`` that stands at ``value``.

    Args:
        low: the smallest value; above 0 if ``log``.
        high: the largest value.
        value: where it stands at first.
        log: whether equal moves multiply the value, or add to it.
        label: what it is called; the hyperparameter's own name by default.

    Raises:
        TypeError: if a value is not a number.
        ValueError: if the values are not in order, or ``low`` is not positive though ``log``.

    Example:
        >>> import gdbook as gd
        >>> gd.demos.slider(0.001, 2, 0.1).value
        0.1
    """
    for name, number in (("low", low), ("high", high), ("value", value)):
        checks.finite(name, number)
    if not low <= value <= high or low == high:
        raise ValueError(
            f"low, value and high are {low!r}, {value!r} and {high!r}; expected low < high "
            f"and value between them"
        )
    if log and not low > 0:
        raise ValueError(f"low is {low!r}; expected a number > 0 on a logarithmic slider")
    return Slider(float(low), float(high), float(value), log, label)
