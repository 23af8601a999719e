"""Microscopes in pages: an element with its kernels in the book, and a poster everywhere else."""

from __future__ import annotations

import json

import pytest
from bs4 import Tag

from tests.book.conftest import MakeBook
from tests.book.pages import contents, display, executed, plain
from tests.demos.plays import small_microscope

pytestmark = pytest.mark.book


def test_a_microscope_is_an_element_with_all_it_needs(make_book: MakeBook) -> None:
    """The element has its specification, the address of its kernels, and its poster within."""
    expected = small_microscope().payload()
    words = {"part/page": executed("A page", display("microscope", expected))}
    book = make_book(index=plain("A book", contents(*words)), **words)
    book.must_build()
    soup = book.page("part/page")
    (element,) = soup.select("article gd-microscope")
    assert element["id"] == "demo-edge"
    script = element.find("script", type="application/json")
    assert isinstance(script, Tag)
    assert json.loads(script.text) == expected["spec"]
    file = (book.html / "part" / str(element["kernels"])).resolve()
    assert file.read_text("utf-8") == expected["module"]
    assert element.select_one("figure img.only-dark") is not None
    assert any("microscope.js" in str(tag["src"]) for tag in soup.select("script[src]"))
    others = book.page("index").select("script[src]")
    assert not any("microscope.js" in str(tag["src"]) for tag in others)
