"""The built book, served on the loopback network, and a real browser to read it with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from audits.browsing import QUIET, READY
from audits.server import UNDER, served
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.demos import write_and_build
from tests.browser.windows import OPEN_ALL, WIDE, Played, Window, is_trouble
from tests.conftest import EXPLORE

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
HTML = Path(os.environ.get("GDBOOK_HTML") or DOCS / "_build" / "html")

UNLIKE = {
    "404", "index", "search", "sandbox", "networks/backpropagation", "networks/playground",
    "reference/cheat-sheet", "reference/glossary", "reference/ledger", "reference/status",
    "terrain/edge-of-stability",
}  # fmt: skip

NO_BROWSER = (
    "no browser: install Chrome or Chromium, or run `nox -s tests`, which finds or gets one"
)
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def names() -> list[str]:
    """Return the names of the book's pages: those that were built, or that will be."""
    if (HTML / "index.html").exists():
        files = [path.relative_to(HTML) for path in HTML.rglob("*.html")]
        pages = [file for file in files if not file.parts[0].startswith("_")]
    else:
        files = [path.relative_to(DOCS) for path in DOCS.rglob("*.md")]
        pages = [file for file in files if not file.parts[0].startswith("_")]
        pages += [Path("genindex"), Path("search")]
    return sorted(page.with_suffix("").as_posix() for page in pages)


def sample() -> list[str]:
    """Return a fifth of the pages, and those that are like no other."""
    return sorted({*names()[::5], *(set(names()) & UNLIKE)})


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for a page's name, or for the page, once for each page."""
    if "name" in metafunc.fixturenames:
        some = metafunc.definition.get_closest_marker("sample") and not os.environ.get(EXPLORE)
        metafunc.parametrize("name", sample() if some else names(), scope="package")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def built() -> Path:
    """Return the folder of the built book, which is built now if it has not been."""
    if not (HTML / "index.html").exists():
        output = ["-d", str(HTML.parent / "doctrees"), str(DOCS), str(HTML)]
        subprocess.run([sys.executable, "-m", "sphinx", "-nW", "-b", "html", *output], check=True)
    return HTML


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[str]:
    """Serve the book where it is published, and return its address, without a slash at its end."""
    with served(built, UNDER) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start a Chrome or Chromium; for this folder only, since it keeps an event loop running."""
    with sync_playwright() as playwright:
        program = executable(playwright)
        if program is None:
            pytest.fail(NO_BROWSER, pytrace=False)
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield browser
        browser.close()


def executable(playwright: Playwright) -> str | None:
    """Return the browser that was named, or is installed, or that Playwright brought."""
    if named := os.environ.get("GDBOOK_BROWSER"):
        return named
    own = playwright.chromium.executable_path
    installed = next(filter(None, map(shutil.which, INSTALLED)), None)
    return installed or (own if Path(own).exists() else None)


class Opened(NamedTuple):
    """A page in the browser, and all that was heard since it was asked for."""

    page: Page
    requests: list[str]
    troubles: list[str]


WindowFor = Callable[..., Page]


@pytest.fixture(scope="package")
def window_for(browser: Browser) -> Iterator[WindowFor]:
    """Return what gives each purpose a window of its own, which goes from page to page.

    What pages share is then fetched and compiled once, which takes half of the time.
    """
    windows: dict[str, Page] = {}

    def window(purpose: str, **more: Any) -> Page:
        if purpose not in windows:
            windows[purpose] = browser.new_context(**more).new_page()
        page = windows[purpose]
        page.goto("about:blank")  # what the page before still asks for is not the next one's
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme="light", media="screen")
        return page

    yield window
    for page in windows.values():
        page.context.close()


@pytest.fixture(scope="package")
def opened(name: str, window_for: WindowFor, site: str) -> Iterator[Opened]:
    """Open a page of the book once for all tests that only look at it."""
    page = window_for("looking")
    found = Opened(page, [], [])
    note = found.troubles.append
    hearers: dict[Any, Callable[[Any], object]] = {
        "request": lambda request: found.requests.append(request.url),
        "requestfailed": lambda request: note(f"failed: {request.url}"),
        "response": lambda r: note(f"{r.status}: {r.url}") if r.status >= 400 else None,
        "console": lambda m: note(m.text) if is_trouble(m) else None,
        "weberror": lambda error: note(str(error.error)),
    }
    for event, hearer in hearers.items():
        page.context.on(event, hearer)
    page.goto(f"{site}/{name}.html")
    page.evaluate(READY)
    yield found
    for event, hearer in hearers.items():
        page.context.remove_listener(event, hearer)


@pytest.fixture
def sheet(opened: Opened) -> Page:
    """Return an opened page, wide and light, with all its parts open."""
    opened.page.emulate_media(color_scheme="light", media="screen")
    opened.page.set_viewport_size(WIDE)
    opened.page.evaluate(OPEN_ALL)
    return opened.page


def a_page_with(*texts: str) -> str:
    """Return the name of the first page of the book in whose HTML all of some texts are."""
    for name in names():
        html = (HTML / f"{name}.html").read_text(encoding="utf-8")
        if all(text in html for text in texts):
            return name
    raise AssertionError(f"no page has {' and '.join(texts)}")


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Return what opens a page of the book, as a reader who was never here before."""
    contexts: list[BrowserContext] = []

    def open_page(name: str, *, theme: str = "light", **more: Any) -> Page:
        context = browser.new_context(**{"viewport": WIDE, "color_scheme": theme, **more})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{site}/{name}.html")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def pages() -> list[str]:
    """The addresses of all pages that readers open, relative to the book's."""
    return [f"{name}.html" for name in names()]


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A wide, light window on the book, with nothing remembered."""
    context = browser.new_context(viewport=WIDE, color_scheme="light", base_url=f"{site}/")
    yield context.new_page()
    context.close()


# Demos.


@pytest.fixture(scope="session")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the small book, once."""
    return write_and_build(tmp_path_factory.mktemp("demos"))


