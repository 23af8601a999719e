"""The book as an EPUB: what its readers demand, and what they see."""

from __future__ import annotations

import posixpath
import zipfile
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from gdbook.book.epub import tidied
from tests.book.conftest import GoodBook

OPF = "{http://www.idpf.org/2007/opf}"


class Epub(NamedTuple):
    """An EPUB: its files, and its manifest as properties by names."""

    files: dict[str, bytes]
    manifest: dict[str, str]

    def page(self, name: str) -> BeautifulSoup:
        """Return a page."""
        return BeautifulSoup(self.files[f"{name}.xhtml"], "html.parser")


@pytest.fixture(scope="session")
def epub(good_book: GoodBook) -> Epub:
    """Build the book as an EPUB, of the pages as they were executed; nothing may be warned of."""
    built = good_book.build("epub")
    assert built.status == 0, built.complaint
    assert built.executed == set()
    (path,) = (good_book.html.parent / "epub").glob("*.epub")
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    items = ElementTree.fromstring(files["content.opf"]).iter(f"{OPF}item")
    return Epub(files, {item.attrib["href"]: item.get("properties", "") for item in items})


@pytest.mark.book
def test_every_file_is_declared_and_every_page_is_xml(epub: Epub) -> None:
    """The manifest names all files, and says which pages have formulas."""
    beside = {"mimetype", "content.opf", "META-INF/container.xml"}
    assert epub.files.keys() - beside == epub.manifest.keys()
    for name, content in epub.files.items():
        if name.endswith((".xhtml", ".opf", ".ncx")):
            ElementTree.fromstring(content)
            assert ("mathml" in epub.manifest.get(name, "")) == (b"<math" in content), name
    assert epub.manifest["part/a-first.xhtml"] == "mathml"


@pytest.mark.book
def test_what_a_page_refers_to_is_there(epub: Epub) -> None:
    """Pictures, styles and pages that are linked to are in the book, and so are their anchors."""
    for name in epub.manifest:
        if not name.endswith(".xhtml"):
            continue
        page = epub.page(name.removesuffix(".xhtml"))
        for element in page.select("[src], [href]"):
            url = urlsplit(element.get("src") or element["href"])
            if url.scheme:
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(url.path)))
            target = target if url.path else name
            assert target in epub.files, (name, url)
            if url.fragment:
                found = BeautifulSoup(epub.files[target], "html.parser").find(id=url.fragment)
                assert found is not None, (name, url)


@pytest.mark.book
def test_videos_are_pictures_and_nothing_needs_a_script(epub: Epub) -> None:
    """One picture a figure, light, with its words; formulas are MathML alone."""
    page = epub.page("part/a-first")
    (video,) = page.select(".gd-video")
    assert [picture["alt"] for picture in video.select("img")] == [
        "A bar that grows and grows & grows."
    ]
    assert page.select("video, script, .katex-html, .only-dark, fieldset, .gd-notebook") == []
    assert len(page.select("math")) == 3


@pytest.mark.book
def test_contents_and_metadata_name_the_same_book(epub: Epub) -> None:
    """Both name it by the identifier of the configuration."""
    names = [ElementTree.fromstring(epub.files[file]) for file in ("content.opf", "toc.ncx")]
    (said,) = names[0].iter("{http://purl.org/dc/elements/1.1/}identifier")
    told = [meta for meta in names[1].iter() if meta.get("name") == "dtb:uid"]
    assert [meta.get("content") for meta in told] == [said.text]


def test_formulas_are_what_mathml_allows() -> None:
    """A script has two elements, and an operator is a text."""
    script = "<msub><mi>S</mi><mi>min</mi><mo>\u2061</mo></msub><mo><mrow><mi>m</mi></mrow></mo>"
    assert tidied(f"<html>{script}</html>") == (
        "<html><msub><mi>S</mi><mi>min</mi></msub><mo>m</mo></html>"
    )


def test_a_page_becomes_xml() -> None:
    """Elements are closed, attributes have values, and the text is as it was."""
    html = '<!DOCTYPE html>\n<html><body><details open><img loading="lazy" alt="a &amp; b">'
    html += "<br>κ &lt; 1<script>1</script></details></body></html>"
    assert tidied(html) == (
        '<!DOCTYPE html>\n<html><body><details open=""><img alt="a &amp; b"/>'
        "<br/>κ &lt; 1</details></body></html>"
    )
