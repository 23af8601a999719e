"""The search: what a reader types is found, also on a phone and from the search's own page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.windows import PHONE


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("saddle", "terrain/saddles.html"),
        ("Nesterov", "memory/nesterov.html"),
        ("warm-up", "schedules/shapes.html"),
        ("preconditioner", "reference/glossary.html"),
        ("Lagrange multiplier", "limits/constraints.html"),
    ],
)
def test_the_page_of_the_search_finds_words(visit: Visit, words: str, wanted: str) -> None:
    """The search's own page has a box; words of titles, text and glossary lead to their pages."""
    page = visit("search", viewport=PHONE)
    box = page.get_by_role("searchbox").locator("visible=true")
    box.fill(words)
    box.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    expect(page.locator(f"#search-results a[href*='{wanted}']").first).to_be_visible()
    expect(box).to_have_value(words)


def test_the_sidebar_leads_to_the_search(visit: Visit) -> None:
    """From any page on a wide screen, a word in the sidebar's box and Enter lead to its results."""
    page = visit("downhill/gradient")
    box = page.get_by_role("textbox", name="Search")
    box.fill("Polyak")
    box.press("Enter")
    page.wait_for_url("**/search.html?q=Polyak*")
    expect(page.locator("#search-results li").first).to_be_visible()