@pytest.fixture(scope="session")
def address(small_book: Path) -> Iterator[str]:
    """Serve the small book, and return its address."""
    with served(small_book) as address:
        yield address


Open = Callable[..., Window]


@pytest.fixture
def open_window(browser: Browser, address: str) -> Iterator[Open]:
    """Return what opens a page of the small book, as a reader who was never here before."""
    contexts: list[BrowserContext] = []

    def open_page(name: str, script: str = "", **more: Any) -> Window:
        context = browser.new_context(**{"viewport": WIDE, "color_scheme": "light", **more})
        contexts.append(context)
        if script:
            context.add_init_script(script)
        return Window(context).open(f"{address}/{name}")

    yield open_page
    for context in contexts:
        context.close()


Share = Callable[[str], AbstractContextManager[Window]]


@pytest.fixture(scope="package")
def share(browser: Browser, address: str) -> Share:
    """Return what opens a page of the small book once, for all tests that leave it as it was."""

    @contextmanager
    def open_page(name: str) -> Iterator[Window]:
        context = browser.new_context(viewport=WIDE, color_scheme="light")
        yield Window(context).open(f"{address}/{name}.html")
        context.close()

    return open_page


@pytest.fixture(scope="package")
def shared(share: Share) -> Iterator[Window]:
    """Open the page of many demos."""
    with share("many") as window:
        yield window


@pytest.fixture
def many(shared: Window) -> Iterator[Window]:
    """Return the page of many demos, each at its beginning; nothing may be complained of."""
    shared.page.mouse.move(0, 0)
    shared.page.evaluate("""for (const demo of document.querySelectorAll('gd-demo')) {
      demo.state = { scene: 0, speed: 12 };
      demo.reset();
    }""")
    yield shared
    assert shared.troubles == []


@pytest.fixture
def race(many: Window) -> Played:
    """Return the race."""
    return many.demo("race")


@pytest.fixture
def fit(many: Window) -> Played:
    """Return the line through points."""
    return many.demo("fit")


@pytest.fixture(scope="package")
def solid(share: Share) -> Iterator[Window]:
    """Open the page of the surface at its top, where the surface is not in sight."""
    with share("solid") as window:
        window.page.wait_for_load_state("networkidle")
        yield window


@pytest.fixture
def bowl(solid: Window) -> Iterator[Played]:
    """Return the bowl from above, at its beginning."""
    demo = solid.demo("bowl")
    demo.set(view="map", speed=12)
    demo.js("demo.reset()")
    yield demo
    assert solid.troubles == []
