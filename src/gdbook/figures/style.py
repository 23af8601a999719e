"""The one style: matplotlib's settings for a theme, and the colour map of terrain."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.colors import LinearSegmentedColormap

from gdbook.palette import SERIES, Theme


def settings(theme: Theme) -> dict[str, Any]:
    """Return matplotlib's settings for a theme.

    Type is large for its figure, because on a phone the figure is shown at half its width.
    """
    return {
        "axes.axisbelow": True,
        "axes.edgecolor": theme.muted,
        "axes.facecolor": theme.background,
        "axes.grid": False,
        "axes.labelcolor": theme.text,
        "axes.labelsize": 13,
        "axes.linewidth": 0.8,
        "axes.prop_cycle": cycler(color=[series.on(theme) for series in SERIES]),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": theme.text,
        "axes.titlelocation": "left",
        "axes.titlesize": 13,
        "figure.constrained_layout.use": True,
        "figure.facecolor": theme.background,
        "font.family": ["DejaVu Sans"],  # ships with matplotlib: the same letters everywhere
        "font.size": 12,
        "grid.color": theme.line,
        "grid.linewidth": 0.7,
        "hatch.color": theme.line,
        "image.interpolation": "none",
        "legend.frameon": False,
        "legend.labelcolor": theme.text,
        "lines.linewidth": 2.0,
        "lines.markersize": 6,
        "mathtext.fontset": "dejavusans",
        "savefig.facecolor": theme.background,
        "svg.hashsalt": "gdbook",  # the same figure is the same bytes
        "text.color": theme.text,
        "xtick.color": theme.muted,
        "xtick.labelsize": 11,
        "ytick.color": theme.muted,
        "ytick.labelsize": 11,
    }


def styled(theme: Theme) -> AbstractContextManager[None]:
    """Return a context in which figures are drawn in a theme."""
    rc: Any = settings(theme)
    return mpl.rc_context(rc)


def terrain(theme: Theme) -> LinearSegmentedColormap:
    """Return the colour map of loss surfaces, from floor to heights."""
    return LinearSegmentedColormap.from_list(f"terrain-{theme.name}", theme.terrain)
