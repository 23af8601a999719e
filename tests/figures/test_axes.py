"""Terrain, minima, paths and labels: what is on the axes is what was given."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure as Canvas

from gdbook.figures import (
    basin_colors,
    label_end,
    mark_minima,
    mark_path,
    shade,
    shade_basins,
)
from gdbook.figures.axes import ISOLINES, heights, name_powers
from gdbook.palette import DARK, LIGHT, OPTIMIZERS, PALEST, THEMES, Theme
from tests.figures.scenes import bowl, drawn, spiral

in_both_themes = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
ADAM = OPTIMIZERS["Adam"]


@pytest.fixture
def ax() -> Iterator[Axes]:
    """Return empty axes."""
    canvas = Canvas(figsize=(3, 2))
    FigureCanvasAgg(canvas)
    return canvas.subplots()


# Heights.


@given(
    arrays.arrays(float, (5, 4), elements=st.floats(0, 1e12)),
    st.floats(-10, 0),
)
def test_heights_keep_the_order_of_losses(z: np.ndarray, floor: float) -> None:
    """Higher losses are never drawn lower, and nothing is below the floor's height of 0."""
    h = heights(z, floor)
    assert h.shape == z.shape
    assert np.isfinite(h).all()
    assert (h >= 0).all()
    order = np.argsort(z, axis=None, kind="stable")
    assert (np.diff(h.ravel()[order]) >= 0).all()


def test_the_floor_has_height_zero() -> None:
    """A place on the floor, or below it by rounding, is drawn at 0."""
    h = heights(np.array([1.0, 1.0 - 1e-12, 2.0, 3.0]), 1.0)
    np.testing.assert_array_equal(h[:2], 0)
    assert h[2] > 0


def test_low_ground_gets_its_share_of_heights() -> None:
    """On Rosenbrock's function, the lowest tenth of losses spans over a tenth of the heights."""
    x, y = np.linspace(-2, 2, 101), np.linspace(-1, 3, 101)
    z = (1 - x[None]) ** 2 + 100 * (y[:, None] - x[None] ** 2) ** 2
    h = heights(z, 0.0)
    assert np.quantile(h, 0.1) / h.max() > 0.1
    assert np.quantile(z, 0.1) / z.max() < 0.01


@pytest.mark.parametrize("hole", [np.nan, np.inf])
def test_holes_take_nothing_from_the_rest(hole: float) -> None:
    """Where a loss is no number there is no height, an infinite one is highest, others stay."""
    z = np.arange(1.0, 26).reshape(5, 5)
    broken = np.where(z == 25, hole, z)
    wanted = heights(np.where(z == 25, 24, z), 0.0)
    wanted[-1, -1] = np.nan if np.isnan(hole) else wanted.max()
    np.testing.assert_allclose(heights(broken, 0.0), wanted, rtol=0.05)


def test_a_plain_is_flat() -> None:
    """Where all losses are the floor, all heights are 0, and none is nan."""
    np.testing.assert_array_equal(heights(np.full((3, 3), 7.0), 7.0), 0)


# Terrain.


@pytest.mark.parametrize("log", [True, False])
def test_terrain_is_coloured_by_height(ax: Axes, log: bool) -> None:
    """The image holds the heights of the grid, with its first row at the bottom."""
    grid = bowl()
    shade(ax, LIGHT, grid, log=log)
    (image,) = ax.images
    wanted = heights(grid.z, grid.floor) if log else grid.z
    np.testing.assert_allclose(image.get_array(), wanted, rtol=1e-12)
    assert image.origin == "lower"
    assert image.get_extent() == [-2, 2, -1, 1]
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-1, 1))


def test_isolines_are_evenly_spaced_in_height(ax: Axes) -> None:
    """Lines of equal loss lie inside the range of heights, at equal distances."""
    grid = bowl()
    shade(ax, LIGHT, grid)
    (lines,) = ax.findobj(ContourSet)
    h = heights(grid.z, grid.floor)
    assert len(lines.levels) == ISOLINES - 1
    np.testing.assert_allclose(np.diff(lines.levels), h.max() / ISOLINES, rtol=1e-9)
    np.testing.assert_allclose(lines.get_linewidths(), 0.6)


def test_isolines_can_be_left_out(ax: Axes) -> None:
    """Without isolines there is only the image."""
    shade(ax, LIGHT, bowl(), isolines=False)
    assert ax.findobj(ContourSet) == []
    assert len(ax.images) == 1


def test_terrain_can_be_any_thing_with_a_grid_s_names(ax: Axes) -> None:
    """Lists will do, as long as they are called x, y, z and floor."""
    shade(ax, LIGHT, SimpleNamespace(x=[0, 1], y=[0, 2], z=[[1, 2], [3, 4]], floor=1), log=False)
    np.testing.assert_array_equal(ax.images[0].get_array(), [[0, 1], [2, 3]])


# Minima.


@in_both_themes
def test_each_minimum_has_a_cross(ax: Axes, theme: Theme) -> None:
    """There is one cross for each minimum, at its place, in the colour of text."""
    minima = ((0.5, 0.25), (-1, 0), (2, 1))
    mark_minima(ax, theme, minima)
    np.testing.assert_array_equal(np.concatenate(drawn(ax)), minima)
    assert {line.get_marker() for line in ax.get_lines()} == {"+"}
    assert {line.get_color() for line in ax.get_lines()} == {theme.text}


def test_no_minimum_no_cross(ax: Axes) -> None:
    """Without minima nothing is drawn."""
    mark_minima(ax, LIGHT, ())
    assert drawn(ax) == []


# Paths.


