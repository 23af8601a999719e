"""Accessibility: axe finds nothing serious, on any page, in either theme, wide or narrow."""

from __future__ import annotations

from typing import Any

import pytest
from audits.browsing import READY
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Visit, WindowFor, a_page_with
from tests.browser.windows import OPEN_ALL, PHONE

# axe looks at every box of a page, and a page is made of thousands, most of them the parts of
# formulas and the words of code. A few of each are as good as all.
FEW_PARTS = """() => {
  for (const formula of [...document.querySelectorAll(".katex")].slice(3)) formula.replaceWith("x");
  for (const code of [...document.querySelectorAll("pre")].slice(3)) code.textContent = "x";
}"""

# Colours, sizes and regions are a matter of style sheets and templates: of the boxes that stand in
# the same kind of place, with the same classes and styles all the way up, two are as good as all.
OF_COLOURS = ("color-contrast", "link-in-text-block")
OF_KINDS = (*OF_COLOURS, "region")
FEW_OF_A_KIND = """() => {
  const seen = new Map();
  const needed = (element, place) => {
    const style = element.getAttribute("style");
    const kind = `${place} ${element.localName}.${element.className}[${style}]`;
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    let any = count <= 2;
    for (const child of [...element.children]) any = needed(child, kind) || any;
    if (!any) element.remove();
    return any;
  };
  needed(document.body, "");
}"""

# What lists are made of is looked at while they are whole.
OF_LISTS = ("definition-list", "dlitem", "list", "listitem")
SERIOUS = ("serious", "critical")


def violations(page: Page, **options: Any) -> list[tuple[str, list[str]]]:
    """Return the rules of axe that are broken and matter, each with elements that break it."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **options})
    return [
        (rule["id"], [node["html"][:160] for node in rule["nodes"]][:4])
        for rule in found.response["violations"]
        if rule["impact"] in SERIOUS
    ]


def all_but(*rules: str) -> dict[str, dict[str, bool]]:
    """Return what tells axe to leave out some rules."""
    return {rule: {"enabled": False} for rule in rules}


@pytest.mark.sample
def test_axe_finds_nothing_serious(name: str, window_for: WindowFor, site: str) -> None:
    """No rule that matters is broken, by colours in either theme or by layout in either width."""
    page = window_for("judging")
    page.goto(f"{site}/{name}.html")
    page.evaluate(READY)
    page.evaluate(OPEN_ALL)
    page.evaluate(FEW_PARTS)
    assert violations(page, rules=all_but(*OF_KINDS)) == []
    page.evaluate(FEW_OF_A_KIND)
    assert violations(page, runOnly=OF_KINDS) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, runOnly=OF_COLOURS) == []
    page.set_viewport_size(PHONE)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert violations(page, rules=all_but(*OF_COLOURS, *OF_LISTS)) == []


def test_axe_sees_what_is_hard_to_read(visit: Visit) -> None:
    """One pale word, and one picture without words, at the end of a long page are found."""
    page = visit(a_page_with("gd-receipt", "<figure"))
    page.locator("article p").last.evaluate("(p) => { p.style.color = '#bbb'; }")
    page.locator("article img:visible").last.evaluate("(img) => img.removeAttribute('alt')")
    page.evaluate(OPEN_ALL)
    page.evaluate(FEW_PARTS)
    assert [rule for rule, _ in violations(page, rules=all_but(*OF_KINDS))] == ["image-alt"]
    page.evaluate(FEW_OF_A_KIND)
    assert [rule for rule, _ in violations(page, runOnly=OF_KINDS)] == ["color-contrast"]
