"""The built book, served on the loopback network, and a real browser to read it with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
NO_BROWSER = (
    "no browser: install Chrome or Chromium, or run `nox -s tests`, which finds or gets one"
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder."""
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


class Quiet(SimpleHTTPRequestHandler):
    """A server that does not report every request."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder of the built book, which is built now if it has not been."""
    folder = Path(os.environ.get("GDBOOK_HTML", ROOT / "docs" / "_build" / "html"))
    if not (folder / "index.html").exists():
        output = ["-d", str(folder.parent / "doctrees"), str(ROOT / "docs"), str(folder)]
        subprocess.run([sys.executable, "-m", "sphinx", "-nW", "-b", "html", *output], check=True)
    return folder


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[str]:
    """The address of the book, without a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(built)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def pages(built: Path) -> list[str]:
    """The addresses of all pages that readers open, relative to the book's."""
    found = [path.relative_to(built).as_posix() for path in sorted(built.rglob("*.html"))]
    return [name for name in found if not name.startswith("_")]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chrome or Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    installed = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        path = os.environ.get("GDBOOK_BROWSER") or installed or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.fail(NO_BROWSER)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A wide, light window on the book, with nothing remembered."""
    context = browser.new_context(viewport=WIDE, color_scheme="light", base_url=f"{site}/")
    yield context.new_page()
    context.close()
