"""Reading depth: parts that can be folded away, all open as written but the solutions."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.book.conftest import GoodBook

pytestmark = pytest.mark.book


@pytest.fixture(scope="session")
def page(good_book: GoodBook) -> BeautifulSoup:
    """Return the page with parts of every depth."""
    return good_book.page("part/a-first")


@pytest.mark.parametrize(
    ("kind", "summary"), [("mathematics", "Mathematics"), ("code", "Code Another way")]
)
def test_a_part_for_deep_readers_is_open_as_written(
    page: BeautifulSoup, kind: str, summary: str
) -> None:
    """Mathematics and code are open without JavaScript, and say what they are and are about."""
    (part,) = page.select(f'details[data-depth="{kind}"]')
    assert "open" in part.attrs
    assert part.summary.text == summary


def test_what_is_in_a_part_is_part_of_the_page(page: BeautifulSoup) -> None:
    """Inside a part, terms and markup work as outside."""
    part = page.select_one('details[data-depth="mathematics"]')
    assert "A proof, with a " in part.p.text
    assert part.select_one(".gd-term a").text == "gradient"


def test_solutions_are_closed(page: BeautifulSoup) -> None:
    """Each solution is folded below its exercise, with all that was executed in it."""
    solutions = page.select('details[data-depth="solution"]')
    assert ["open" in part.attrs for part in solutions] == [False, False]
    assert [part.summary.text for part in solutions] == ["Solution", "Solution"]
    assert solutions[0].select_one("p.gd-receipt .gd-claim").text == "The solution"
    assert [part.find_parent("section")["id"] for part in solutions] == ["walk", "run"]


def test_solutions_are_not_announced(page: BeautifulSoup) -> None:
    """The page's table of contents has the exercises and not their solutions."""
    entries = [link.text for link in page.select(".toc-tree a")]
    assert entries == ["The first page", "Exercises", "Walk", "Run"]


def test_the_question_stands_below_the_title(page: BeautifulSoup) -> None:
    """A page's question is marked as such."""
    assert page.select_one(".gd-question").text.strip() == "How far is it?"


def test_the_switch_offers_three_depths(page: BeautifulSoup) -> None:
    """The switch is one choice of three with a name, and hidden until a script can make it work."""
    (switch,) = page.select("fieldset.gd-depth")
    assert "hidden" in switch.attrs
    assert switch.legend.text == "Reading depth"
    buttons = switch.select("input[type=radio]")
    assert [button["value"] for button in buttons] == ["intuition", "mathematics", "code"]
    assert {button["name"] for button in buttons} == {"gd-depth"}
    labels = [label.text for label in switch.find_all("label")]
    assert labels == ["Intuition", "+ mathematics", "+ code"]
