"""The build status: what each page took to run, and how many receipts it has."""

from __future__ import annotations

import pytest

from tests.book.conftest import MakeBook
from tests.book.pages import block, cell, contents, executed, plain, receipt

pytestmark = pytest.mark.book


def test_the_status_has_each_executed_page_in_reading_order(make_book: MakeBook) -> None:
    """Pages that run are listed with their seconds and receipts; a page without code is not."""
    book = make_book(
        index=plain("A book", contents("two", "one", "still", "status")),
        one=executed("One", receipt("First"), receipt("Second")),
        two=executed("Two", cell("import time\ntime.sleep(1.2)")),
        still=plain("Still"),
        status=plain("Status", block("status")),
    )
    book.must_build()
    article = book.page("status").article
    cells = [[cell.text.strip() for cell in row.select("td")] for row in article.select("tr")[1:]]
    assert [(page, receipts) for page, _, receipts in cells] == [("Two", "0"), ("One", "2")]
    (slept, ran) = (float(seconds) for _, seconds, _ in cells)
    assert slept >= 1.2 > ran
    assert article.select_one("td a")["href"] == "two.html"
    assert "2 pages ran in " in article.text
    assert "Receipts that hold: 2." in article.text

    book.write(one=executed("One", receipt("First")))
    book.must_build()
    assert "Receipts that hold: 1." in book.page("status").article.text
