"""What a cell may put on a page."""

from __future__ import annotations

import io
from base64 import b64encode

import matplotlib.pyplot as plt
import pytest

from gdbook.book.outputs import excess
from tests.book.conftest import MakeBook
from tests.book.pages import cell, contents, executed, plain


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        ({"text": "x" * 100_000}, None),
        ({"text": "x" * 100_001}, "prints 100,001 characters; expected at most 100,000"),
        ({"data": {"text/html": "x" * 8_000_000}}, None),
        ({"data": {"text/html": "x" * 8_000_001}}, "shows 8,000,001 characters of data"),
    ],
)
def test_too_much_text_or_data_is_told(output: dict[str, object], complaint: str | None) -> None:
    """A cell's outputs have a limit, and what is beyond it is said with its number."""
    said = excess([{"text": ""}, output])
    assert said is None if complaint is None else complaint in str(said)


@pytest.mark.parametrize(("size", "good"), [((4000, 10), True), ((10, 4001), False)])
def test_the_size_of_a_picture_is_read_from_it(size: tuple[int, int], good: bool) -> None:
    """A picture is measured in its own pixels."""
    file = io.BytesIO()
    figure = plt.figure(figsize=(size[0] / 10, size[1] / 10), dpi=10)
    figure.savefig(file, format="png", dpi=10)
    plt.close(figure)
    data = {"image/png": b64encode(file.getvalue()).decode()}
    said = excess([{"data": data}])
    assert said is None if good else "a picture of 10 x 4,001 pixels" in str(said)


@pytest.mark.book
def test_a_page_that_prints_a_megabyte_is_refused_with_its_name(make_book: MakeBook) -> None:
    """Page, line and cell are named, as for a cell that fails."""
    book = make_book(
        index=plain("A book", contents("long")),
        long=executed("Long", cell("1"), cell("print('x' * 1_000_000)")),
    )
    complaint = book.must_fail()
    line = book.line("long", "print(")
    assert f"long.md:{line}: cell 2 failed: prints 1,000,001 characters" in complaint
