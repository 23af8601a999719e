"""What a page asks of the network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import PHONE, WIDE


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_ask_no_other_host_and_nothing_fails(
    browser: Browser, site: str, pages: list[str], scheme: str
) -> None:
    """Scrolled from top to bottom, no page asks another host, misses a file or logs an error."""
    complaints = []
    for viewport in (WIDE, PHONE):
        context = browser.new_context(viewport=viewport, color_scheme=scheme, base_url=f"{site}/")
        page = context.new_page()
        page.on("request", lambda r: r.url.startswith((f"{site}/", "data:"))
                or complaints.append(f"asks {r.url}"))  # fmt: skip
        page.on("response", lambda r: r.ok or complaints.append(f"{r.status} {r.url}"))
        page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for name in pages:
            page.goto(name)
            page.evaluate(
                "document.querySelectorAll('img').forEach(image => image.loading = 'eager')"
            )
            page.wait_for_load_state("networkidle")
            broken = "[...document.images].filter(i => i.complete && !i.naturalWidth).length"
            if page.evaluate(broken):
                complaints.append(f"{name} has a broken image")
        context.close()
    assert complaints == []


def test_pages_load_no_video_until_asked(page, pages: list[str]) -> None:
    """Opening the book's pages fetches no video."""
    fetched = []
    page.on("request", lambda r: r.url.endswith((".mp4", ".webm")) and fetched.append(r.url))
    for name in pages:
        page.goto(name)
    assert fetched == []


def test_pages_fit_a_phone(browser: Browser, site: str, pages: list[str]) -> None:
    """On a window 390 px wide, and on a wide one, no page scrolls sideways."""
    wide = []
    for viewport in (WIDE, PHONE):
        context = browser.new_context(viewport=viewport, base_url=f"{site}/")
        page = context.new_page()
        for name in pages:
            page.goto(name)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > viewport["width"]:
                wide.append((name, viewport["width"], width))
        context.close()
    assert wide == []
