"""The search: what a reader types is found, also on a phone and from the search's own page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

PHONE = {"width": 390, "height": 844}


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
def test_the_page_of_the_search_finds_words(
    browser: Browser, site: str, words: str, wanted: str
) -> None:
    """The search's own page has a box; words of titles, text and glossary lead to their pages."""
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{site}/search.html")
    box = page.get_by_role("searchbox").locator("visible=true")
    box.fill(words)
    box.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    expect(page.locator(f"#search-results a[href*='{wanted}']").first).to_be_visible()
    expect(box).to_have_value(words)
    page.close()


def test_the_sidebar_leads_to_the_search(browser: Browser, site: str) -> None:
    """From any page on a wide screen, a word in the sidebar's box and Enter lead to its results."""
    page = browser.new_page()
    page.goto(f"{site}/downhill/gradient.html")
    page.get_by_role("textbox", name="Search").or_(page.get_by_role("searchbox")).first.fill(
        "Polyak"
    )
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=Polyak*")
    expect(page.locator("#search-results li").first).to_be_visible()
    page.close()
