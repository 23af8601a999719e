"""The archive of the book: opened from the file system, its demos play."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from gdbook.book.offline import archive
from tests.browser.windows import WIDE, Window


@pytest.fixture(scope="module")
def unpacked(small_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the small book as an archive, and unpack it."""
    folder = tmp_path_factory.mktemp("offline")
    archive(small_book, folder / "book.zip")
    with zipfile.ZipFile(folder / "book.zip") as packed:
        packed.extractall(folder)
    return folder / "gdbook"


@pytest.fixture
def window(browser: Browser) -> Iterator[Window]:
    """Return a window in which nothing may be complained of."""
    context = browser.new_context(viewport=WIDE, color_scheme="light", offline=True)
    window = Window(context)
    yield window
    assert window.troubles == []
    assert all(url.startswith(("file:", "data:")) for url in window.requests)
    context.close()


def test_demos_play_without_a_server(window: Window, unpacked: Path) -> None:
    """A page opened as a file walks the walks that a served one does, formulas in their fonts."""
    window.open((unpacked / "many.html").as_uri())
    race = window.demo("race")
    assert race.row("SGD")[2] == "6.88"
    race.step(3)
    assert race.state["step"] == 3
    assert race.row("SGD")[2] != "6.88"
    assert window.page.evaluate("[...document.fonts].every(({ status }) => status !== 'error')")


def test_other_demos_play_without_a_server(window: Window, unpacked: Path) -> None:
    """What is fetched only when it is wanted is found among the files too."""
    for name in ("play", "box", "net"):
        window.open((unpacked / f"{name}.html").as_uri())
        demo = window.demo(name)
        demo.step(2)
        assert demo.state["step"] == 2
