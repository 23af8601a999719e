"""The plots: the data on the axes are the data given, in both themes, and everything is named."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

import gdbook as gd
from gdbook.figures import contour, curves, scatter, surface3d
from gdbook.figures.axes import heights
from gdbook.palette import DARK, LIGHT, OPTIMIZERS, SERIES, THEMES, Theme
from tests.figures.scenes import ALT, PATHS, axes, bowl, has, spiral, texts

in_both_themes = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
LOSSES = {name: np.sum(points**2, axis=1) for name, points in PATHS.items()}
STEPS = np.arange(9.0)

PLOTS = {
    "contour": lambda **words: contour(bowl(), PATHS, **words),
    "surface3d": lambda **words: surface3d(bowl(), PATHS, heights_of=LOSSES, **words),
    "curves": lambda **words: curves(LOSSES, **words),
    "scatter": lambda **words: scatter(STEPS, STEPS, axes=("x", "y"), **words),
}
of_every_plot = pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS.keys())


@of_every_plot
def test_every_plot_renders_in_both_themes(plot: Any) -> None:
    """Each plot draws without complaint, and differently in light and in dark."""
    figure = plot(alt=ALT, size=(3.0, 2.2), caption="Words.")
    light, dark = figure.render(LIGHT), figure.render(DARK)
    assert light != dark
    assert figure.render(LIGHT) == light
    assert (figure.alt, figure.caption, figure.size) == (ALT, "Words.", (3.0, 2.2))


@of_every_plot
def test_every_plot_needs_a_description(plot: Any) -> None:
    """A plot without a description, or with one that says nothing, is refused at once."""
    with pytest.raises(ValueError, match=r"^alt is 'A plot\.'; expected a sentence that says what"):
        plot(alt="A plot.")
    with pytest.raises(TypeError, match="alt"):
        plot()


# Contours.


@in_both_themes
def test_contour_paints_basins_beneath_its_lines(theme: Theme) -> None:
    """Basins lie on the heights and below lines and paths; made of pixels, the figure is WebP."""
    home = np.zeros((4, 4), int)
    figure = contour(bowl(), PATHS, alt=ALT, basins=(home, home, 9))
    ax = axes(figure.canvas(theme))
    below, painted = ax.images
    assert painted.get_array().shape == (4, 4, 4)
    lines = [line.get_zorder() for line in (*ax.collections, *ax.lines)]
    assert below.get_zorder() < painted.get_zorder() < min(lines)
    assert figure.media_type == "image/webp"
    assert contour(bowl(), PATHS, alt=ALT).media_type == "image/svg+xml"


@in_both_themes
def test_contour_draws_the_paths_given(theme: Theme) -> None:
    """Each path's points are on the axes, in its optimizer's colour and marker."""
    ax = axes(contour(bowl(), PATHS, alt=ALT).canvas(theme))
    for name, points in PATHS.items():
        assert has(ax, points)
        own = [line for line in ax.get_lines() if line.get_color() == OPTIMIZERS[name].on(theme)]
        np.testing.assert_array_equal(own[0].get_xydata(), points)
        assert own[-1].get_marker() == OPTIMIZERS[name].marker


def test_contour_marks_the_minima_of_its_grid() -> None:
    """A cross stands at each known minimum of the window."""
    ax = axes(contour(bowl(), alt=ALT).canvas())
    assert has(ax, np.zeros((1, 2)))


def test_contour_names_its_axes_and_its_paths() -> None:
    """The axes have the parameters' names; two paths or more get a key above the axes."""
    ax = axes(contour(bowl(), PATHS, alt=ALT, axes=("x", "y"), title="A bowl").canvas())
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "y")
    assert ax.get_title(loc="left") == "A bowl"
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == list(PATHS)


def test_contour_of_one_path_needs_no_key() -> None:
    """One path is the path: no key is drawn."""
    ax = axes(contour(bowl(), {"Adam": spiral()}, alt=ALT).canvas())
    assert ax.get_legend() is None
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("w", "b")


