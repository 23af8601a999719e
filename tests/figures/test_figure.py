"""A figure: drawn once for each theme, the same bytes every time, and never without its words."""

from __future__ import annotations

import base64
import io
import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest
from PIL import Image

import gdbook as gd
from gdbook.display import FIGURE
from gdbook.figures.figure import Figure, Row, as_html, described
from gdbook.palette import DARK, LIGHT, THEMES, Theme
from tests.figures.scenes import ALT, axes, drawn

in_both_themes = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)


def line(canvas: Any, theme: Theme) -> None:
    """Draw one line in the theme's accent."""
    canvas.subplots().plot([0, 1, 2], [3, 1, 2], color=theme.accent)


def figure(**options: Any) -> Figure:
    """Return a figure of one line."""
    return gd.figures.draw(line, alt=ALT, **{"size": (3.0, 2.0), **options})


@in_both_themes
def test_a_figure_is_drawn_in_its_theme(theme: Theme) -> None:
    """The drawing function gets the theme, and page and curve have its colours."""
    canvas = figure().canvas(theme)
    assert canvas.get_facecolor() == pytest.approx([*rgb(theme.background), 1])
    assert axes(canvas).get_facecolor() == pytest.approx([*rgb(theme.background), 1])
    assert axes(canvas).get_lines()[0].get_color() == theme.accent
    np.testing.assert_array_equal(drawn(axes(canvas))[0], [[0, 3], [1, 1], [2, 2]])


def rgb(color: str) -> list[float]:
    """Return a colour's channels, from 0 to 1."""
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]


@in_both_themes
def test_a_vector_figure_is_svg_in_the_theme_s_colours(theme: Theme) -> None:
    """The file is well-formed SVG of the figure's size, with the page's and the curve's colour."""
    data = figure().render(theme)
    root = ET.fromstring(data)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.get("width"), root.get("height")) == ("216pt", "144pt")  # 72 to the inch
    text = data.decode()
    assert theme.background in text
    assert theme.accent in text
    other = DARK if theme is LIGHT else LIGHT
    assert other.background not in text


@in_both_themes
@pytest.mark.parametrize("vector", [True, False])
def test_the_same_figure_is_the_same_bytes(theme: Theme, vector: bool) -> None:
    """Two renders, of one figure or of two made alike, are identical to the byte."""
    one = figure(vector=vector)
    first = one.render(theme)
    assert one.render(theme) == first
    assert figure(vector=vector).render(theme) == first


def test_an_svg_does_not_say_when_or_where_it_was_made() -> None:
    """No date, no version of the tool and no path of the machine is in the file."""
    text = figure().render().decode()
    assert "dc:date" not in text
    assert "Matplotlib v" not in text
    assert "/home" not in text


@in_both_themes
def test_a_raster_figure_is_webp_at_twice_a_screen_s_density(theme: Theme) -> None:
    """A figure too dense for lines is WebP with two pixels to a CSS pixel, on the theme's page."""
    one = figure(vector=False)
    assert one.media_type == "image/webp"
    image = Image.open(io.BytesIO(one.render(theme)))
    assert image.format == "WEBP"
    assert image.size == (3 * 192, 2 * 192)
    corner = np.asarray(image.convert("RGB"))[2, 2] / 255
    np.testing.assert_allclose(corner, rgb(theme.background), atol=0.02)


@pytest.mark.parametrize("vector", [True, False])
def test_the_payload_has_both_themes_and_the_words(vector: bool) -> None:
    """What the book gets is plain JSON: files of both themes, size, description and caption."""
    one = figure(vector=vector, caption="A line.", wide=True)
    payload = json.loads(json.dumps(one.payload()))
    files = payload.pop("files")
    assert payload == {
        "kind": "image",
        "alt": ALT,
        "caption": "A line.",
        "wide": True,
        "width": 288,
        "height": 192,
        "media_type": one.media_type,
    }
    assert set(files) == {"light", "dark"}
    for theme in THEMES:
        assert base64.b64decode(files[theme.name]) == one.render(theme)
    assert files["light"] != files["dark"]


def test_a_figure_shows_itself_everywhere() -> None:
    """The book's type, HTML for notebooks and text for terminals come in one bundle."""
    bundle = figure(caption="A <b>line</b>.")._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {FIGURE, "text/html", "text/plain"}
    assert bundle["text/plain"] == f"[Figure: {ALT}]"
    assert f'<img alt="{ALT}" src="data:image/svg+xml;base64,' in bundle["text/html"]
    assert "A &lt;b&gt;line&lt;/b&gt;." in bundle["text/html"]


def test_html_escapes_the_description() -> None:
    """Quotes and angle brackets in a description cannot break out of their attribute."""
    payload = {"kind": "image", "alt": 'a "b" <c>', "caption": None, "media_type": "image/webp"}
    html = as_html({**payload, "files": {"light": "AAAA"}})
    assert 'alt="a &quot;b&quot; &lt;c&gt;"' in html
    assert html.endswith("<figcaption></figcaption></figure>")


def test_drawing_leaves_no_figure_open() -> None:
    """Figures are made without pyplot, so that none of them stays in memory."""
    from matplotlib import pyplot

    figure().render()
    assert pyplot.get_fignums() == []


# Descriptions.


@pytest.mark.parametrize("alt", ["", "   ", "A bowl.", "one two three four", "x " * 4])
def test_a_short_description_is_refused(alt: str) -> None:
    """Fewer than five words describe nothing."""
    message = rf"^alt is {re.escape(repr(alt))}; expected a sentence that says what is seen$"
    with pytest.raises(ValueError, match=message):
        gd.figures.draw(line, alt=alt)


@pytest.mark.parametrize("alt", [None, 3, ["a", "list", "of", "five", "words"]])
def test_a_description_is_a_string(alt: Any) -> None:
    """Anything but words is refused."""
    with pytest.raises(TypeError, match=r"^alt is .*; expected a sentence that says what is seen$"):
        gd.figures.draw(line, alt=alt)


def test_a_figure_cannot_be_made_without_a_description() -> None:
    """Alt has no default: leaving it out is an error at once."""
    with pytest.raises(TypeError, match="alt"):
        gd.figures.draw(line)  # type: ignore[call-arg]


def test_a_description_is_one_line() -> None:
    """Line breaks and spaces of the source are not part of the description."""
    assert described("Two paths\n   walk down   a bowl. ") == "Two paths walk down a bowl."


# Rows.


def test_a_row_shows_its_figures_in_order() -> None:
    """A row's payload holds those of its figures, from left to right, and its caption."""
    left, right = figure(caption="left"), figure(caption="right", vector=False)
    row = gd.figures.row(left, right, caption="Two lines.")
    assert isinstance(row, Row)
    bundle = row._repr_mimebundle_(include=None, exclude=None)
    payload = json.loads(json.dumps(bundle[FIGURE]))
    assert payload["kind"] == "row"
    assert payload["caption"] == "Two lines."
    assert payload["figures"] == [left.payload(), right.payload()]
    assert bundle["text/html"].count("<figure>") == 2
    assert bundle["text/plain"] == f"[Figure: {ALT}]\n[Figure: {ALT}]"


@pytest.mark.parametrize("count", [0, 1])
def test_a_row_has_at_least_two_figures(count: int) -> None:
    """Fewer than two figures are no row."""
    with pytest.raises(ValueError, match=f"^figures has {count} entries; expected at least 2$"):
        gd.figures.row(*[figure()] * count)
