"""The data of a demo: points that are shown, sampled from, and perhaps dragged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Window = tuple[tuple[float, float], tuple[float, float]]
"""``((x low, x high), (y low, y high))``."""


@dataclass(frozen=True)
class Points:
    """Examples of one number each, and the model that predicts from it.

    Attributes:
        x: the inputs, shape (n,).
        y: the targets, shape (n,).
        model: ``model(params, x) -> prediction`` of one example.
        solution: ``solution(x, y, present) -> params``, the best parameters, or None.
        window: the part of the plane that is shown.
        axes: what the axes show.
        room: how many points there may be, if the reader may add, drag and remove them; or None.
    """

    x: np.ndarray
    y: np.ndarray
    model: Callable[..., Any]
    solution: Callable[..., Any] | None
    window: Window
    axes: tuple[str, str]
    room: int | None

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """The inputs and targets for the loss, and which of them are there if they may change."""
        if self.room is None:
            return self.x, self.y
        extra = self.room - len(self.x)
        present = np.concatenate([np.ones(len(self.x)), np.zeros(extra)])
        return np.pad(self.x, (0, extra)), np.pad(self.y, (0, extra)), present


def points(
    x: ArrayLike,
    y: ArrayLike,
    model: Callable[..., Any],
    *,
    window: Window,
    axes: tuple[str, str] = ("x", "y"),
    solution: Callable[..., Any] | None = None,
    room: int | None = None,
) -> Points:
    """Return the data of a demo.

    Args:
        x: the inputs, shape (n,).
        y: the targets, shape (n,).
        model: ``model(params, x) -> prediction`` of one example.
        window: ``((x low, x high), (y low, y high))``, the part of the plane that is shown.
        axes: what the axes show, with units.
        solution: ``solution(x, y, present) -> params``, the best parameters in closed form.
        room: let the reader add, drag and remove points, up to this many. The loss is then
            handed ``(params, (x, y, present))`` with arrays of shape (room,), and must ignore
            points where ``present`` is 0; else ``(params, (x, y))``.

    Raises:
        ValueError: if ``x`` and ``y`` are not of one shape (n,) and finite, or there is too
            little room.

    Example:
        >>> import gdbook as gd
        >>> data = gd.demos.points([1, 2], [2, 4], lambda w, x: w[0] * x, window=((0, 3), (0, 5)))
        >>> len(data.arrays)
        2
    """
    inputs, targets = np.asarray(x, float), np.asarray(y, float)
    if inputs.ndim != 1 or inputs.shape != targets.shape or not len(inputs):
        raise ValueError(
            f"x and y have shapes {inputs.shape} and {targets.shape}; expected one shape (n,)"
        )
    for name, values in (("x", inputs), ("y", targets)):
        if not np.isfinite(values).all():
            raise ValueError(f"{name} is {values!r}; expected finite numbers")
    if room is not None and room < len(inputs):
        raise ValueError(f"room is {room!r}; expected at least the {len(inputs)} points there are")
    return Points(inputs, targets, model, solution, window, axes, room)
