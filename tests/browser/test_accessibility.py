"""Accessibility: axe finds nothing serious, on any page, in either theme, wide or narrow."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visit
from tests.browser.test_layout import OPEN_ALL

SERIOUS = ("serious", "critical")
OPTIONS = {"resultTypes": ["violations"]}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(name: str, theme: str, width: int, visit: Visit) -> None:
    """With everything opened, no rule of axe that matters to readers is broken."""
    page = visit(name, width=width, theme=theme)
    page.evaluate(OPEN_ALL)
    found = Axe().run(page, options=OPTIONS).response["violations"]
    assert [
        (rule["id"], [node["html"][:160] for node in rule["nodes"]][:4])
        for rule in found
        if rule["impact"] in SERIOUS
    ] == []
