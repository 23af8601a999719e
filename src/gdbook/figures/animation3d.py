"""Walks on a surface in three dimensions, as video."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure as Canvas
from numpy.typing import ArrayLike

from gdbook.figures.animation import Animation, Update, walked
from gdbook.figures.axes import casing
from gdbook.figures.plots import Paths, draw_terrain3d, dress3d
from gdbook.palette import Theme, mark


def animate_paths3d(
    grid: Any,
    paths: Paths,
    heights_of: Mapping[str, ArrayLike],
    *,
    alt: str,
    caption: str | None = None,
    size: tuple[float, float] = (6.4, 4.8),
    seconds: float = 6.0,
    fps: int = 24,
    log: bool = False,
    axes: tuple[str, str, str] = ("w", "b", "loss"),
    view: tuple[float, float] = (40, -58),
    wide: bool = False,
) -> Animation:
    """Return paths growing on a surface in three dimensions, with the step counted.

    Args:
        grid: from ``surface.grid()``.
        paths: names and their points, each of shape (steps + 1, 2).
        heights_of: the losses along each path, each of shape (steps + 1,).
        alt: what is seen to happen, in words.
        caption: a sentence to print below.
        size: width and height in inches.
        seconds: how long the walk takes; its end is held for one more second.
        fps: frames per second.
        log: whether height is the log of the loss above the floor, or the loss.
        axes: the names of the two parameters and of the height.
        view: elevation and azimuth of the eye, in degrees.
        wide: whether it may be wider than the text.

    Raises:
        TypeError: if ``alt`` is not a string.
        ValueError: if ``alt`` describes nothing, there is no path, or a path has no heights.
    """
    if not paths or set(paths) != set(heights_of):
        raise ValueError(
            f"paths has {sorted(paths)} and heights_of has {sorted(heights_of)}; "
            f"expected the same names in both, at least one"
        )
    walk = max(2, round(seconds * fps))

    def setup(canvas: Canvas, theme: Theme) -> Update:
        ax: Any = canvas.add_subplot(projection="3d", computed_zorder=False)
        scale = draw_terrain3d(ax, theme, grid, log=log)
        dress3d(ax, theme, axes, view)
        places = {
            name: np.column_stack([np.asarray(points, float), scale(heights_of[name])])
            for name, points in paths.items()
        }
        steps = max(len(place) for place in places.values()) - 1
        counter = ax.text2D(0.97, 0.95, "", transform=ax.transAxes, ha="right", animated=True)
        trails, heads = [], []
        for i, name in enumerate(places):
            style = mark(name, i)
            color = style.on(theme)
            trails += ax.plot(
                [], [], [], color=color, linewidth=2.2, animated=True, zorder=5,
                path_effects=casing(theme, 4),
            )  # fmt: skip
            heads += ax.plot(
                [], [], [], style.marker, color=color, markersize=11, animated=True, zorder=6,
                markeredgecolor=theme.background, markeredgewidth=1.5, label=name,
            )  # fmt: skip
        if len(places) > 1:
            canvas.legend(handles=heads, loc="upper left", ncols=1, fontsize=12)

        def update(frame: int) -> list[Artist]:
            now = min(frame / (walk - 1), 1.0) * steps
            counter.set_text(f"step {int(now + 1e-9)}")
            for place, trail, head in zip(places.values(), trails, heads, strict=True):
                seen = walked(place, now)
                trail.set_data_3d(*seen.T)
                head.set_data_3d(*seen[-1:].T)
            return [*trails, *heads, counter]

        return update

    return Animation(setup, walk + fps, alt=alt, caption=caption, size=size, fps=fps, wide=wide)
