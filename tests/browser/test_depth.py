"""Reading depth: the reader's choice folds the page, is kept in their browser, and is a choice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit, WindowFor, a_page_with

FOLDS = """() => Object.fromEntries(["mathematics", "code", "solution"].map((kind) => [
  kind, [...document.querySelectorAll(`details[data-depth="${kind}"]`)].map((part) => part.open),
]))"""


@pytest.fixture
def page(visit: Visit) -> Page:
    """Return a page with mathematics, code and a solution."""
    wanted = ('data-depth="mathematics"', 'data-depth="solution"', "cell_input", "gd-source")
    return visit(a_page_with(*wanted))


def choose(page: Page, label: str) -> None:
    """Choose a depth by its label."""
    page.locator("fieldset.gd-depth label").filter(has_text=label).click()


def code(page: Page) -> int:
    """Return how many pieces of code can be seen, of cells and of the library."""
    return page.locator("article :is(.cell_input, .above-input, .gd-source):visible").count()


def is_open(page: Page, kind: str) -> set[bool]:
    """Return whether the parts of a kind are open: all, none, or some."""
    return set(page.evaluate(FOLDS)[kind])


def test_at_first_all_is_open_but_the_solutions(page: Page) -> None:
    """Who has not chosen sees everything, and solutions when they ask."""
    assert page.locator("fieldset.gd-depth").is_visible()
    assert page.locator('input[value="code"]').is_checked()
    assert is_open(page, "mathematics") == {True}
    assert is_open(page, "solution") == {False}
    assert code(page) > 0


def test_intuition_folds_mathematics_and_hides_code(page: Page) -> None:
    """At the first depth, mathematics is folded and can be opened, and code is out of sight."""
    choose(page, "Intuition")
    assert is_open(page, "mathematics") == {False}
    assert is_open(page, "code") <= {False}
    assert code(page) == 0
    part = page.locator('details[data-depth="mathematics"]').first
    part.locator("summary").click()
    assert part.evaluate("(part) => part.open")


def test_mathematics_opens_it_and_hides_code(page: Page) -> None:
    """At the second depth mathematics is open, and code still out of sight."""
    choose(page, "Intuition")
    choose(page, "+ mathematics")
    assert is_open(page, "mathematics") == {True}
    assert code(page) == 0


def test_code_shows_all_again(page: Page) -> None:
    """The last depth brings back all there was; solutions stay as they were."""
    before = code(page)
    choose(page, "Intuition")
    choose(page, "+ code")
    assert is_open(page, "mathematics") == {True}
    assert is_open(page, "code") <= {True}
    assert is_open(page, "solution") == {False}
    assert code(page) == before


def test_the_choice_is_remembered_here_and_told_to_nobody(page: Page) -> None:
    """The choice outlives the page, on other pages too, as one word in the browser's own store."""
    asked: list[str] = []
    page.wait_for_load_state("networkidle")
    # Pictures that come into sight as the page grows shorter are fetched whatever is chosen.
    page.on("request", lambda r: r.resource_type == "image" or asked.append(r.url))
    choose(page, "Intuition")
    assert asked == []
    assert page.evaluate("JSON.stringify({...localStorage})") == '{"gdbook-depth":"intuition"}'
    assert page.evaluate("document.cookie + JSON.stringify({...sessionStorage})") == "{}"
    page.reload()
    assert page.locator('input[value="intuition"]').is_checked()
    assert is_open(page, "mathematics") == {False}
    assert code(page) == 0


def test_nothing_is_seen_to_fold(page: Page) -> None:
    """The choice is known before the page is painted: code that is not wanted never shows."""
    choose(page, "Intuition")
    page.add_init_script("""
      new MutationObserver((_, observer) => {
        if (!document.body) return;
        window.depthAtFirst = document.documentElement.dataset.depth;
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true });
    """)
    page.reload()
    assert page.evaluate("window.depthAtFirst") == "intuition"


def test_the_choice_can_be_made_with_the_keyboard(page: Page) -> None:
    """The switch is reached with Tab and moved with the arrow keys."""
    page.locator("#furo-main-content").evaluate("(e) => { e.tabIndex = -1; e.focus(); }")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "gd-depth":
            break
    page.keyboard.press("ArrowLeft")
    assert page.locator('input[value="mathematics"]').is_checked()
    assert code(page) == 0


def test_without_storage_the_choice_lasts_for_the_page(page: Page) -> None:
    """Where the browser refuses to store anything, the switch works all the same."""
    page.add_init_script("""
      Storage.prototype.setItem = () => { throw new Error("refused"); };
    """)
    page.reload()
    choose(page, "Intuition")
    assert is_open(page, "mathematics") == {False}
    assert code(page) == 0


def test_a_solution_opens_by_keyboard(page: Page) -> None:
    """A solution is opened and closed with the Enter key."""
    solution = page.locator('details[data-depth="solution"]').first
    solution.locator("summary").focus()
    for is_now_open in (True, False):
        page.keyboard.press("Enter")
        assert solution.evaluate("(part) => part.open") is is_now_open


# What a reader without scripts cannot see, and is not a solution, a cell's code or a search.
HIDDEN = """() => [...document.querySelectorAll("article :is(h1, h2, h3, p, .math, figure, pre)")]
  .filter((e) => !e.checkVisibility() && !e.matches(".only-dark *, .gd-definition"))
  .filter((e) => !e.closest("details:not([data-depth]), details[data-depth=solution]"))
  .map((e) => e.outerHTML.slice(0, 99))"""


@pytest.mark.sample
def test_without_scripts_everything_can_be_read(
    name: str, window_for: WindowFor, site: str
) -> None:
    """With JavaScript off all is open but solutions, which open, and no dead switch is shown."""
    if name == "search":
        pytest.skip("searching takes a script")
    page = window_for("without scripts", java_script_enabled=False)
    page.goto(f"{site}/{name}.html")
    assert page.evaluate(HIDDEN) == []
    assert not page.locator("fieldset.gd-depth").is_visible()
    bare = "[...document.querySelectorAll('video')].filter((video) => !video.controls).length"
    assert page.evaluate(bare) == 0
    for solution in page.locator('details[data-depth="solution"]').all()[:1]:
        solution.locator("> summary").click()
        assert solution.locator("> p").first.is_visible()
