"""Colours: readable on their page, told apart by everyone, and one for each optimizer."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from matplotlib.markers import MarkerStyle

from gdbook import optimizers
from gdbook.palette import DARK, LIGHT, OPTIMIZERS, PALEST, SERIES, THEMES, Mark, Theme, mark

in_both_themes = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
TEXT = ("text", "muted", "accent", "good", "bad")
MARKS = (*OPTIMIZERS.values(), *SERIES)

# From linear sRGB to CIE XYZ (IEC 61966-2-1), whose second row is luminance.
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.072175],
        [0.0193339, 0.119192, 0.9503041],
    ]
)

# G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, IEEE TVCG 15(6), 2009: no M or L cones.
VISION = {
    "three kinds of cones": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.01182, 0.04294, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
}


def linear(color: str) -> np.ndarray:
    """Return a colour's linear red, green and blue, by WCAG 2.2's definition."""
    value = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast of two colours, from 1 to 21."""
    low, high = sorted(float(TO_XYZ[1] @ linear(color)) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return linear red, green and blue as CIE L*a*b*, in which distances are differences seen."""
    ratio = (TO_XYZ @ rgb) / (TO_XYZ @ np.ones(3))
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def lightness(color: str) -> float:
    """Return a colour's L*."""
    return float(lab(linear(color))[0])


def test_contrast_is_measured_rightly() -> None:
    """Black on white is 21, #767676 on white the well-known 4.54."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21, abs=1e-3)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_colours_are_written_in_full() -> None:
    """Every colour is #rrggbb in lower case, which CSS, matplotlib and JavaScript all read."""
    colors = [value for theme in THEMES for value in theme if isinstance(value, str)]
    colors = [color for color in colors if color not in ("light", "dark")]
    colors += [color for theme in THEMES for color in (*theme.terrain, *theme.basins)]
    colors += [mark.on(theme) for mark in MARKS for theme in THEMES]
    assert len(colors) > 40
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors)


@in_both_themes
@pytest.mark.parametrize("role", TEXT)
def test_text_can_be_read(theme: Theme, role: str) -> None:
    """Every colour that text has is at contrast 4.5 or more, on the page and on raised boxes."""
    color = getattr(theme, role)
    assert contrast(color, theme.background) >= 4.5
    assert contrast(color, theme.raised) >= 4.5


@in_both_themes
@pytest.mark.parametrize("style", MARKS, ids=lambda style: style.light)
def test_lines_and_their_names_can_be_seen(theme: Theme, style: Mark) -> None:
    """Every curve is at contrast 3 or more to its page, and its name, in its colour, at 4.5."""
    assert contrast(style.on(theme), theme.background) >= 4.5


@in_both_themes
def test_hairlines_are_quieter_than_lines(theme: Theme) -> None:
    """Grids and borders can be seen, but no better than what they carry."""
    assert 1.2 < contrast(theme.line, theme.background) < 3


@in_both_themes
@pytest.mark.parametrize("vision", VISION.values(), ids=VISION.keys())
def test_optimizers_are_told_apart_by_colour(theme: Theme, vision: np.ndarray) -> None:
    """Any two of the optimizers' colours are far apart (ΔE >= 20), with two kinds of cones too."""
    colors = {style.on(theme) for style in OPTIMIZERS.values()}
    seen = [lab(np.clip(vision @ linear(color), 0, 1)) for color in colors]
    assert len(seen) == 7
    for one, other in combinations(seen, 2):
        assert np.linalg.norm(one - other) >= 20


@in_both_themes
def test_series_are_told_apart_by_colour(theme: Theme) -> None:
    """Any two of the colours for other curves are far apart."""
    seen = [lab(linear(style.on(theme))) for style in SERIES]
    for one, other in combinations(seen, 2):
        assert np.linalg.norm(one - other) >= 20


