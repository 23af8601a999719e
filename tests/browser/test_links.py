"""Links: whoever follows one within the book arrives."""

from __future__ import annotations

from pathlib import Path

from audits.links import broken_links
from audits.server import UNDER
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, a_page_with


def test_every_link_within_the_book_leads_somewhere(name: str, built: Path) -> None:
    """Each reference within the book names a file that is there, and a place that is in it."""
    assert broken_links(built, built / f"{name}.html", UNDER) == []


def test_a_link_of_the_ledger_shows_its_receipt(visit: Visit) -> None:
    """Following the ledger's last link, the reader sees the receipt of the same words."""
    page: Page = visit(a_page_with('class="gd-ledger'))
    link = page.locator(".gd-ledger a").last
    claim = link.inner_text()
    link.click()
    receipt = page.locator(f"[id='{page.url.partition('#')[2]}']")
    assert claim in (receipt.text_content() or "")  # it may lie in a folded part
    expect(receipt).to_be_in_viewport()


def test_a_card_of_the_map_opens_its_page(visit: Visit) -> None:
    """Clicking on a card's picture opens the page of the card's title."""
    page = visit("index")
    card = page.locator("a.gd-card").first
    title = card.locator("strong").inner_text()
    card.locator("img:visible").click()
    assert title in page.locator("h1").inner_text()
