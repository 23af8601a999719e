"""Graphs in pages: an element with its kernels in the book, and a poster everywhere else."""

from __future__ import annotations

import json

import pytest
from bs4 import Tag

from tests.book.conftest import MakeBook
from tests.book.pages import contents, display, executed, plain
from tests.demos.plays import network_graph

pytestmark = pytest.mark.book


def test_a_graph_is_an_element_with_all_it_needs(make_book: MakeBook) -> None:
    """The element has its specification, the address of its kernels, and its poster within."""
    expected = network_graph().payload()
    words = {"part/page": executed("A page", display("graph", expected))}
    book = make_book(index=plain("A book", contents(*words)), **words)
    book.must_build()
    soup = book.page("part/page")
    (element,) = soup.select("article gd-graph")
    assert element["id"] == "demo-net"
    assert "--gd-columns: 8" in str(element["style"])
    script = element.find("script", type="application/json")
    assert isinstance(script, Tag)
    assert json.loads(script.text) == expected["spec"]
    file = (book.html / "part" / str(element["kernels"])).resolve()
    assert file.read_text("utf-8") == expected["module"]
    assert element.select_one("figure img.only-dark") is not None
    assert any("graph.js" in str(tag["src"]) for tag in soup.select("script[src]"))
    others = book.page("index").select("script[src]")
    assert not any("graph.js" in str(tag["src"]) for tag in others)
