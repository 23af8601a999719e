"""Late places: pages that the whole book fills are written when what they tell has changed."""

from __future__ import annotations

import pytest

from tests.book.conftest import Book, MakeBook
from tests.book.pages import block, contents, executed, plain, receipt

pytestmark = pytest.mark.book


def written(book: Book) -> set[str]:
    """Build, and return the names of the pages that were written."""
    before = {path: path.stat().st_mtime_ns for path in book.html.glob("*.html")}
    book.must_build()
    now = {path: path.stat().st_mtime_ns for path in book.html.glob("*.html")}
    return {path.stem for path, time in now.items() if time != before.get(path)} - {"search"}


def test_a_page_is_written_when_something_else_is_told(make_book: MakeBook) -> None:
    """Words change their own page; a receipt the ledger too; and nothing changes nothing."""
    book = make_book(
        index=plain("A book", contents("one", "two")),
        one=executed("One", "Words.", receipt("Old")),
        two=plain("Two", "", contents("ledger", "status")),
        ledger=plain("Ledger", block("ledger")),
        status=plain("Status", block("status")),
    )
    everything = {"index", "one", "two", "ledger", "status"}
    assert written(book) >= everything
    assert not written(book) & everything
    book.write(one=executed("One", "Other words.", receipt("Old")))
    assert written(book) & everything == {"index", "one"}  # whose table of contents names it
    book.write(one=executed("One", "Other words.", receipt("New")))
    assert written(book) & everything >= {"one", "ledger"}
    assert "New" in book.page("ledger").text
    assert "two" not in written(book)


def test_the_style_sheet_is_brought_though_no_page_is_written(make_book: MakeBook) -> None:
    """A build that writes no page still brings what all pages share."""
    book = make_book(index=plain("A book", contents("ledger")), ledger=plain("L", block("ledger")))
    book.must_build()
    sheet = book.html / "_static" / "book.css"
    text = sheet.read_bytes()
    sheet.write_bytes(b"")
    assert not written(book) & {"index", "ledger"}
    assert sheet.read_bytes() == text
