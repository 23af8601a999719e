"""Figures and videos: in both themes, described in words, and light to load."""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from tests.book.conftest import Book, GoodBook, MakeBook
from tests.book.pages import cell, contents, display, executed, plain

pytestmark = pytest.mark.book


@pytest.fixture(scope="session")
def page(good_book: GoodBook) -> BeautifulSoup:
    """Return the page with figures."""
    return good_book.page("part/a-first")


def figures(page: BeautifulSoup, kind: str) -> list[Tag]:
    """Return the figures of a page."""
    return page.select(f"article figure.gd-{kind}")


def address(book: Book, relative: Any) -> Path:
    """Return the file that an address on a page of a part leads to."""
    return (book.html / "part" / str(relative)).resolve()


def one_of_each(elements: Iterable[Tag]) -> tuple[Tag, Tag]:
    """Return the light and the dark one of two elements."""
    light, dark = elements
    assert "only-light" in light["class"]
    assert "only-dark" in dark["class"]
    return light, dark


def test_a_figure_is_there_in_both_themes(page: BeautifulSoup, good_book: GoodBook) -> None:
    """A figure has an image for light pages and another for dark ones, with alt text and size."""
    figure = figures(page, "image")[0]
    light, dark = one_of_each(figure.find_all("img"))
    for image in (light, dark):
        assert image["alt"] == 'A line that falls from <left> to "right" & on.'
        assert (image["width"], image["height"]) == ("192", "144")
        assert address(good_book, image["src"]).suffix == ".svg"
        assert address(good_book, image["src"]).stat().st_size > 500
    assert light["src"] != dark["src"]
    assert figure.figcaption.text == "A line & its <end>."


def test_figures_in_a_row_share_a_caption(page: BeautifulSoup, good_book: GoodBook) -> None:
    """Each figure of a row is whole, raster or vector, and the row's caption stands below all."""
    (row,) = page.select("figure.gd-row")
    inner = row.select("figure.gd-figure")
    assert [f.img["alt"].split()[1] for f in inner] == ["left", "right"]
    for figure, kind in zip(inner, (".svg", ".webp"), strict=True):
        for image in one_of_each(figure.find_all("img")):
            assert address(good_book, image["src"]).suffix == kind
            assert address(good_book, image["src"]).exists()
    assert row.figcaption.text == "Two lines."
    assert row.figcaption.parent is row


def test_only_the_first_picture_is_loaded_at_once(page: BeautifulSoup) -> None:
    """All images but the page's first wait until they are scrolled into sight."""
    waits = [image.get("loading") for image in page.select("article img")]
    assert waits == [None] + ["lazy"] * 5


def test_figures_are_no_links(page: BeautifulSoup) -> None:
    """Nothing happens when a figure is touched: it is not wrapped in a link to itself."""
    assert page.select("a img") == []


def test_a_video_waits_until_it_is_asked(page: BeautifulSoup, good_book: GoodBook) -> None:
    """A video in each theme has controls, a poster and its size, and loads nothing by itself."""
    (figure,) = figures(page, "video")
    assert "gd-wide" in figure["class"]
    screens = one_of_each(figure.select(".gd-screen"))
    files = set()
    for screen in screens:
        video = screen.video
        assert {"controls", "muted", "playsinline"} <= set(video.attrs)
        assert "autoplay" not in video.attrs
        assert video["preload"] == "none"
        assert int(video["width"]) * 3 == pytest.approx(int(video["height"]) * 4, abs=4)
        assert video.source["type"] == "video/mp4"
        for file in (video["poster"], video.source["src"]):
            assert address(good_book, file).stat().st_size > 100
            files.add(address(good_book, file))
    assert len(files) == 4


def test_a_video_is_described_in_words(page: BeautifulSoup) -> None:
    """What happens in a video is its name, and stands below it for all to read."""
    words = "A bar that grows and grows & grows."
    (figure,) = figures(page, "video")
    assert [video["aria-label"] for video in figure.find_all("video")] == [words, words]
    assert figure.details.summary.text == "In words"
    assert figure.details.p.text == words


def test_no_second_rendering_is_shown(page: BeautifulSoup) -> None:
    """What a display says to notebooks, as HTML or as text, does not appear beside the figure."""
    assert "[Figure" not in page.article.text
    assert "data:" not in str(page.article)


