"""Microscopes in pages: an element with its kernels in the book, and a poster everywhere else."""

from __future__ import annotations

import pytest

from tests.book.conftest import MakeBook
from tests.book.players import placed
from tests.demos.plays import small_microscope

pytestmark = pytest.mark.book


def test_a_microscope_is_an_element_with_all_it_needs(make_book: MakeBook) -> None:
    """The element has its specification and the address of its kernels."""
    expected = small_microscope().payload()
    lens = placed(make_book, "microscope", expected)
    assert lens.tag["id"] == "demo-edge"
    assert lens.spec == expected["spec"]
    assert lens.read(str(lens.tag["kernels"])) == expected["module"]
