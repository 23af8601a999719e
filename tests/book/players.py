"""Elements that play, as they stand in a page that was built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from bs4 import Tag

from tests.book.conftest import MakeBook
from tests.book.pages import contents, display, executed, plain


class Placed(NamedTuple):
    """What a page has of an element: its tag, its specification, and the page's folder."""

    tag: Tag
    spec: dict[str, Any]
    folder: Path

    def read(self, address: str) -> str:
        """Return what is at an address that the element has."""
        return (self.folder / address).resolve().read_text("utf-8")


def placed(make_book: MakeBook, kind: str, payload: dict[str, Any]) -> Placed:
    """Build a page with an element; its script is on that page only, and its poster within it."""
    words = {
        "part/page": executed("A page", display(kind, payload)),
        "plain": plain("Plain", "Words."),
    }
    book = make_book(index=plain("A book", contents(*words)), **words)
    book.must_build()
    soup = book.page("part/page")
    (tag,) = soup.select(f"article gd-{kind}")
    script = tag.find("script", type="application/json")
    assert isinstance(script, Tag)
    assert tag.select_one("figure img.only-dark") is not None
    scripts = [str(found["src"]) for found in soup.select("script[src]")]
    others = [str(found["src"]) for found in book.page("plain").select("script[src]")]
    assert any(f"{kind}.js" in address for address in scripts)
    assert not any(f"{kind}.js" in address for address in others)
    return Placed(tag, json.loads(script.text), book.html / "part")