def test_the_library_s_source_is_printed_with_a_link(page: BeautifulSoup) -> None:
    """Source is highlighted, and linked to the very line of the file that it is from."""
    (source,) = page.select(".gd-source")
    assert "return w**2 + b**2" in source.pre.text
    assert source.select("pre span.k, pre span.kn")
    link = source.a
    assert link.text == "src/gdbook/surfaces.py"
    name, _, line = link["href"].partition("#L")
    assert name == "https://example.org/src/gdbook/surfaces.py"
    lines = (Path(__file__).parents[2] / link.text).read_text(encoding="utf-8").splitlines()
    assert lines[int(line) - 1] == source.pre.text.splitlines()[0]


def encoded(text: str) -> str:
    """Return text as the base64 of a display."""
    return base64.b64encode(text.encode()).decode()


def shown(kind: str, **more: Any) -> str:
    """Return a cell that shows a figure or video of a few letters."""
    files = {theme: encoded(f"{kind} {theme}") for theme in ("light", "dark")}
    posters = {theme: encoded(f"poster {theme}") for theme in ("light", "dark")}
    media = {"image": "image/svg+xml", "video": "video/webm"}[kind]
    data = {"kind": kind, "alt": f"A {kind} of it", "caption": "It.", "wide": False, "width": 64}
    data |= {"height": 48, "media_type": media, "files": files, "posters": posters, **more}
    return display("figure", data)


def test_other_formats_show_what_they_can(make_book: MakeBook) -> None:
    """An EPUB shows the light picture and a video's poster, and plain text the captions."""
    receipt = {"claim": "It holds", "measured": "1", "expected": "1", "source": "me"}
    page = executed("Page", shown("image"), shown("video"), display("receipt", receipt))
    book = make_book(index=plain("A book", contents("page")), page=page, conf=EPUB)
    book.must_build()
    built = book.build("epub")
    assert built.status == 0, built.complaint
    (file,) = (book.source / "_build" / "epub").glob("*.epub")
    with zipfile.ZipFile(file) as archive:
        text = archive.read("page.xhtml").decode()
        images = {archive.read(n) for n in archive.namelist() if "_images" in n}
    assert b"image light" in images
    assert b"poster light" in images
    seen = BeautifulSoup(text, "html.parser").body
    assert [image["alt"] for image in seen.find_all("img")] == ["A image of it", "A video of it"]
    assert "only-dark" not in str(seen)
    assert seen.video is None
    assert "It holds" in seen.text
    built = book.build("text")
    assert built.status == 0, built.complaint
    words = (book.source / "_build" / "text" / "page.txt").read_text(encoding="utf-8")
    assert "It holds: measured 1, expected 1" in words
    assert [line.strip() for line in words.splitlines()].count("It.") == 2


# Sphinx does not know the type of the formulas' fonts.
EPUB = """
author = 'Nobody'
copyright = '2026'
version = '1'
suppress_warnings = ['epub.unknown_project_files']
"""


def test_files_go_by_their_content(make_book: MakeBook) -> None:
    """Two pages with the same picture share a file; a row without a caption closes its boxes."""
    figure = {"kind": "image", "alt": "A picture of it", "caption": None, "wide": False}
    figure |= {"width": 64, "height": 48, "media_type": "image/svg+xml"}
    figure |= {"files": {"light": encoded("light"), "dark": encoded("dark")}}
    row = display("figure", {"kind": "row", "figures": [figure, figure], "caption": None})
    pages = {"one": executed("One", row), "two": executed("Two", "Words.", row, cell("1"))}
    book = make_book(index=plain("A book", contents(*pages)), **pages)
    book.must_build()
    assert len(list((book.html / "_images").iterdir())) == 2
    for name in pages:
        html = (book.html / f"{name}.html").read_text(encoding="utf-8")
        assert html.count("<figure") == html.count("</figure>") == 3
        assert html.count("<div") == html.count("</div>")
        assert "<figcaption" not in html


def test_other_books_do_not_load_what_renders_ours() -> None:
    """To be installed beside somebody's myst-nb changes nothing there: there is no entry point."""
    plugins = entry_points(group="myst_nb.mime_renderers")
    assert not [plugin for plugin in plugins if plugin.value.startswith("gdbook")]