def test_contour_can_have_one_scale_for_both_axes() -> None:
    """With equal=True circles are round."""
    assert axes(contour(bowl(), alt=ALT, equal=True).canvas()).get_aspect() == 1
    assert axes(contour(bowl(), alt=ALT).canvas()).get_aspect() == "auto"


@pytest.mark.parametrize("log", [True, False])
def test_contour_is_shaded_as_asked(log: bool) -> None:
    """Heights are spaced by the log of the loss above the floor, or evenly."""
    grid = bowl()
    ax = axes(contour(grid, alt=ALT, log=log).canvas())
    wanted = heights(grid.z, 0.0) if log else grid.z
    np.testing.assert_allclose(ax.images[0].get_array(), wanted, rtol=1e-12)


def test_contour_draws_a_surface_of_the_library() -> None:
    """A Surface's grid and a Path's parameters go into a contour as they are."""
    path = gd.descend(gd.surfaces.himmelblau, [0.0, 0.0], gd.optimizers.adam(0.2), 20)
    figure = contour(gd.surfaces.himmelblau.grid(n=31), {"Adam": path.params}, alt=ALT)
    ax = axes(figure.canvas())
    assert has(ax, np.asarray(path.params, float))
    crosses = [line for line in ax.get_lines() if line.get_marker() == "+"]
    assert len(crosses) == 4


def test_a_figure_keeps_the_paths_it_was_given() -> None:
    """Changing an array after the figure was made does not change the figure."""
    points = spiral().tolist()
    figure = contour(bowl(), {"Adam": points}, alt=ALT)
    points[0][0] = 99.0
    assert has(axes(figure.canvas()), spiral())


# Terrain in three dimensions.


def test_surface3d_lifts_paths_to_their_losses() -> None:
    """Each path is drawn through its points, at the heights given."""
    ax: Any = axes(surface3d(bowl(), PATHS, heights_of=LOSSES, alt=ALT).canvas())
    for name, points in PATHS.items():
        wanted = np.column_stack([points, LOSSES[name]])
        found = [np.column_stack(line.get_data_3d()) for line in ax.get_lines()]
        assert any(f.shape == wanted.shape and np.array_equal(f, wanted) for f in found)


def test_surface3d_follows_paths_until_they_leave() -> None:
    """A path that flies off is drawn as far as there is ground, and moves no axis."""
    points = 1.5 ** np.arange(60)[:, None] * np.array([[0.1, -0.1]])
    losses = (points**2).sum(axis=1)
    grid = bowl()
    figure = surface3d(grid, {"Adam": points}, heights_of={"Adam": losses}, alt=ALT)
    ax: Any = axes(figure.canvas())
    stay = np.abs(points).max(axis=1) <= min(grid.x[-1], grid.y[-1])
    drawn = np.column_stack(ax.get_lines()[0].get_data_3d())
    np.testing.assert_array_equal(drawn, np.column_stack([points, losses])[stay])
    assert ax.get_xlim()[1] < 2 * grid.x[-1]
    gone = surface3d(grid, {"Adam": 99 + points}, heights_of={"Adam": losses}, alt=ALT)
    assert not axes(gone.canvas()).get_lines()


def test_surface3d_lifts_to_the_log_scale_with_the_terrain() -> None:
    """With log=True paths lie on the terrain as drawn: loss z stands at the height of z."""
    grid = bowl(41)
    at = np.array([[grid.x[5], grid.y[30]], [grid.x[22], grid.y[17]]])
    losses = np.array([grid.z[30, 5], grid.z[17, 22]])
    figure = surface3d(grid, {"Adam": at}, heights_of={"Adam": losses}, alt=ALT, log=True)
    ax: Any = axes(figure.canvas())
    drawn_at = np.asarray(ax.get_lines()[0].get_data_3d()[2])
    h = heights(grid.z, 0.0)
    np.testing.assert_allclose(drawn_at, [h[30, 5], h[17, 22]], rtol=1e-12)


