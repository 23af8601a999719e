"""Minus signs and powers of ten in the numbers of the prose."""

from docutils import nodes
from docutils.utils import new_document

from gdbook.book.numerals import OUTPUT, PASTED, SetNumerals


def set_in(classes: list[str], text: str) -> str:
    """Return what becomes of a text inside an inline element of these classes."""
    document = new_document("page")
    document += nodes.paragraph("", "", nodes.inline("", text, classes=classes))
    SetNumerals(document).apply()
    return document.astext()


def test_numbers_from_cells_are_set_as_in_print():
    """What a cell computed has a minus sign, and a power of ten for an exponent."""
    assert set_in([PASTED], "-1.5e-07") == "−1.5×10⁻⁷"


def test_numbers_in_tables_of_cells_are_set_as_in_print():
    """Those in code and formulas stay as they were typed, and so do tables that no cell wrote."""
    document = new_document("page")
    for classes in ([OUTPUT], []):
        row = nodes.row()
        for node in (nodes.Text("1e-06"), nodes.literal("", "-1e-06"), nodes.math("", "-2")):
            row += nodes.entry("", nodes.paragraph("", "", node))
        document += nodes.container("", row, classes=classes)
    SetNumerals(document).apply()
    assert [entry.astext() for entry in document.findall(nodes.entry)] == [
        "10⁻⁶", "-1e-06", "-2", "1e-06", "-1e-06", "-2",
    ]  # fmt: skip


def test_other_text_is_left_alone():
    """What an author typed is not changed."""
    assert set_in([], "-3.5") == "-3.5"
