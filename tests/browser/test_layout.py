"""Layout: nothing is wider than the window, and each theme shows its own pictures."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit, a_page_with
from tests.browser.windows import OPEN_ALL, PHONE, WIDE

# How far the page can be scrolled sideways, and what sticks out of it without scrolling in a box.
STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (e) => e && e !== document.body && e !== document.documentElement
    && (getComputedStyle(e).overflowX !== "visible" || scrolls(e.parentElement));
  const wide = [...document.querySelectorAll("article *")]
    .filter((e) => e.getBoundingClientRect().right > width + 1 && !scrolls(e));
  return [document.documentElement.scrollWidth - width, wide.map((e) => e.outerHTML.slice(0, 99))];
}"""

# Boxes that scroll sideways and cannot be reached with the keyboard.
OUT_OF_REACH = """() => [...document.querySelectorAll("article :is(pre, div.math, .table-wrapper)")]
  .filter((e) => e.scrollWidth > e.clientWidth && e.tabIndex !== 0)
  .map((e) => e.outerHTML.slice(0, 99))"""


def check_width(page: Page, size: dict[str, int]) -> None:
    """Nothing makes a page wider than its window; what is wider scrolls in a box one can focus."""
    page.set_viewport_size(size)
    assert page.evaluate(STICKING_OUT) == [0, []]
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert page.evaluate(OUT_OF_REACH) == []


def test_a_page_fits_a_phone(sheet: Page) -> None:
    """On a phone a page scrolls only downward."""
    check_width(sheet, PHONE)


@pytest.mark.sample
@pytest.mark.parametrize("size", [WIDE, {"width": 768, "height": 1024}], ids=str)
def test_a_page_fits_a_wider_window(sheet: Page, size: dict[str, int]) -> None:
    """On a desk or a tablet it does, too."""
    check_width(sheet, size)


# Of what plays paper has a poster, and screens have none.
VISIBLE = """(theme) => [...document.querySelectorAll(`.only-${theme}`)]
  .filter((e) => e.checkVisibility() && !e.closest(".gd-demo-live")).length"""


def shown(page: Page) -> tuple[int, int]:
    """Return how many light and how many dark pictures and videos can be seen."""
    page.evaluate(OPEN_ALL)
    return page.evaluate(VISIBLE, "light"), page.evaluate(VISIBLE, "dark")


@pytest.mark.sample
def test_each_theme_shows_its_pictures(sheet: Page) -> None:
    """On a light system only light pictures are seen, and on a dark one as many dark ones."""
    light, none = shown(sheet)
    assert none == 0
    sheet.emulate_media(color_scheme="dark")
    assert shown(sheet) == (0, light)


@pytest.mark.sample
def test_paper_is_light_and_has_no_switches(sheet: Page) -> None:
    """In print there are light pictures only, no definitions, and nothing to press."""
    sheet.emulate_media(color_scheme="dark")
    number = sum(shown(sheet))
    sheet.emulate_media(media="print")
    assert shown(sheet) == (number, 0)
    for control in ("fieldset.gd-depth", ".gd-play", ".gd-definition"):
        assert sheet.locator(control).filter(visible=True).count() == 0


def test_paper_has_what_was_folded(visit: Visit) -> None:
    """Solutions that are folded away on the screen are printed; code is, if it was unfolded."""
    page = visit(a_page_with('data-depth="solution"'))
    solution = page.locator('details[data-depth="solution"]').first
    if not page.evaluate("CSS.supports('selector(::details-content)')"):
        pytest.skip("this browser cannot print what is folded")
    assert solution.bounding_box()["height"] < 100
    first, other = (page.locator("details.hide").nth(i) for i in (0, 1))
    first.locator("summary").click()
    page.emulate_media(media="print")
    assert solution.bounding_box()["height"] > 100
    assert first.is_visible()
    assert not other.is_visible()


def switch_to(page: Page, theme: str) -> None:
    """Press the theme's switch until it is where one wants it."""
    for _ in range(3):
        if page.evaluate("document.body.dataset.theme") == theme:
            return
        page.locator(".theme-toggle:visible").first.click()
    raise AssertionError(f"the switch does not lead to {theme}")


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_switch_overrules_the_system(system: str, visit: Visit) -> None:
    """A reader who switches the theme sees that theme's pictures, whatever the system prefers."""
    page = visit(a_page_with("only-dark"), theme=system)
    number = sum(shown(page))
    assert number > 0
    switch_to(page, "dark")
    assert shown(page) == (0, number)
    switch_to(page, "light")
    assert shown(page) == (number, 0)
