"""Print: what leaves the printer."""

from __future__ import annotations

import re

from playwright.sync_api import Browser

PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")  # an object of a PDF that is a page


def test_the_cheat_sheet_is_two_sheets(browser: Browser, site: str) -> None:
    """On A4 with the browser's own margins it fills two pages, without code or receipts."""
    page = browser.new_page()
    page.goto(f"{site}/reference/cheat-sheet.html")
    assert len(PAGE.findall(page.pdf(format="A4"))) == 2
    page.emulate_media(media="print")
    assert not page.locator(".cell_input, .gd-receipt").first.is_visible()
    assert page.get_by_role("table").first.is_visible()
    page.close()
