"""What the tests of figures draw: a small terrain, two paths on it, and words for them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

ALT = "Two paths walk down a bowl to its middle."


def bowl(n: int = 21) -> SimpleNamespace:
    """Return a grid of x² + 2 y² on [-2, 2] by [-1, 1], as a Surface's grid would be."""
    x, y = np.linspace(-2, 2, n), np.linspace(-1, 1, n)
    z = x[None, :] ** 2 + 2 * y[:, None] ** 2
    return SimpleNamespace(x=x, y=y, z=z, minima=((0, 0),), floor=0.0)


def spiral(steps: int = 8, turn: float = 0.5) -> np.ndarray:
    """Return points that wind inwards, shape (steps + 1, 2)."""
    t = np.arange(steps + 1)
    radius = 0.9 * 0.8**t
    return np.stack([1.8 * radius * np.cos(turn * t), radius * np.sin(turn * t)], axis=1)


PATHS = {"Adam": spiral(), "gradient descent": spiral(6, -0.3)}


def axes(canvas: Canvas) -> Axes:
    """Return the only axes of a figure."""
    (ax,) = canvas.axes
    return ax


def drawn(ax: Axes) -> list[np.ndarray]:
    """Return the points of each line on axes, in the order they were drawn."""
    return [np.asarray(line.get_xydata(), float) for line in ax.get_lines()]


def has(ax: Axes, points: np.ndarray) -> bool:
    """Say whether one of the lines on axes runs through exactly these points."""
    return any(line.shape == points.shape and np.array_equal(line, points) for line in drawn(ax))


def texts(artist: Artist) -> list[str]:
    """Return all texts in a figure or on axes that say something."""
    from matplotlib.text import Text

    found = [text.get_text() for text in artist.findobj(Text)]
    return [text for text in found if text]
