"""Minus signs and powers of ten in the numbers of the prose."""

import pytest
from docutils import nodes
from docutils.utils import new_document

from gdbook.book.numerals import PASTED, SetNumerals


def set_in(classes: list[str], text: str) -> str:
    """Return what becomes of a text inside an inline element of these classes."""
    document = new_document("page")
    document += nodes.paragraph("", "", nodes.inline("", text, classes=classes))
    SetNumerals(document).apply()
    return document.astext()


@pytest.mark.parametrize(
    ("computed", "printed"),
    [
        ("-3.5", "−3.5"),
        ("1.2e-05", "1.2×10⁻⁵"),
        ("-1e-3", "−10⁻³"),
        ("3.50e+12 steps", "3.50×10¹² steps"),
        ("0.1e1", "0.1×10¹"),
        ("(-1, -0.5)", "(−1, −0.5)"),
        ("3.5", "3.5"),
    ],
)
def test_numbers_from_cells_are_set_as_in_print(computed, printed):
    """A negative number that a cell computed has a minus sign, an exponent is a power of ten."""
    assert set_in([PASTED], computed) == printed


@pytest.mark.parametrize("word", ["2026-11-22", "mini-batch", "x-2", "1e5a", "v1e5"])
def test_hyphens_stay(word):
    """The hyphens of dates and words stay hyphens."""
    assert set_in([PASTED], word) == word


def test_other_text_is_left_alone():
    """What an author typed is not changed."""
    assert set_in([], "-3.5") == "-3.5"