@in_both_themes
@pytest.mark.parametrize("vision", VISION.values(), ids=VISION.keys())
def test_basins_are_told_apart_by_colour(theme: Theme, vision: np.ndarray) -> None:
    """Any two basins differ (ΔE >= 17), also where one is paler, and from what is no basin."""
    page = linear(theme.background)
    fills = []
    for color in theme.basins:
        pale = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], float)
        ground = np.array([int(theme.background[i : i + 2], 16) for i in (1, 3, 5)], float)
        shades = [pale + part * PALEST * (ground - pale) for part in (0, 0.5, 1)]
        fills.append(
            [linear("#" + bytes(shade.round().astype(int).tolist()).hex()) for shade in shades]
        )
    fills += [[linear(theme.nowhere)], [page]]
    seen = [[lab(np.clip(vision @ color, 0, 1)) for color in shades] for shades in fills]
    for one, other in combinations(seen, 2):
        assert min(np.linalg.norm(a - b) for a in one for b in other) >= 17


def test_markers_tell_apart_where_colours_cannot() -> None:
    """No two series share a marker, nor do optimizers of one colour, nor any three optimizers."""
    assert len({style.marker for style in SERIES}) == len(SERIES)
    assert len(set(OPTIMIZERS.values())) == len(OPTIMIZERS)
    assert max(Counter(style.marker for style in OPTIMIZERS.values()).values()) == 2
    assert all(MarkerStyle(style.marker).is_filled() for style in MARKS)


def test_the_first_optimizers_keep_their_marks_for_ever() -> None:
    """What a reader has learnt to see on the first pages stays: circle, square and triangle."""
    assert OPTIMIZERS["gradient descent"] == Mark("#c04a00", "#ff8f4d", "o")
    assert OPTIMIZERS["momentum"] == Mark("#0068a8", "#5db8f5", "s")
    assert OPTIMIZERS["Adam"] == Mark("#007a5a", "#35c9a0", "^")


# What changes another rule has no mark of its own, nor has a second form of one.
WRAPPERS = {"accumulate", "average", "averaged", "clipbynorm", "clipbyvalue", "project"}
FORMS = {"newtonschulz", "schedulefreeadamw"}


def test_every_optimizer_has_a_mark() -> None:
    """Each rule of the library has its own colour and marker, by the name it has in figures."""
    names = {re.sub(r"with|\W", "", name.casefold()) for name in OPTIMIZERS}
    assert names >= {name.replace("_", "") for name in optimizers.__all__} - WRAPPERS - FORMS


@in_both_themes
def test_terrain_is_equally_spaced_in_lightness(theme: Theme) -> None:
    """From floor to heights, lightness changes one way and in equal steps, within half a unit."""
    levels = np.array([lightness(color) for color in theme.terrain])
    steps = np.diff(levels)
    np.testing.assert_allclose(steps, steps.mean(), atol=0.5)
    assert abs(levels[-1] - levels[0]) > 40


@in_both_themes
def test_the_floor_of_a_terrain_is_close_to_the_page(theme: Theme) -> None:
    """The lowest ground has almost the page's colour, so that paths stand out where they end."""
    assert contrast(theme.terrain[0], theme.background) < 1.2


def test_light_is_light_and_dark_is_dark() -> None:
    """The themes are what their names say, and share every role."""
    assert lightness(LIGHT.background) > 95
    assert lightness(DARK.background) < 10
    assert [theme.name for theme in THEMES] == ["light", "dark"]
    assert len(LIGHT.terrain) == len(DARK.terrain)
    assert len(LIGHT.basins) == len(DARK.basins)


@pytest.mark.parametrize("style", MARKS, ids=lambda style: style.light)
def test_a_mark_has_a_colour_for_each_theme(style: Mark) -> None:
    """A mark is darker on a light page than on a dark one."""
    assert style.on(LIGHT) == style.light
    assert style.on(DARK) == style.dark
    assert lightness(style.light) < lightness(style.dark)


@pytest.mark.parametrize(
    ("name", "position", "wanted"),
    [
        ("Adam", 5, OPTIMIZERS["Adam"]),
        ("bound", 0, SERIES[0]),
        ("bound", 2, SERIES[2]),
        ("bound", len(SERIES) + 1, SERIES[1]),
    ],
)
def test_a_name_decides_its_mark(name: str, position: int, wanted: Any) -> None:
    """An optimizer's curve has its mark wherever it stands; others take the series in turn."""
    assert mark(name, position) is wanted
