"""What all plots draw with: terrain, paths, minima and labels on matplotlib axes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import matplotlib.patheffects as effects
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import LogFormatterSciNotation
from numpy.typing import ArrayLike

from gdbook.figures.style import terrain
from gdbook.numerals import SUPERSCRIPTS
from gdbook.palette import PALEST, Mark, Theme

ISOLINES = 16


class Powers(LogFormatterSciNotation):
    """Names of ticks on a logarithmic axis: 10⁻³ in plain letters.

    Matplotlib sets such names as formulas, which takes longer than all else in a figure.
    """

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the name of one tick, or nothing where there is no room for it."""
        text: str = super().__call__(x, pos)
        text = text.removeprefix(r"$\mathdefault{").removesuffix("}$").replace(r"\times", "×")
        factor, _, power = text.partition("10^{")
        if factor and 1e-4 <= abs(x) < 1e4:
            return f"{x:g}"  # 0.2 says more than 2×10⁻¹
        return f"{factor}10{power.rstrip('}').translate(SUPERSCRIPTS)}" if power else text


def name_powers(canvas: Canvas) -> None:
    """Name the ticks of a figure's logarithmic axes in plain letters."""
    for ax in canvas.axes:
        for axis in (ax.xaxis, ax.yaxis):
            if type(axis.get_major_formatter()) is LogFormatterSciNotation:
                axis.set_major_formatter(Powers())
            if type(axis.get_minor_formatter()) is LogFormatterSciNotation:
                axis.set_minor_formatter(Powers(labelOnlyBase=False))


def casing(theme: Theme, width: float) -> list[Any]:
    """Return an outline in the page's colour, so that a line stands out on any terrain."""
    return [effects.withStroke(linewidth=width, foreground=theme.background)]


def heights(z: ArrayLike, floor: float) -> np.ndarray:
    """Return losses on a scale on which a valley's floor can be seen: log(1 + (z - floor) / s).

    The unit s is a low quantile of the heights, so that the lowest ground gets its share of
    colours however steep the walls are. What is infinite is as high as the highest that is not.
    """
    above = np.maximum(np.asarray(z, float) - floor, 0.0)
    known = above[np.isfinite(above)]
    top = float(known.max(initial=0.0))
    unit = max(float(np.quantile(known, 0.03)) if known.size else 0.0, 1e-6 * top, 1e-300)
    return np.log1p(np.minimum(above, top) / unit)


def inside(points: np.ndarray, domain: Any) -> slice:
    """Return the steps until a path leaves a window for the first time."""
    low, high = np.array(domain, float).T
    outside = ~((points >= low) & (points <= high)).all(axis=1)
    return slice(0, int(np.argmax(outside)) if outside.any() else len(points))


def shade(ax: Axes, theme: Theme, grid: Any, *, log: bool = True, isolines: bool = True) -> None:
    """Draw a surface from above: colour by height, with isolines.

    Args:
        ax: where to draw.
        theme: the theme.
        grid: a :class:`~gdbook.surfaces.Grid`, or anything with its ``x``, ``y``, ``z``, ``floor``.
        log: whether heights are spaced by the log of the loss above the floor, or evenly.
        isolines: whether to draw lines of equal loss.
    """
    x, y, z = (np.asarray(values, float) for values in (grid.x, grid.y, grid.z))
    h = heights(z, grid.floor) if log else z - grid.floor
    extent = (x[0], x[-1], y[0], y[-1])
    ax.imshow(h, extent=extent, origin="lower", aspect="auto", cmap=terrain(theme), zorder=0)
    if isolines:
        levels = np.linspace(np.nanmin(h), np.nanmax(h), ISOLINES + 1)[1:-1]
        ax.contour(x, y, h, levels=levels, colors=theme.text, linewidths=0.6, alpha=0.28, zorder=1)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(y[0], y[-1])


def basin_colors(theme: Theme, minima: int) -> np.ndarray:
    """Return a row of red, green, blue and opacity for each basin, as bytes.

    The last row but one is for walks that are at no minimum, and the last, the page's own colour,
    for those that are at no finite place: -2 and -1 find them.

    Args:
        theme: the theme.
        minima: how many minima there are, at most as many as the theme has colours of basins.
    """
    names = [*theme.basins[:minima], theme.nowhere, theme.background]
    return np.round(255 * to_rgba_array(names)).astype(np.uint8)


def shade_basins(
    ax: Axes, theme: Theme, grid: Any, home: ArrayLike, since: ArrayLike, steps: int
) -> None:
    """Paint starts by the minimum at which their walks end, paler the later they come there.

    Those that come in the second half of their steps are palest.

    Args:
        ax: where to draw.
        theme: the theme.
        grid: the surface, for its window and its lines of equal loss.
        home: shape (n, n), from the low ends of both parameters: the minimum's number, -2 where
            the walk is at none, -1 where it is at no finite place.
        since: shape (n, n), the step from which on it has been there.
        steps: how many steps each walk has.
    """
    colors = basin_colors(theme, len(grid.minima)).astype(float)
    pale = PALEST * np.minimum(1, 2 * np.asarray(since) / steps)
    full = colors[np.asarray(home)]
    tones = full + pale[..., None] * (colors[-1] - full)
    extent = (grid.x[0], grid.x[-1], grid.y[0], grid.y[-1])
    options: dict[str, Any] = {"origin": "lower", "aspect": "auto", "zorder": 0.5}
    ax.imshow(tones.round().astype(np.uint8), extent=extent, **options)


def mark_minima(ax: Axes, theme: Theme, minima: Iterable[tuple[float, float]]) -> None:
    """Mark minima with a cross."""
    for x, y in minima:
        ax.plot(
            x,
            y,
            "+",
            color=theme.text,
            markersize=11,
            markeredgewidth=1.8,
            zorder=3,
            path_effects=casing(theme, 4),
        )


def mark_path(
    ax: Axes, theme: Theme, points: ArrayLike, style: Mark, *, steps: bool = True
) -> None:
    """Draw a path: its line, its steps as small dots, its start hollow and its end full.

    Points that are not finite are left out.

    Args:
        ax: where to draw.
        theme: the theme.
        points: shape (steps + 1, 2).
        style: colour and marker.
        steps: whether to mark each step.
    """
    xy = np.asarray(points, float)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return
    color = style.on(theme)
    ax.plot(
        xy[:, 0],
        xy[:, 1],
        color=color,
        linewidth=1.8,
        zorder=4,
        path_effects=casing(theme, 3.6),
        solid_joinstyle="round",
    )
    if steps:
        ax.plot(xy[1:-1, 0], xy[1:-1, 1], ".", color=color, markersize=4.5, zorder=5)
    ends: dict[str, Any] = {
        "marker": style.marker,
        "linestyle": "none",
        "zorder": 6,
        "markeredgewidth": 1.8,
    }
    ax.plot(*xy[0], color=color, markerfacecolor=theme.background, markersize=8, **ends)
    ax.plot(*xy[-1], color=color, markeredgecolor=theme.background, markersize=9, **ends)


def label_end(
    ax: Axes, theme: Theme, x: float, y: float, text: str, color: str, **options: Any
) -> None:
    """Write a curve's name where it ends, in its colour."""
    ax.annotate(
        text,
        (x, y),
        xytext=options.pop("offset", (7, 0)),
        textcoords="offset points",
        color=color,
        va=options.pop("va", "center"),
        ha=options.pop("ha", "left"),
        fontsize=options.pop("fontsize", 12),
        path_effects=casing(theme, 3),
        annotation_clip=False,
        **options,
    )
