"""A figure: one drawing function, rendered in both themes, with its description."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas

from gdbook.display import FIGURE
from gdbook.figures.axes import name_powers
from gdbook.figures.style import styled
from gdbook.palette import LIGHT, THEMES, Theme

Draw = Callable[[Canvas, Theme], Any]
"""``draw(figure, theme)`` puts axes and artists on an empty matplotlib figure."""

RASTER_DPI = 192  # twice a browser's 96, for dense screens
SHORTEST_DESCRIPTION = 5  # words


class Figure:
    """A figure that shows itself in light and dark, and can say what it shows.

    Attributes:
        alt: what is seen, in words, for those who do not see it.
        caption: a sentence printed below, or None.
        size: width and height in inches; on the page, a hint of proportion.
        wide: whether it may be wider than the text.
    """

    def __init__(
        self,
        draw: Draw,
        *,
        alt: str,
        caption: str | None = None,
        size: tuple[float, float] = (6.4, 4.2),
        vector: bool = True,
        wide: bool = False,
    ):
        self.alt = described(alt)
        self.caption = caption
        self.size = size
        self.wide = wide
        self._draw = draw
        self._vector = vector

    def canvas(self, theme: Theme = LIGHT) -> Canvas:
        """Return the matplotlib figure, drawn in a theme."""
        with styled(theme):
            canvas = Canvas(figsize=self.size)
            FigureCanvasAgg(canvas)
            self._draw(canvas, theme)
            name_powers(canvas)
        return canvas

    def render(self, theme: Theme = LIGHT) -> bytes:
        """Return the figure as a file: SVG, or WebP where there is too much to draw as lines."""
        buffer = io.BytesIO()
        with styled(theme):
            if self._vector:
                canvas = self.canvas(theme)
                canvas.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
            else:
                save_raster(self.canvas(theme), buffer)
        return buffer.getvalue()

    @property
    def media_type(self) -> str:
        """The media type of :meth:`render`."""
        return "image/svg+xml" if self._vector else "image/webp"

    def payload(self) -> dict[str, Any]:
        """Return what the book needs to show the figure, as plain data."""
        files = {theme.name: encoded(self.render(theme)) for theme in THEMES}
        return {
            "kind": "image",
            "alt": self.alt,
            "caption": self.caption,
            "wide": self.wide,
            "width": round(self.size[0] * 96),
            "height": round(self.size[1] * 96),
            "media_type": self.media_type,
            "files": files,
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        payload = self.payload()
        html = as_html(payload)
        return {FIGURE: payload, "text/html": html, "text/plain": f"[Figure: {self.alt}]"}


class Row:
    """Figures side by side, which stack where the page is narrow.

    Attributes:
        figures: the figures, from left to right.
        caption: a sentence printed below all of them, or None.
    """

    def __init__(self, figures: tuple[Figure, ...], caption: str | None):
        self.figures = figures
        self.caption = caption

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        parts = [figure.payload() for figure in self.figures]
        payload = {"kind": "row", "figures": parts, "caption": self.caption}
        plain = "\n".join(f"[Figure: {figure.alt}]" for figure in self.figures)
        return {FIGURE: payload, "text/html": "".join(map(as_html, parts)), "text/plain": plain}


def draw(
    function: Draw,
    *,
    alt: str,
    caption: str | None = None,
    size: tuple[float, float] = (6.4, 4.2),
    vector: bool = True,
    wide: bool = False,
) -> Figure:
    """Return a figure of your own drawing.

    Args:
        function: ``function(figure, theme)``, which puts axes on an empty matplotlib figure. It
            is called once for each theme, so let colours come from ``theme``.
        alt: what is seen, in words: at least five of them.
        caption: a sentence to print below.
        size: width and height in inches. At the default, type is as large as the text around it.
        vector: draw as SVG; False for dense things such as surfaces in 3D, then WebP.
        wide: whether it may be wider than the text.

    Raises:
        TypeError: if ``alt`` is not a string.
        ValueError: if ``alt`` describes nothing.
    """
    return Figure(function, alt=alt, caption=caption, size=size, vector=vector, wide=wide)


def row(*figures: Figure, caption: str | None = None) -> Row:
    """Return figures side by side, which stack where the page is narrow.

    Raises:
        ValueError: if there are fewer than two.
    """
    if len(figures) < 2:
        raise ValueError(f"figures has {len(figures)} entries; expected at least 2")
    return Row(figures, caption)


def described(alt: str) -> str:
    """Return a description, in one line.

    Raises:
        TypeError: if it is not a string.
        ValueError: if it has fewer than five words.
    """
    if not isinstance(alt, str):
        raise TypeError(f"alt is {alt!r}; expected a sentence that says what is seen")
    words = alt.split()
    if len(words) < SHORTEST_DESCRIPTION:
        raise ValueError(f"alt is {alt!r}; expected a sentence that says what is seen")
    return " ".join(words)


def save_raster(canvas: Canvas, buffer: io.BytesIO) -> None:
    """Write a figure as WebP, sharp on dense screens."""
    options = {"quality": 88, "method": 4}
    canvas.savefig(buffer, format="webp", dpi=RASTER_DPI, pil_kwargs=options)


def encoded(data: bytes) -> str:
    """Return bytes as base64 text, to travel in JSON."""
    return base64.b64encode(data).decode("ascii")


def as_html(payload: dict[str, Any]) -> str:
    """Return a payload's light version as HTML, for notebooks that do not know the book's types."""
    from html import escape

    alt = escape(payload["alt"], quote=True)
    url = f"data:{payload['media_type']};base64,{payload['files']['light']}"
    if payload["kind"] == "video":
        picture = f'<video controls loop aria-label="{alt}" src="{url}" style="max-width:100%">'
        picture += "</video>"
    else:
        picture = f'<img alt="{alt}" src="{url}" style="max-width:100%">'
    caption = escape(payload["caption"] or "")
    return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"
