"""Accessibility: axe finds nothing serious, on any page, in either theme, wide or narrow."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.windows import OPEN_ALL, PHONE

# Formulas and programs are made of thousands of boxes, and axe looks at each for a second or so
# in all. The boxes of formulas are hidden from screen readers and inherit the text's colour; of
# the words of programs, one of each kind is as good as all.
FEW_BOXES = """() => {
  document.querySelectorAll(".katex-html").forEach((box) => box.remove());
  const seen = new Set();
  for (const word of document.querySelectorAll("pre span")) {
    if (seen.has(word.className)) word.replaceWith(...word.childNodes);
    seen.add(word.className);
  }
}"""

SERIOUS = ("serious", "critical")


def violations(page: Page, **options: Any) -> list[tuple[str, list[str]]]:
    """Return the rules of axe that are broken and matter, each with elements that break it."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **options})
    return [
        (rule["id"], [node["html"][:160] for node in rule["nodes"]][:4])
        for rule in found.response["violations"]
        if rule["impact"] in SERIOUS
    ]


def test_axe_finds_nothing_serious(name: str, visit: Visit) -> None:
    """No rule that matters is broken, by colours in either theme or by layout in either width."""
    page = visit(name)
    page.evaluate(OPEN_ALL)
    page.evaluate(FEW_BOXES)
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert violations(page, rules={"color-contrast": {"enabled": False}}) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, runOnly=["color-contrast"]) == []
