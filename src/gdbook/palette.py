"""Colours, defined once: figures, videos, demos and the book's style sheet all read them here.

Two themes share every role. Text has a contrast of at least 4.5 to its background, lines of 3.
"""

from __future__ import annotations

from typing import NamedTuple


class Theme(NamedTuple):
    """The colours of one theme, as ``#rrggbb``.

    Attributes:
        name: ``"light"`` or ``"dark"``.
        background: the page.
        raised: boxes on the page: code, receipts.
        text: what is read.
        muted: captions, axis labels.
        line: hairlines, grids, borders.
        accent: links, and a plot's first curve when it is not an optimizer's.
        good: a receipt that holds.
        bad: what went wrong: divergence, errors.
        terrain: colours of a loss surface from its floor to its heights, equally spaced in
            lightness.
        basins: fills that tell basins of attraction apart, for everyone, also when they are paler.
        nowhere: the fill of starts from which a walk comes to no minimum.
    """

    name: str
    background: str
    raised: str
    text: str
    muted: str
    line: str
    accent: str
    good: str
    bad: str
    terrain: tuple[str, ...]
    basins: tuple[str, ...]
    nowhere: str


LIGHT = Theme(
    name="light",
    background="#ffffff",
    raised="#f6f5f2",
    text="#1d1f24",
    muted="#5c616b",
    line="#dcdad3",
    accent="#1f5fbf",
    good="#1c7a4a",
    bad="#b3261e",
    terrain=("#fdfbf3", "#dee8e4", "#bfd4da", "#a6bfd1", "#93a9c7", "#8592bb", "#7b7bac"),
    basins=("#3c81f1", "#f7d153", "#f7a39a", "#6c6f0b", "#4dc7e5"),
    nowhere="#858890",
)
"""The colours of light pages, of print, and of notebooks elsewhere."""

DARK = Theme(
    name="dark",
    background="#14161b",
    raised="#1e2128",
    text="#e7e6e1",
    muted="#a3a7b0",
    line="#363a44",
    accent="#8ab4ff",
    good="#63cf96",
    bad="#ff8a80",
    terrain=("#1a2029", "#21313f", "#294354", "#37546a", "#4a6681", "#657696", "#8486aa"),
    basins=("#4aa5fa", "#be9e1b", "#30349b", "#3c6330", "#7c4776"),
    nowhere="#7f838b",
)
"""The colours of dark pages."""

THEMES = (LIGHT, DARK)
"""Both, in the order in which a figure is drawn."""

PALEST = 0.28
"""How much of its colour a basin loses to the page where walks come last."""


class Mark(NamedTuple):
    """How one optimizer is drawn, everywhere and for ever.

    Attributes:
        light: its colour on a light page.
        dark: the same hue, lightened for a dark page.
        marker: its matplotlib marker.
    """

    light: str
    dark: str
    marker: str

    def on(self, theme: Theme) -> str:
        """Return the colour to use in a theme."""
        return self.light if theme.name == "light" else self.dark


# Hues after Okabe and Ito's palette for colour-blind readers, darkened or lightened for contrast,
# and four more that stand apart from them with two kinds of cones as well. Rules that share a
# colour differ in their markers, and rules that share a marker in their colours.
_ORANGE, _SKY, _GREEN = ("#c04a00", "#ff8f4d"), ("#0068a8", "#5db8f5"), ("#007a5a", "#35c9a0")
_WINE, _MAGENTA = ("#4c001a", "#f5256a"), ("#7a0066", "#b86eab")
_BLUE, _OLIVE = ("#0052f5", "#5082e6"), ("#333d00", "#bfe600")

OPTIMIZERS: dict[str, Mark] = {
    "gradient descent": Mark(*_ORANGE, "o"),
    "momentum": Mark(*_SKY, "s"),
    "Adam": Mark(*_GREEN, "^"),
    "Nesterov": Mark(*_WINE, "D"),
    "AdaGrad": Mark(*_MAGENTA, "v"),
    "Adadelta": Mark(*_OLIVE, "<"),
    "RMSProp": Mark(*_BLUE, "P"),
    "Nadam": Mark(*_MAGENTA, ">"),
    "AMSGrad": Mark(*_OLIVE, "p"),
    "AdaMax": Mark(*_SKY, "H"),
    "Yogi": Mark(*_ORANGE, "8"),
    "AdamW": Mark(*_WINE, "X"),
    "Adam with L2": Mark(*_BLUE, "d"),
    "Adafactor": Mark(*_ORANGE, "h"),
    "LARS": Mark(*_SKY, "v"),
    "LAMB": Mark(*_MAGENTA, "s"),
    "sign descent": Mark(*_WINE, "H"),
    "Lion": Mark(*_OLIVE, "*"),
    "Sophia": Mark(*_BLUE, "^"),
    "Shampoo": Mark(*_MAGENTA, "P"),
    "SOAP": Mark(*_OLIVE, "D"),
    "Muon": Mark(*_WINE, "*"),
    "Schedule-Free": Mark(*_BLUE, "X"),
    "Prodigy": Mark(*_ORANGE, ">"),
    "SAM": Mark(*_GREEN, "d"),
    "Newton": Mark(*_WINE, "o"),
    "L-BFGS": Mark(*_BLUE, "p"),
    "random search": Mark(*_MAGENTA, "h"),
    "simulated annealing": Mark(*_OLIVE, "8"),
    "evolution strategy": Mark(*_GREEN, "<"),
}
"""How each optimizer is drawn, by the name that figures write beside its curve."""

SERIES: tuple[Mark, ...] = (
    Mark("#1f5fbf", "#8ab4ff", "o"),
    Mark("#b0413e", "#ff9a94", "s"),
    Mark("#2f7d32", "#7fd483", "^"),
    Mark("#8a5a00", "#f0bd5a", "D"),
    Mark("#7a3fa0", "#cf9df0", "v"),
    Mark("#4a4f58", "#b9bec8", "P"),
)
"""For curves that are not optimizers: distinct from each other, in this order."""


def mark(name: str, position: int = 0) -> Mark:
    """Return how to draw the curve of this name: its optimizer's mark, or the next series'."""
    return OPTIMIZERS.get(name, SERIES[position % len(SERIES)])
