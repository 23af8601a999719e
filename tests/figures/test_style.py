"""The one style: everything in a theme's colours, and nothing of it left behind."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex

from gdbook.figures.style import settings, styled, terrain
from gdbook.palette import DARK, LIGHT, SERIES, THEMES, Theme

in_both_themes = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)


@in_both_themes
def test_every_setting_is_one_of_matplotlib_s(theme: Theme) -> None:
    """Matplotlib knows every setting, and takes its value."""
    with mpl.rc_context(settings(theme)):
        pass
    assert set(settings(theme)) <= set(mpl.rcParams)


@in_both_themes
def test_colours_come_from_the_theme(theme: Theme) -> None:
    """No setting has a colour that the theme does not have."""
    known = {value for value in theme if isinstance(value, str)}
    for name, value in settings(theme).items():
        if isinstance(value, str) and value.startswith("#"):
            assert value in known, name


def test_both_themes_set_the_same_things() -> None:
    """A figure differs between themes in colours alone, not in its layout."""
    light, dark = settings(LIGHT), settings(DARK)
    assert set(light) == set(dark)
    same = {name for name in light if light[name] == dark[name]}
    different = set(light) - same
    assert all("color" in name or name == "axes.prop_cycle" for name in different)
    assert "font.size" in same


@in_both_themes
def test_curves_take_the_series_in_turn(theme: Theme) -> None:
    """Curves that name no colour get those of the series, in order."""
    colors = [entry["color"] for entry in settings(theme)["axes.prop_cycle"]]
    assert colors == [series.on(theme) for series in SERIES]


def test_the_style_ends_with_its_context() -> None:
    """A reader's own matplotlib settings are as before, even after an error."""
    before = dict(mpl.rcParams)
    with styled(DARK):
        assert mpl.rcParams["figure.facecolor"] == DARK.background
    assert dict(mpl.rcParams) == before
    with pytest.raises(KeyError, match="inside"), styled(LIGHT):
        raise KeyError("inside")
    assert dict(mpl.rcParams) == before


@in_both_themes
def test_terrain_runs_through_the_theme_s_colours(theme: Theme) -> None:
    """The colour map passes through the theme's terrain, from floor to heights."""
    places = np.linspace(0, 1, len(theme.terrain))
    shown = [to_hex(color) for color in terrain(theme)(places)]
    for got, wanted in zip(shown, theme.terrain, strict=True):
        channels = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (got, wanted)]
        np.testing.assert_allclose(channels[0], channels[1], atol=2)
