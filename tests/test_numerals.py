"""Numbers as in print."""

from __future__ import annotations

import pytest

from gdbook.numerals import typeset


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
def test_numbers_are_set_as_in_print(computed: str, printed: str) -> None:
    """A negative number that a cell computed has a minus sign, an exponent is a power of ten."""
    assert typeset(computed) == printed


@pytest.mark.parametrize("word", ["2026-11-22", "mini-batch", "x-2", "1e5a", "v1e5"])
def test_hyphens_stay(word: str) -> None:
    """The hyphens of dates and words stay hyphens."""
    assert typeset(word) == word