def test_surface3d_draws_the_terrain_and_names_its_axes() -> None:
    """There is one surface, over the whole grid, with three named axes, seen from the view."""
    figure = surface3d(bowl(), alt=ALT, axes=("x", "y", "height"), view=(20, 30))
    ax: Any = axes(figure.canvas())
    assert len(ax.findobj(Poly3DCollection)) >= 1
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_zlabel()) == ("x", "y", "height")
    assert (ax.elev, ax.azim) == (20, 30)
    assert ax.get_zlim()[0] <= 0
    assert ax.get_zlim()[1] >= bowl().z.max()
    assert figure.media_type == "image/webp"


def test_surface3d_needs_the_losses_along_each_path() -> None:
    """A path without heights is named."""
    with pytest.raises(
        ValueError, match=r"^heights_of lacks \['gradient descent'\]; expected the lo"
    ):
        surface3d(bowl(), PATHS, heights_of={"Adam": LOSSES["Adam"]}, alt=ALT)
    with pytest.raises(ValueError, match=r"^heights_of lacks \['Adam', 'gradient descent'\]"):
        surface3d(bowl(), PATHS, alt=ALT)


# Curves.


@in_both_themes
def test_curves_draw_their_values_over_the_steps(theme: Theme) -> None:
    """Values alone are drawn over 0, 1, 2, ...; an optimizer's in its colour, others in turn."""
    lines = {"Adam": 0.5**STEPS, "bound": 0.9**STEPS}
    ax = axes(curves(lines, alt=ALT).canvas(theme))
    for values, line in zip(lines.values(), ax.get_lines(), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), np.column_stack([STEPS, values]))
    colors = [line.get_color() for line in ax.get_lines()]
    assert colors == [OPTIMIZERS["Adam"].on(theme), SERIES[1].on(theme)]


def test_curves_draw_pairs_over_their_abscissae() -> None:
    """A pair is drawn as it is: abscissae and values."""
    x, y = np.linspace(1, 2, 5), np.linspace(3, 9, 5) ** 2
    ax = axes(curves({"rate": (x, y)}, alt=ALT, axes=("η", "loss")).canvas())
    assert has(ax, np.column_stack([x, y]))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("η", "loss")


@pytest.mark.parametrize("log", ["", "x", "y", "xy"])
def test_curves_have_the_scales_asked_for(log: str) -> None:
    """Log names the axes that are logarithmic."""
    ax = axes(curves({"a": (STEPS + 1, STEPS + 1)}, alt=ALT, log=log).canvas())
    assert (ax.get_xscale() == "log", ax.get_yscale() == "log") == ("x" in log, "y" in log)


@pytest.mark.parametrize("log", ["z", "yx", None, True])
def test_curves_refuse_other_scales(log: Any) -> None:
    """Any other scale is shown, with those there are."""
    with pytest.raises(
        ValueError, match=rf"^log is {re.escape(repr(log))}; expected '', 'x', 'y' "
    ):
        curves({"a": STEPS}, alt=ALT, log=log)


def test_curves_keep_to_their_limits() -> None:
    """A limit given is kept; one left free is not touched."""
    ax = axes(curves({"a": STEPS}, alt=ALT, limits=((0, 4), (None, 20))).canvas())
    assert ax.get_xlim() == (0, 4)
    assert ax.get_ylim()[1] == 20
    assert ax.get_ylim()[0] < 0


def test_dashed_curves_are_theory_and_have_no_points() -> None:
    """Names in dashed are drawn dashed, and measured points are marked on the others only."""
    lines = {"Adam": STEPS, "bound": STEPS + 1}
    ax = axes(curves(lines, alt=ALT, dashed=("bound",), points=True).canvas())
    measured, theory = ax.get_lines()
    assert (measured.get_linestyle(), theory.get_linestyle()) == ("-", "--")
    assert (measured.get_marker(), theory.get_marker()) == (OPTIMIZERS["Adam"].marker, "None")


def labels(ax: Any) -> dict[str, Any]:
    """Return the labels on axes by their text."""
    return {label.get_text(): label for label in ax.texts}