@in_both_themes
def test_a_path_is_drawn_through_its_points(ax: Axes, theme: Theme) -> None:
    """The line holds exactly the points given, in the mark's colour for the theme."""
    points = spiral()
    mark_path(ax, theme, points, ADAM)
    np.testing.assert_array_equal(drawn(ax)[0], points)
    assert {line.get_color() for line in ax.get_lines()} == {ADAM.on(theme)}


def test_a_path_shows_its_steps_its_start_and_its_end(ax: Axes) -> None:
    """Dots for the steps between, a hollow marker at the start and a full one at the end."""
    points = spiral()
    mark_path(ax, DARK, points, ADAM)
    _, steps, start, end = ax.get_lines()
    np.testing.assert_array_equal(steps.get_xydata(), points[1:-1])
    assert steps.get_linestyle() == "None"
    np.testing.assert_array_equal(start.get_xydata(), points[:1])
    np.testing.assert_array_equal(end.get_xydata(), points[-1:])
    assert start.get_marker() == end.get_marker() == ADAM.marker
    assert start.get_markerfacecolor() == DARK.background
    assert end.get_markerfacecolor() == ADAM.dark


def test_steps_need_not_be_marked(ax: Axes) -> None:
    """A long path is drawn without a dot for each step."""
    mark_path(ax, LIGHT, spiral(), ADAM, steps=False)
    assert len(drawn(ax)) == 3


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_points_that_are_not_finite_are_left_out(ax: Axes, bad: float) -> None:
    """A diverging path is drawn up to where it left, and ends there."""
    points = spiral()
    points[5:, 1] = bad
    mark_path(ax, LIGHT, points, ADAM)
    np.testing.assert_array_equal(drawn(ax)[0], points[:5])
    np.testing.assert_array_equal(drawn(ax)[-1], points[4:5])


def test_a_path_without_a_finite_point_is_not_drawn(ax: Axes) -> None:
    """Where nothing is finite there is nothing to draw, and no error."""
    mark_path(ax, LIGHT, np.full((4, 2), np.nan), ADAM)
    assert drawn(ax) == []


# Labels.


def test_a_label_stands_where_its_curve_ends(ax: Axes) -> None:
    """The name is written beside the point given, in the curve's colour."""
    label_end(ax, LIGHT, 1.5, 2.5, "Adam", ADAM.light)
    (label,) = ax.texts
    assert label.get_text() == "Adam"
    assert label.xy == (1.5, 2.5)
    assert label.get_color() == ADAM.light
    assert (label.get_ha(), label.get_va()) == ("left", "center")


def test_a_label_can_be_placed_otherwise(ax: Axes) -> None:
    """Offset, alignment and size may be chosen, and other options reach matplotlib."""
    options = {"offset": (0, 9), "ha": "center", "va": "bottom", "fontsize": 10, "rotation": 30}
    label_end(ax, LIGHT, 0, 0, "here", "#000000", **options)
    (label,) = ax.texts
    assert label.xyann == (0, 9)
    assert (label.get_ha(), label.get_va()) == ("center", "bottom")
    assert (label.get_fontsize(), label.get_rotation()) == (10, 30)


# Logarithmic axes.


@pytest.mark.parametrize(
    ("limits", "names"),
    [
        ((1e-3, 15.0), {"10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹"}),
        ((0.9, 120.0), {"10⁰", "10¹", "10²"}),
        ((0.15, 0.9), {"0.2", "0.3", "0.4", "0.6"}),
        ((1.5e7, 8e7), {"2×10⁷", "3×10⁷", "4×10⁷", "6×10⁷"}),
    ],
)
def test_powers_are_named_in_plain_letters(
    ax: Axes, limits: tuple[float, float], names: set[str]
) -> None:
    """Ticks on a logarithmic axis are 10⁻³, 0.2 or 2×10⁷, never a formula to be set."""
    ax.set_xscale("log")
    ax.set_xlim(*limits)
    name_powers(ax.figure)
    ax.figure.draw_without_rendering()
    low, high = limits
    ticks = [*ax.xaxis.get_major_ticks(), *ax.xaxis.get_minor_ticks()]
    seen = {t.label1.get_text() for t in ticks if low <= t.get_loc() <= high} - {""}
    assert seen == names


def test_ticks_that_a_page_names_itself_stay(ax: Axes) -> None:
    """Only matplotlib's own names of powers are replaced."""
    ax.set_yscale("log")
    ax.set_yticks([1, 10], ["one", "ten"])
    ax.yaxis.set_minor_formatter("")
    name_powers(ax.figure)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one", "ten"]


# Basins.


@in_both_themes
def test_basins_have_the_colours_of_their_theme(theme: Theme) -> None:
    """A row for each minimum; from the end, the page itself and what is at none."""
    colors = basin_colors(theme, 3)
    names = ["#" + bytes(row[:3].tolist()).hex() for row in colors]
    assert names == [*theme.basins[:3], theme.nowhere, theme.background]
    assert (colors[:, 3] == 255).all()


def test_basins_are_painted_by_home_and_paler_by_lateness(ax: Axes) -> None:
    """At once: the minimum's colour; from halfway on: the palest; at none and gone: their own."""
    grid = bowl()
    minima = len(grid.minima)
    home, since = np.array([[0, 0], [-2, -1]]), np.array([[0, 5], [0, 0]])
    shade_basins(ax, LIGHT, grid, home, since, 10)
    (image,) = ax.images
    drawn = np.asarray(image.get_array(), float)
    own, none, page = basin_colors(LIGHT, minima)[[0, -2, -1]].astype(float)
    np.testing.assert_array_equal(drawn[0, 0], own)
    np.testing.assert_allclose(drawn[0, 1], own + PALEST * (page - own), atol=0.5)
    np.testing.assert_array_equal(drawn[1], [none, page])
    assert image.get_extent() == [grid.x[0], grid.x[-1], grid.y[0], grid.y[-1]]
