"""The plots a page needs most: terrain with paths, terrain in 3D, curves, points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LightSource, Normalize
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from gdbook.figures.axes import (
    heights,
    inside,
    label_end,
    mark_minima,
    mark_path,
    shade,
    shade_basins,
)
from gdbook.figures.figure import Figure
from gdbook.figures.style import terrain
from gdbook.palette import Theme, mark

FACETS = 120  # of a surface, along either side
ONE_WORD = 6  # letters; a longer name lies along a 3D axis among the names of its ticks
CLEAR_OF_TICKS = 12  # points

Paths = Mapping[str, ArrayLike]
"""Walks by the names of their optimizers, each of shape (steps + 1, 2)."""


def contour(
    grid: Any,
    paths: Paths | None = None,
    *,
    alt: str,
    caption: str | None = None,
    size: tuple[float, float] = (6.4, 4.8),
    log: bool = True,
    steps: bool = True,
    axes: tuple[str, str] = ("w", "b"),
    equal: bool = False,
    title: str | None = None,
    basins: tuple[ArrayLike, ArrayLike, int] | None = None,
) -> Figure:
    """Return a surface seen from above, with paths on it.

    Args:
        grid: from ``surface.grid()``.
        paths: names and their points; an optimizer's name gives its colour and marker.
        alt: what is seen, in words.
        caption: a sentence to print below.
        size: width and height in inches.
        log: whether heights are spaced by the log of the loss above the floor, or evenly.
        steps: whether to mark each step.
        axes: the names of the two parameters.
        equal: whether both axes have one scale, so that circles are round.
        title: a few words above the axes.
        basins: the last three arguments of :func:`~gdbook.figures.shade_basins`: where walks from
            a grid of starts end, since when, and how long they are; painted in place of heights.

    Raises:
        TypeError: if ``alt`` is not a string.
        ValueError: if ``alt`` describes nothing.
    """
    paths = {name: np.asarray(points, float) for name, points in (paths or {}).items()}

    def on(canvas: Canvas, theme: Theme) -> None:
        ax = canvas.subplots()
        shade(ax, theme, grid, log=log)
        if basins is not None:
            shade_basins(ax, theme, grid, *basins)
        mark_minima(ax, theme, grid.minima)
        for i, (name, points) in enumerate(paths.items()):
            mark_path(ax, theme, points, mark(name, i), steps=steps)
        name_axes(ax, axes, equal=equal, title=title)
        if len(paths) > 1:
            key(ax, theme, list(paths))

    return Figure(on, alt=alt, caption=caption, size=size, vector=basins is None)


def surface3d(
    grid: Any,
    paths: Paths | None = None,
    *,
    alt: str,
    caption: str | None = None,
    size: tuple[float, float] = (6.4, 5.0),
    log: bool = False,
    axes: tuple[str, str, str] = ("w", "b", "loss"),
    view: tuple[float, float] = (40, -58),
    heights_of: Mapping[str, ArrayLike] | None = None,
) -> Figure:
    """Return a surface in three dimensions, with paths on it.

    Args:
        grid: from ``surface.grid()``.
        paths: names and their points, each of shape (steps + 1, 2), drawn until they leave the
            grid.
        alt: what is seen, in words.
        caption: a sentence to print below.
        size: width and height in inches.
        log: whether height is the log of the loss above the floor, or the loss.
        axes: the names of the two parameters and of the height.
        view: elevation and azimuth of the eye, in degrees.
        heights_of: the losses along each path, each of shape (steps + 1,): needed with ``paths``.

    Raises:
        TypeError: if ``alt`` is not a string.
        ValueError: if ``alt`` describes nothing, or a path has no heights.
    """
    paths = paths or {}
    missing = sorted(set(paths) - set(heights_of or {}))
    if missing:
        raise ValueError(f"heights_of lacks {missing}; expected the losses along each path")
    lift = heights_of or {}

    def on(canvas: Canvas, theme: Theme) -> None:
        ax: Any = canvas.add_subplot(projection="3d", computed_zorder=False)
        scale = draw_terrain3d(ax, theme, grid, log=log)
        for i, (name, points) in enumerate(paths.items()):
            walk = np.asarray(points, float)
            stay = inside(walk, [(ends[0], ends[-1]) for ends in (grid.x, grid.y)])
            xy, z = walk[stay], scale(lift[name])[stay]
            if not len(xy):
                continue  # it starts beyond the window, where there is no ground
            color = mark(name, i).on(theme)
            ax.plot(xy[:, 0], xy[:, 1], z, color=color, marker=".", linewidth=2, zorder=5)
            ax.plot(*xy[-1], z[-1], marker="o", markersize=9, color=color, zorder=6)
        dress3d(ax, theme, axes, view)

    return Figure(on, alt=alt, caption=caption, size=size, vector=False)


def draw_terrain3d(ax: Any, theme: Theme, grid: Any, *, log: bool) -> Any:
    """Draw a surface on 3D axes; return the function from losses to heights drawn."""
    x, y = np.meshgrid(np.asarray(grid.x, float), np.asarray(grid.y, float))
    z = np.asarray(grid.z, float)
    h = heights(z, grid.floor)
    height = h if log else z
    rgb = terrain(theme)(Normalize(np.nanmin(h), np.nanmax(h))(h))[..., :3]
    height = np.where(np.isfinite(height), height, np.nan)  # where there is none, there is a hole
    low, high = np.nanmin(height), np.nanmax(height)
    steep = (np.nan_to_num(height, nan=high) - low) / (high - low) * len(grid.x)
    slope = LightSource(300, 50).hillshade(steep)
    lit = np.clip(rgb * (0.78 + 0.32 * slope[..., None]), 0, 1)
    stride = -(-len(h) // FACETS)
    surface = ax.plot_surface(
        x, y, height, rstride=stride, cstride=stride, shade=False, antialiased=False,
        linewidth=0, zorder=1,
    )  # fmt: skip
    # Given to plot_surface, the colours would be looked at one by one.
    surface.set_facecolor(lit[:-1:stride, :-1:stride].reshape(-1, 3))
    if not log:
        return lambda values: np.asarray(values, float)
    order = np.argsort(z, axis=None)[: np.isfinite(z).sum()]  # what is not a number comes last
    table = z.ravel()[order], h.ravel()[order]
    return lambda values: np.interp(np.asarray(values, float), *table)


def dress3d(ax: Any, theme: Theme, axes: tuple[str, str, str], view: tuple[float, float]) -> None:
    """Name and lighten 3D axes."""
    ax.set(xlabel=axes[0], ylabel=axes[1], zlabel=axes[2])
    ax.view_init(*view)
    ax.set_box_aspect((1, 1, 0.62), zoom=1.0)
    for axis, name in zip((ax.xaxis, ax.yaxis, ax.zaxis), axes, strict=True):
        if len(name) > ONE_WORD:
            axis.labelpad = CLEAR_OF_TICKS
        axis.set_pane_color((0, 0, 0, 0))
        axis.line.set_color(theme.line)
        axis._axinfo["grid"].update(color=theme.line, linewidth=0.5)
        axis.set_tick_params(labelsize=10)
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))  # more would touch
    ax.zaxis.labelpad = 7  # a height's ticks are as wide as their numbers are long


def curves(
    lines: Mapping[str, ArrayLike] | Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    alt: str,
    caption: str | None = None,
    axes: tuple[str, str] = ("step", "loss"),
    size: tuple[float, float] = (6.4, 4.0),
    log: str = "",
    limits: tuple[tuple[float | None, float | None], tuple[float | None, float | None]] = (
        (None, None),
        (None, None),
    ),
    dashed: tuple[str, ...] = (),
    points: bool = False,
    title: str | None = None,
) -> Figure:
    """Return named curves, each labelled where it ends.

    Args:
        lines: names and their values, of shape (n,), drawn over 0, 1, 2, ...;
            or pairs of abscissae and values.
        alt: what is seen, in words.
        caption: a sentence to print below.
        axes: what the axes show, with units.
        size: width and height in inches.
        log: which axes are logarithmic: ``""``, ``"x"``, ``"y"`` or ``"xy"``.
        limits: ``((x low, x high), (y low, y high))``; None leaves one free.
        dashed: names of curves to draw dashed: bounds, theory.
        points: whether to mark the points that were measured.
        title: a few words above the axes.

    Raises:
        TypeError: if ``alt`` is not a string.
        ValueError: if ``alt`` describes nothing, or ``log`` is none of these.
    """
    if log not in ("", "x", "y", "xy"):
        raise ValueError(f"log is {log!r}; expected '', 'x', 'y' or 'xy'")

    def on(canvas: Canvas, theme: Theme) -> None:
        ax = canvas.subplots()
        counted = "x" not in log
        for i, (name, values) in enumerate(lines.items()):
            x, y = values if isinstance(values, tuple) else (np.arange(np.size(values)), values)
            counted = counted and np.issubdtype(np.asarray(x).dtype, np.integer)
            x, y = np.asarray(x, float), np.asarray(y, float)
            style = mark(name, i)
            color = style.on(theme)
            ax.plot(
                x,
                y,
                color=color,
                linestyle="--" if name in dashed else "-",
                marker=style.marker if points and name not in dashed else None,
                markersize=5,
            )
        if "x" in log:
            ax.set_xscale("log")
        if "y" in log:
            ax.set_yscale("log")
        if counted:  # no tick at half a step
            ax.locator_params(axis="x", integer=True)
        ax.set_xlim(*limits[0])
        ax.set_ylim(*limits[1])
        name_axes(ax, axes, title=title)
        ax.grid(axis="y")
        name_curves(ax, theme, list(lines))

    return Figure(on, alt=alt, caption=caption, size=size)


def scatter(
    x: ArrayLike,
    y: ArrayLike,
    lines: Mapping[str, tuple[ArrayLike, ArrayLike]] | None = None,
    *,
    alt: str,
    axes: tuple[str, str],
    caption: str | None = None,
    size: tuple[float, float] = (6.4, 4.2),
    residuals: str | None = None,
    title: str | None = None,
) -> Figure:
    """Return data as points, with named lines through them.

    Args:
        x: the inputs, of shape (n,).
        y: the targets, of shape (n,).
        lines: names, and abscissae and values of each line.
        alt: what is seen, in words.
        axes: what the axes show, with units.
        caption: a sentence to print below.
        size: width and height in inches.
        residuals: the name of the line to which each point's error is drawn.
        title: a few words above the axes.

    Raises:
        TypeError: if ``alt`` is not a string.
        ValueError: if ``alt`` describes nothing, or ``residuals`` names no line.
    """
    lines = lines or {}
    if residuals is not None and residuals not in lines:
        raise ValueError(f"residuals is {residuals!r}; expected one of {sorted(lines)}")
    px, py = np.asarray(x, float), np.asarray(y, float)

    def on(canvas: Canvas, theme: Theme) -> None:
        ax = canvas.subplots()
        if residuals is not None:
            along, height = (np.asarray(values, float) for values in lines[residuals])
            fitted = np.interp(px, along, height)
            ax.vlines(px, np.minimum(py, fitted), np.maximum(py, fitted), color=theme.bad, lw=1.2)
        for i, (name, (lx, ly)) in enumerate(lines.items()):
            ax.plot(np.asarray(lx, float), np.asarray(ly, float), color=mark(name, i).on(theme))
        ax.plot(px, py, "o", color=theme.text, markersize=6, markeredgecolor=theme.background)
        name_axes(ax, axes, title=title)
        name_curves(ax, theme, list(lines))

    return Figure(on, alt=alt, caption=caption, size=size)


def name_axes(
    ax: Axes, axes: tuple[str, ...], *, equal: bool = False, title: str | None = None
) -> None:
    """Name two axes, and give both one scale if asked."""
    ax.set(xlabel=axes[0], ylabel=axes[1])
    if equal:
        ax.set_aspect("equal")
    if title:
        ax.set_title(title)


def key(ax: Axes, theme: Theme, names: list[str]) -> None:
    """List paths by name, colour and marker above the axes, where no path is covered."""
    from matplotlib.lines import Line2D

    handles = []
    for i, name in enumerate(names):
        style = mark(name, i)
        handles.append(Line2D([], [], color=style.on(theme), marker=style.marker, label=name))
    ax.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2,
        handlelength=1.6, columnspacing=1.2, fontsize=11.5,
    )  # fmt: skip


def name_curves(ax: Axes, theme: Theme, names: list[str]) -> None:
    """Label each of the last-drawn curves where it leaves the axes, moved apart if they touch."""
    drawn = ax.get_lines()[: len(names)]
    height = ax.get_window_extent().height * 72 / ax.figure.dpi  # in points
    ends = []
    for name, line in zip(names, drawn, strict=True):
        x, y = line.get_xdata(), line.get_ydata()
        inside = _inside(ax, np.asarray(x, float), np.asarray(y, float))
        if inside is not None:
            ends.append((_fraction(ax, *inside) * height, inside, name, str(line.get_color())))
    ends.sort()
    placed = -np.inf
    for position, (x, y), name, color in ends:
        lowest = max(position, placed + 15)  # a line of text, in points
        label_end(ax, theme, x, y, name, color, offset=(7, lowest - position))
        placed = lowest


def _inside(ax: Axes, x: np.ndarray, y: np.ndarray) -> tuple[float, float] | None:
    """Return the last point of a curve that the axes show."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    seen = np.flatnonzero((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))
    return (float(x[seen[-1]]), float(y[seen[-1]])) if seen.size else None


def _fraction(ax: Axes, x: float, y: float) -> float:
    """Return how far up the axes a point is, from 0 to 1."""
    pixel = ax.transData.transform((x, y))
    return float(ax.transAxes.inverted().transform(pixel)[1])