def test_each_curve_is_named_where_it_ends() -> None:
    """Each name is written at its curve's last point, in its colour; there is no legend."""
    lines = {"Adam": STEPS, "bound": 2 * STEPS}
    ax = axes(curves(lines, alt=ALT).canvas())
    assert ax.get_legend() is None
    assert labels(ax)["Adam"].xy == (8, 8)
    assert labels(ax)["bound"].xy == (8, 16)
    assert labels(ax)["Adam"].get_color() == OPTIMIZERS["Adam"].light


def test_a_curve_that_leaves_is_named_where_it_was_last_seen() -> None:
    """A curve that leaves the axes, or ends in nan, has its name at its last visible point."""
    growing, lost = 10.0**STEPS, np.where(STEPS > 5, np.nan, STEPS)
    lines = {"growing": growing, "lost": lost}
    ax = axes(curves(lines, alt=ALT, limits=((0, 8), (0, 200))).canvas())
    assert labels(ax)["growing"].xy == (2, 100)
    assert labels(ax)["lost"].xy == (5, 5)


def test_a_curve_never_seen_is_not_named() -> None:
    """A curve outside the axes has no name on them."""
    ax = axes(curves({"a": STEPS, "far": STEPS + 1e6}, alt=ALT, limits=((0, 8), (0, 9))).canvas())
    assert set(labels(ax)) == {"a"}


def test_names_that_would_touch_are_moved_apart() -> None:
    """Curves that end at one place have names a line of text apart, in the order of their ends."""
    lines = {
        name: 8 + offset * STEPS for name, offset in zip("abcd", (0, 1e-3, 2e-3, 1), strict=True)
    }
    canvas = curves(lines, alt=ALT).canvas()
    ax = axes(canvas)
    canvas.draw_without_rendering()
    boxes = {name: label.get_window_extent() for name, label in labels(ax).items()}
    order = sorted(boxes, key=lambda name: boxes[name].y0)
    assert order == list("abcd")
    for low, high in itertools.pairwise(order):
        assert boxes[high].y0 - boxes[low].y0 >= 15 * 0.99 * canvas.dpi / 72


# Scatter plots.


@in_both_themes
def test_scatter_draws_the_data_and_the_lines(theme: Theme) -> None:
    """The points are the data, in the colour of text, and the line is the line."""
    x, y = np.array([3.0, 1.0, 2.0]), np.array([1.0, 5.0, 2.0])
    lines = {"fit": (np.array([0.0, 4.0]), np.array([6.0, 0.0]))}
    ax = axes(scatter(x, y, lines, alt=ALT, axes=("area", "price"), title="Houses").canvas(theme))
    assert has(ax, np.column_stack([x, y]))
    assert has(ax, np.array([[0.0, 6.0], [4.0, 0.0]]))
    points = ax.get_lines()[-1]
    assert (points.get_linestyle(), points.get_color()) == ("None", theme.text)
    assert {"area", "price", "Houses", "fit"} <= set(texts(ax))


def test_residuals_join_each_point_to_its_line() -> None:
    """A residual runs from each point straight to the height of the line at its abscissa."""
    x, y = np.array([3.0, 1.0, 2.0]), np.array([1.0, 5.0, 2.0])
    lines = {"fit": (np.array([0.0, 4.0]), np.array([6.0, 2.0]))}
    figure = scatter(x, y, lines, alt=ALT, axes=("x", "y"), residuals="fit")
    (residuals,) = axes(figure.canvas()).findobj(LineCollection)
    for segment, px, py in zip(residuals.get_segments(), x, y, strict=True):
        np.testing.assert_allclose(segment[:, 0], px)
        np.testing.assert_allclose(sorted(segment[:, 1]), sorted([py, 6 - px]))


@pytest.mark.parametrize("lines", [None, {"fit": (STEPS, STEPS)}])
def test_residuals_need_their_line(lines: Any) -> None:
    """A name of no line is shown, with those there are."""
    known = re.escape(str(sorted(lines or {})))
    with pytest.raises(ValueError, match=rf"^residuals is 'best'; expected one of {known}$"):
        scatter(STEPS, STEPS, lines, alt=ALT, axes=("x", "y"), residuals="best")
