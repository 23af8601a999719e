"""The ledger: all receipts of all pages, in the order of reading, linked to where they stand."""

from __future__ import annotations

import pytest

from tests.book.conftest import GoodBook, MakeBook
from tests.book.pages import block, contents, executed, plain, receipt

pytestmark = pytest.mark.book

CLAIMS = {
    "part/b-second": ["A claim of the second page"],
    "part/a-first": ["Halves of 1\N{NO-BREAK SPACE}< 2", "Something small", "The solution"],
}


def test_a_receipt_is_one_line(good_book: GoodBook) -> None:
    """A receipt shows a tick that can be heard, its claim, both values and its source."""
    line = good_book.page("part/a-first").select_one("p.gd-receipt")
    assert line.select_one(".gd-tick")["aria-label"] == "holds"
    assert (
        line.select_one(".gd-claim").text == CLAIMS["part/a-first"][0]
    )  # no line begins with a sign
    assert line.select_one(".gd-values").text == "measured 0.5, expected 0.5"
    assert line.select_one(".gd-receipt-source").text == "arithmetic & <logic>"


def test_every_receipt_is_in_the_ledger_in_reading_order(good_book: GoodBook) -> None:
    """The ledger has the receipts of all pages, those in solutions too, in the book's order."""
    ledger = good_book.page("reference/ledger").article
    pages = [page.text for page in ledger.select(".gd-ledger-page")]
    assert pages == ["The second page", "The first page"]
    claims = [[link.text for link in part.select("li a")] for part in ledger.select("ul.gd-ledger")]
    assert claims == list(CLAIMS.values())
    assert "4 receipts on 2 pages, all of which hold." in ledger.text
    first = ledger.select(".gd-ledger li")[1]
    assert first.select_one(".gd-values").text.strip() == "measured 0.5, expected 0.5"
    assert first.select_one(".gd-receipt-source").text.strip() == "arithmetic & <logic>"


def test_every_line_of_the_ledger_leads_to_its_receipt(good_book: GoodBook) -> None:
    """A link of the ledger goes to the place where the claim is measured, and each has its own."""
    links = good_book.page("reference/ledger").select(".gd-ledger li a")
    assert len({link["href"] for link in links}) == len(links) == 4
    for link in links:
        name, _, anchor = link["href"].partition("#")
        page = good_book.page(name.removeprefix("../").removesuffix(".html"))
        (place,) = page.select(f"#{anchor}")
        assert place.select_one(".gd-claim").text == link.text


def test_the_ledger_follows_its_pages(make_book: MakeBook) -> None:
    """A receipt that is changed, added or removed with its page changes the ledger too."""
    book = make_book(
        index=plain("A book", contents("one", "two", "ledger")),
        one=executed("One", receipt("Old"), receipt("Kept")),
        two=executed("Two", receipt("Second")),
        ledger=plain("Ledger", block("ledger")),
    )

    def claims() -> list[str]:
        return [link.text for link in book.page("ledger").select(".gd-ledger li a")]

    book.must_build()
    assert claims() == ["Old", "Kept", "Second"]
    book.write(one=executed("One", receipt("New"), receipt("Kept"), receipt("Added")))
    book.must_build()
    assert claims() == ["New", "Kept", "Added", "Second"]
    (book.source / "two.md").unlink()
    book.write(index=plain("A book", contents("one", "ledger")))
    book.must_build()
    assert claims() == ["New", "Kept", "Added"]
    assert "3 receipts on 1 page, " in book.page("ledger").text
