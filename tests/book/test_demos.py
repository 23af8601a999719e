"""Demos in pages: an element with its kernels in the book, and a poster everywhere else."""

from __future__ import annotations

import json
import zipfile
from base64 import b64decode
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

import gdbook as gd
from gdbook.book.epub import PICTURE
from tests.book.conftest import Book, MakeBook
from tests.book.pages import contents, display, executed, plain
from tests.book.test_media import EPUB

pytestmark = pytest.mark.book


@cache
def made() -> dict[str, Any]:
    """Return what a demo displays: with words that would end a script, if they could."""
    demo = gd.demos.demo(
        "bowl",
        gd.surfaces.bowl,
        {"Gradient descent": gd.optimizers.gradient_descent},
        gd.demos.slider(0.01, 2, 0.1),
        title="A bowl </script><b>bold</b>",
        description="A ball on the wall of a bowl.",
        caption="A bowl.",
        steps=5,
    )
    return demo.payload()


def shown(name: str = "bowl", **changed: Any) -> str:
    """Return a cell that shows a demo, under a name of its own."""
    data = {**made(), **changed}
    return display("demo", {**data, "spec": {**data["spec"], "id": name}})


def page(*parts: str) -> str:
    """Return a page with some parts."""
    return executed("A page", *parts)


def kernels(element: Tag, book: Book, name: str = "page") -> Path:
    """Return the file that an element's kernels are in."""
    return ((book.html / f"{name}.html").parent / str(element["kernels"])).resolve()


def scripts(soup: BeautifulSoup) -> list[Tag]:
    """Return the tags that load the script of demos."""
    return [tag for tag in soup.select("script[src]") if "/demo.js" in f"/{tag['src']}"]


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """Return the demo's payload."""
    return made()


def test_a_demo_is_an_element_with_all_it_needs(
    make_book: MakeBook, expected: dict[str, Any]
) -> None:
    """The element has its specification, the address of its kernels, and its poster within."""
    words = {"part/page": page(shown(), shown("other")), "plain": plain("Plain", "Words.")}
    book = make_book(index=plain("A book", contents(*words)), **words)
    book.must_build()
    soup = book.page("part/page")
    first, second = soup.select("article gd-demo")
    assert (first["id"], second["id"]) == ("demo-bowl", "demo-other")
    for element, name in ((first, "bowl"), (second, "other")):
        script = element.find("script", type="application/json")
        assert isinstance(script, Tag)
        assert json.loads(script.text) == {**expected["spec"], "id": name}
        assert kernels(element, book, "part/page").read_text("utf-8") == expected["module"]
        light, dark = element.select("figure img")
        assert light["alt"] == dark["alt"] == "A ball on the wall of a bowl."
        assert element.figcaption is not None
        assert element.figcaption.text == "A bowl."
    assert kernels(first, book, "part/page").name.startswith("bowl-")
    # Nothing that the page's author writes can end the specification and begin a script.
    assert soup.find("b", string="bold") is None
    html = (book.html / "part" / "page.html").read_text(encoding="utf-8")
    assert html.count("bold<\\/b>") == 2
    # The script is fetched by the pages with a demo, once, as a module.
    (tag,) = scripts(soup)
    assert tag["type"] == "module"
    assert (book.html / "_static" / "demo.js").exists()
    assert scripts(book.page("plain")) == scripts(book.page("index")) == []


def test_changed_kernels_have_another_address(make_book: MakeBook) -> None:
    """A page whose demo changed is written anew, and no cache can hand out its old kernels."""
    book = make_book(
        index=plain("A book", contents("page", "other")), page=page(shown()),
        other=page(shown("same")),
    )  # fmt: skip
    book.must_build()
    (before,) = book.page("page").select("gd-demo")
    assert book.must_build() == set()
    assert book.page("page").select("gd-demo")[0]["kernels"] == before["kernels"]
    assert len(scripts(book.page("page"))) == 1
    text = "export const loss0 = 1;\n"
    book.write(page=page(shown(module=text)))
    assert book.must_build() == {"page"}
    (after,) = book.page("page").select("gd-demo")
    assert after["kernels"] != before["kernels"]
    assert kernels(after, book).read_text("utf-8") == text
    (same,) = book.page("other").select("gd-demo")
    assert kernels(same, book).exists()
    # Without its demo the page needs no script, though no other page has changed.
    book.write(page=page("Words."))
    book.must_build()
    assert scripts(book.page("page")) == []
    assert len(scripts(book.page("other"))) == 1


def test_other_formats_show_the_poster(make_book: MakeBook, expected: dict[str, Any]) -> None:
    """An EPUB has the light poster and no script, and plain text its caption."""
    book = make_book(index=plain("A book", contents("page")), page=page(shown()), conf=EPUB)
    built = book.build("epub")
    assert built.status == 0, built.complaint
    (file,) = (book.source / "_build" / "epub").glob("*.epub")
    with zipfile.ZipFile(file) as archive:
        text = archive.read("page.xhtml").decode()
        pictures = [name for name in archive.namelist() if "_images" in name]
        files = {archive.read(name).decode() for name in pictures}
    assert PICTURE.sub("", b64decode(expected["poster"]["files"]["light"]).decode()) in files
    soup = BeautifulSoup(text, "html.parser")
    images = [image["alt"] for image in soup.select("body img")]
    assert images == ["A ball on the wall of a bowl."]
    assert soup.find("gd-demo") is None
    assert "demo.js" not in text
    assert "application/json" not in text
    assert not list((book.source / "_build" / "epub").rglob("bowl-*.js"))
    built = book.build("text")
    assert built.status == 0, built.complaint
    words = (book.source / "_build" / "text" / "page.txt").read_text(encoding="utf-8")
    below = words.rpartition("raw=True)")[2]  # the cell that shows the demo
    assert "A bowl." in below
    assert "export" not in below


def test_two_demos_of_one_name_fail_the_build(make_book: MakeBook) -> None:
    """Only one of them could be linked to; two names are two demos."""
    book = make_book(index=plain("A book", contents("page")), page=page(shown(), shown()))
    assert "page.md" in (complaint := book.must_fail())
    assert "two demos are called 'bowl'; expected a name for each" in complaint
    book.write(page=page(shown(), shown("other")))
    book.must_build()
