"""The map: a card for each page, with its title, its question and its first picture."""

from __future__ import annotations

import pytest

from tests.book.conftest import GoodBook, MakeBook
from tests.book.pages import block, contents, plain

pytestmark = pytest.mark.book


def test_a_card_shows_title_question_and_pictures(good_book: GoodBook) -> None:
    """A card is one link to its page, with the page's first picture in both themes."""
    without, card = good_book.page("index").select(".gd-map a")
    assert card["href"] == "part/a-first.html"
    assert card.strong.text == "The first page"
    assert card.span.text == "How far is it?"
    light, dark = card.find_all("img")
    assert "only-light" in light["class"]
    assert "only-dark" in dark["class"]
    first = good_book.page("part/a-first").select("article img")
    for image, original in zip((light, dark), first, strict=False):
        assert image["src"].removeprefix("_images/") in original["src"]
        assert (good_book.html / image["src"]).exists()
    assert without["href"] == "part/b-second.html"
    assert without.find("img") is None


def test_a_card_s_picture_is_decoration(good_book: GoodBook) -> None:
    """Who hears the map hears titles and questions, not each picture once more."""
    images = good_book.page("index").select(".gd-map img")
    assert [image["alt"] for image in images] == ["", ""]
    described = good_book.page("part/a-first").select_one("article img")
    assert described["alt"].startswith("A line that falls")


def test_the_map_follows_its_pages(make_book: MakeBook) -> None:
    """A page's new question appears on the map, whose own page has not changed."""
    page = plain("Page", block("question", "Old?"))
    book = make_book(index=plain("A book", block("map", "/page"), contents("page")), page=page)
    book.must_build()
    book.write(page=plain("New title", block("question", "New?")))
    book.must_build()
    card = book.page("index").select_one(".gd-map a")
    assert (card.strong.text, card.span.text) == ("New title", "New?")
