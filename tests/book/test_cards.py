"""The cards that other sites show: there, right, light, and drawn once."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from gdbook.book import cards
from gdbook.book.cards import HEAVIEST, SIZE, Card
from tests.book.conftest import MakeBook
from tests.book.pages import block, contents, plain

CARD = Card("Part 1 · Small", "How far?", "A question " * 12, None)
BASE = 'html_baseurl = "https://example.org/book/"\n'


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    """Return a picture of noise, the heaviest there is."""
    path = tmp_path / "noise.webp"
    Image.effect_noise((600, 400), 90).save(path, lossless=True)
    return path


def test_a_card_is_light_and_always_the_same(noise: Path) -> None:
    """Cards have the size that sites ask for, weigh little, and are drawn alike each time."""
    for card in (CARD, CARD._replace(picture=noise)):
        png = cards.drawn(card)
        assert png == cards.drawn(card)
        assert Image.open(BytesIO(png)).size == SIZE
    assert len(cards.drawn(CARD)) <= HEAVIEST


def test_what_is_on_a_card_is_in_its_name(noise: Path) -> None:
    """Another part, title, question or picture is another card."""
    others = [CARD._replace(**{field: "other"}) for field in ("part", "title", "question")]
    names = {card.name for card in (CARD, *others, CARD._replace(picture=noise))}
    assert len(names) == 5


def test_long_words_stay_on_the_card() -> None:
    """A long question is cut after the lines that fit; the right margin stays empty."""
    long = CARD._replace(title="Very long titles " * 8, question="words and words " * 60)
    image = Image.open(BytesIO(cards.drawn(long))).convert("RGB")
    edge = image.crop((0, SIZE[1] - 20, 600, SIZE[1])).getcolors()
    assert edge is not None
    assert len(edge) == 2  # the bar at the left and the background, no letters


@pytest.mark.book
def test_each_page_has_its_own_card_at_an_absolute_address(make_book: MakeBook) -> None:
    """The head names a file of the site, another one for each page, by its published address."""
    question = block("question", "How far?")
    pages = {"index": plain("A book", contents("one")), "one": plain("One", question)}
    book = make_book(conf=BASE, **pages)
    book.must_build()
    found = {name: book.page(name).select_one('meta[property="og:image"]') for name in pages}
    addresses = [tag["content"] for tag in found.values()]
    assert len(set(addresses)) == 2
    for address in addresses:
        assert address.startswith("https://example.org/book/_images/card-")
        file = book.html / address.removeprefix("https://example.org/book/")
        assert Image.open(file).size == SIZE
    assert book.page("one").select_one('meta[property="og:image:alt"]')["content"] == "One"
    before = file.stat().st_mtime_ns
    book.write(one=plain("One", question, "A new sentence."))
    book.must_build()
    assert file.stat().st_mtime_ns == before


@pytest.mark.book
def test_without_an_address_there_is_no_card(make_book: MakeBook) -> None:
    """A book that is published nowhere has no absolute address to name."""
    book = make_book(index=plain("A book"))
    book.must_build()
    assert book.page("index").select('meta[property="og:image"]') == []


@pytest.mark.book
def test_half_a_card_that_a_killed_build_left_is_drawn_again(make_book: MakeBook) -> None:
    """A card that is there is only trusted if the build that wrote it came to its end."""
    book = make_book(conf=BASE, index=plain("A book"))
    book.must_build()
    (card,) = (book.html / cards.FOLDER).glob(cards.NAME)
    whole = card.read_bytes()
    card.write_bytes(whole[:99])
    (book.source / "_build" / "doctrees" / "unfinished").touch()
    book.must_build()
    assert card.read_bytes() == whole
