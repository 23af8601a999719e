"""Requests: whatever a page loads comes from the book itself, and all of it is there."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Opened
from tests.browser.windows import OPEN_ALL

SCROLL = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += 900) {
    window.scrollTo(0, y);
    await new Promise(requestAnimationFrame);
  }
}"""
BROKEN = """[...document.images].filter((image) => image.complete && !image.naturalWidth)
  .map((image) => image.src)"""


@pytest.fixture(scope="package")
def scrolled(opened: Opened) -> Page:
    """Return a page that was scrolled from top to bottom, in both themes, with all parts open."""
    opened.page.evaluate(OPEN_ALL)
    for theme in ("dark", "light"):
        opened.page.emulate_media(color_scheme=theme)
        opened.page.evaluate(SCROLL)
        opened.page.wait_for_load_state("networkidle")
    return opened.page


def check_requests(opened: Opened, site: str) -> None:
    """All requests go to the book's own host, all are answered, and nothing is complained of."""
    fetched = [url for url in opened.requests if not url.startswith("data:")]
    assert opened.page.url in fetched
    assert {urlsplit(url)[:2] for url in fetched} == {urlsplit(site)[:2]}
    assert opened.troubles == []


def test_a_page_asks_nobody_but_the_book(opened: Opened, site: str) -> None:
    """A page that is opened asks only the book, and what it asks for is there."""
    check_requests(opened, site)


@pytest.mark.sample
def test_a_page_asks_nobody_but_the_book_below_either(
    opened: Opened, scrolled: Page, site: str
) -> None:
    """The same holds from top to bottom and in both themes, and every picture is one."""
    check_requests(opened, site)
    assert scrolled.evaluate(BROKEN) == []


@pytest.mark.sample
def test_a_page_loads_no_video(opened: Opened, scrolled: Page) -> None:
    """Opening a page and scrolling through it fetches nothing of a video but its poster."""
    assert scrolled.url in opened.requests
    assert not [url for url in opened.requests if url.endswith((".mp4", ".webm"))]


@pytest.mark.sample
def test_a_page_sets_no_cookie(scrolled: Page) -> None:
    """Reading leaves nothing in the browser that would be sent back."""
    assert scrolled.context.cookies() == []


def test_a_wrong_address_leads_back_into_the_book(browser: Browser, site: str) -> None:
    """However deep the address, the page that answers is whole, and its links and search work."""
    page = browser.new_page()
    heard: list[tuple[int, str]] = []
    page.on("response", lambda response: heard.append((response.status, response.url)))
    wrong = f"{site}/noise/flor/here.html"
    page.goto(wrong)
    page.wait_for_load_state("networkidle")
    assert [url for status, url in heard if status >= 400] == [wrong]
    assert len(heard) > 3
    page.get_by_role("link", name="The noise floor").click()
    assert page.url == f"{site}/noise/floor.html"
    page.goto(wrong)
    page.get_by_role("textbox", name="Search").fill("momentum")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li")
    page.close()
