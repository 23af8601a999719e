"""Playgrounds in pages: an element with its modules in the book, and a poster everywhere else."""

from __future__ import annotations

import json

import pytest
from bs4 import Tag

from tests.book.conftest import MakeBook
from tests.book.pages import contents, display, executed, plain
from tests.demos.plays import small_playground

pytestmark = pytest.mark.book


def test_a_playground_is_an_element_with_all_it_needs(make_book: MakeBook) -> None:
    """The element has its specification and the addresses of its modules, and its poster within."""
    expected = small_playground().payload()
    text = "words </script><b>"
    shown = {**expected, "spec": {**expected["spec"], "title": text}}
    words = {
        "part/page": executed("A page", display("playground", shown)),
        "plain": plain("Plain", "Words."),
    }
    book = make_book(index=plain("A book", contents(*words)), **words)
    book.must_build()
    soup = book.page("part/page")
    (element,) = soup.select("article gd-playground")
    assert element["id"] == "demo-play"
    script = element.find("script", type="application/json")
    assert isinstance(script, Tag)
    spec = json.loads(script.text)
    assert spec["title"] == text
    modules = spec.pop("modules")
    assert {**spec, "title": expected["spec"]["title"]} == expected["spec"]
    folder = book.html / "part"
    found = {key: (folder / file).resolve().read_text("utf-8") for key, file in modules.items()}
    assert found == expected["modules"]
    assert element.select_one("figure img.only-dark") is not None
    assert any("playground.js" in str(tag["src"]) for tag in soup.select("script[src]"))
    others = book.page("plain").select("script[src]")
    assert not any("playground.js" in str(tag["src"]) for tag in others)
