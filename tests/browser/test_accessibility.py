"""What axe, the standard checker of accessibility, finds on the pages."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.conftest import PHONE, WIDE


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing(
    browser: Browser, site: str, pages: list[str], scheme: str, viewport
) -> None:
    """On no page, in neither theme, wide or narrow, does axe find a violation."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme, base_url=f"{site}/")
    page = context.new_page()
    found = []
    for name in pages:
        page.goto(name)
        for violation in Axe().run(page).response["violations"]:
            places = [node["target"] for node in violation["nodes"][:3]]
            found.append((name, violation["id"], violation["help"], places))
    context.close()
    assert found == []
