"""The head: what engines and other sites are told of a page, and what it may load."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from gdbook.book.head import LONGEST
from tests.book.conftest import GoodBook, MakeBook
from tests.book.pages import contents, plain


def told(book: GoodBook, page: str) -> dict[str, str]:
    """Return the contents of a page's meta tags by name or property."""
    tags = book.page(page).select("head meta[content]")
    return {str(tag.get("name") or tag.get("property")): str(tag["content"]) for tag in tags}


@pytest.mark.book
def test_a_page_is_described_by_its_question(good_book: GoodBook) -> None:
    """Engines and other sites are told a page's title and its question."""
    tags = told(good_book, "part/a-first")
    assert tags["description"] == tags["og:description"] == "How far is it?"
    assert tags["og:title"] == "The first page"
    assert tags["og:type"] == "article"
    assert told(good_book, "index")["og:type"] == "website"


@pytest.mark.book
def test_a_page_without_a_question_is_described_by_how_it_begins(make_book: MakeBook) -> None:
    """The first paragraph stands in, cut between words where it is long."""
    book = make_book(index=plain("Quotes & tags", 'It says "so" ' + "and so on " * 60))
    book.must_build()
    page = book.page("index")
    said = page.select_one("meta[name=description]")["content"]
    assert said.startswith("It says “so” and so")
    assert said.endswith(" …")
    assert LONGEST - 10 < len(said) <= LONGEST
    assert page.select_one("meta[property='og:title']")["content"] == "Quotes & tags"


@pytest.mark.book
def test_only_the_book_s_own_scripts_run(good_book: GoodBook) -> None:
    """The policy allows the book's files and, by its hash, each script within a page."""
    for name in ("index", "part/a-first", "search"):
        page = good_book.page(name)
        (policy,) = page.select('meta[http-equiv="Content-Security-Policy"]')
        rules = dict(rule.split(" ", 1) for rule in policy["content"].split("; "))
        assert "unsafe" not in rules["script-src"]
        assert rules["default-src"] == "'self'"
        inline = [
            tag for tag in page.find_all("script") if not tag.get("src") and not tag.get("type")
        ]
        assert inline
        for script in inline:
            digest = b64encode(sha256(script.string.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in rules["script-src"]


@pytest.mark.book
def test_the_policy_can_be_left_out(make_book: MakeBook) -> None:
    """A server that reloads pages writes a script into them, and does without."""
    book = make_book(index=plain("Here", "Words."), conf="gdbook_policy = False\n")
    book.must_build()
    assert book.page("index").select('meta[http-equiv="Content-Security-Policy"]') == []


SITEMAP = """
extensions.append("sphinx_sitemap")
html_baseurl = "https://example.org/book/"
sitemap_url_scheme = "{link}"
"""


@pytest.mark.book
def test_the_sitemap_names_all_pages_after_every_build(make_book: MakeBook) -> None:
    """A build that writes one page again does not forget the others; a page that went is gone."""
    names = ["one", "three", "two"]
    pages = {name: plain(name.title()) for name in names}
    book = make_book(conf=SITEMAP, index=plain("A book", contents(*names)), **pages)

    def listed() -> list[str]:
        book.must_build()
        text = (book.html / "sitemap.xml").read_text(encoding="utf-8")
        return re.findall(r"<loc>https://example\.org/book/(\w+)\.html</loc>", text)

    assert listed() == ["index", *names]
    book.write(one=plain("One", "Another word."))
    assert listed() == ["index", *names]
    (book.source / "two.md").unlink()
    book.write(index=plain("A book", contents("one", "three")))
    assert listed() == ["index", "one", "three"]
