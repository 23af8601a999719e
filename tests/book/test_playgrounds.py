"""Playgrounds in pages: an element with its modules in the book, and a poster everywhere else."""

from __future__ import annotations

import pytest

from tests.book.conftest import MakeBook
from tests.book.players import placed
from tests.demos.plays import small_playground

pytestmark = pytest.mark.book


def test_a_playground_is_an_element_with_all_it_needs(make_book: MakeBook) -> None:
    """The element has its specification, safe in HTML, and the addresses of its modules."""
    payload = small_playground().payload()
    spec = {**payload["spec"], "title": "words </script><b>"}
    play = placed(make_book, "playground", {**payload, "spec": spec})
    assert play.tag["id"] == "demo-play"
    addresses = play.spec.pop("modules")
    assert play.spec == spec
    assert {name: play.read(file) for name, file in addresses.items()} == payload["modules"]
