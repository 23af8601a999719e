"""Small books, written to a folder and built as the real one is: by Sphinx's own command."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
import sphinx.cmd.build
from bs4 import BeautifulSoup

from gdbook.book import cache
from gdbook.book.device import Device
from tests.book.pages import CONF, GOOD


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let Sphinx and its extensions warn of what they will: only the book's own words count."""
    lenient = pytest.mark.filterwarnings("default", "ignore::ResourceWarning")
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(lenient)


ELSEWHERE = Device("cpu", "cpu", 1, "0.0.0")  # the probe takes seconds, and has its own tests


class Built(NamedTuple):
    """What a build did: its exit status, complaints, executed pages, and all that it told."""

    status: int
    complaint: str
    executed: set[str]
    told: str


class Book:
    """A book in a folder: its pages, and its builds."""

    def __init__(self, folder: Path, pages: dict[str, str], conf: str = ""):
        self.source = folder / "docs"
        self.html = self.source / "_build" / "html"
        self.write(**{"conf.py": CONF + conf, "references.bib": BIBLIOGRAPHY, **pages})

    def write(self, **files: str) -> None:
        """Write pages, or other files where the name has a suffix."""
        for name, text in files.items():
            path = self.source / (name if Path(name).suffix else f"{name}.md")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def options(self, builder: str) -> list[str]:
        """Return the options of the project's own build, uncoloured on any terminal."""
        build = self.source / "_build"
        folders = [str(build / "doctrees"), str(self.source), str(build / builder)]
        return ["-nWN", "-b", builder, "-d", *folders]

    def build(self, builder: str = "html") -> Built:
        """Build in this process, one page at a time: JAX's threads do not survive a fork."""
        said, complaint = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complaint):
            try:
                status = sphinx.cmd.build.main(self.options(builder))
            except SystemExit as refusal:
                status, complaint = 1, io.StringIO(str(refusal.code))
        executed = re.findall(r"executed \d+ of \d+: (\S+)\.md", said.getvalue())
        return Built(status, complaint.getvalue(), set(executed), said.getvalue())

    def must_build(self) -> set[str]:
        """Build, and return the names of the pages that were executed."""
        built = self.build()
        assert built.status == 0, built.complaint
        return built.executed

    def must_fail(self) -> str:
        """Fail to build, and return the complaint, with the pages' paths as in the book."""
        built = self.build()
        assert built.status != 0
        return built.complaint.replace(f"{self.source}/", "")

    def line(self, page: str, text: str) -> int:
        """Return the number of the first line of a page that has a text in it."""
        lines = (self.source / f"{page}.md").read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)

    def page(self, name: str) -> BeautifulSoup:
        """Return a page as it was written."""
        text = (self.html / f"{name}.html").read_text(encoding="utf-8")
        return BeautifulSoup(text, "html.parser")


BIBLIOGRAPHY = """
@article{cauchy1847,
  author = {Cauchy, Augustin-Louis},
  title = {Méthode générale pour la résolution des systèmes d'équations simultanées},
  journal = {Comptes rendus},
  year = {1847},
}
"""

MakeBook = Callable[..., Book]


@pytest.fixture
def small_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for the library and the device, so that only a test's own changes count."""
    package = tmp_path / "library"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "constant.py").write_text("MOMENTUM = 0.9\n")
    monkeypatch.setattr(cache, "PACKAGE", package)
    monkeypatch.setattr(cache, "find_device", lambda: ELSEWHERE)
    return package


@pytest.fixture
def make_book(tmp_path: Path, small_library: Path) -> MakeBook:
    """Return what writes a book of the given pages."""

    def make(*, conf: str = "", **pages: str) -> Book:
        return Book(tmp_path, pages, conf)

    return make


class GoodBook(Book):
    """The book with everything in it, and what its build left behind."""

    said: str
    processes: list[str]
    files: list[str]


@pytest.fixture(scope="session")
def good_book(tmp_path_factory: pytest.TempPathFactory) -> GoodBook:
    """Build the book with everything in it, in parallel and from nothing."""
    return build_good(tmp_path_factory.mktemp("good"), tmp_path_factory.mktemp("t"), side_by_side=2)


def build_good(folder: Path, temporary: Path, *, side_by_side: int) -> GoodBook:
    """Build the book with everything in it in a folder, so many pages at a time."""
    book = GoodBook(folder, GOOD, STAND_IN)
    mark = uuid.uuid4().hex
    environment = {**os.environ, "TMPDIR": str(temporary), "GDBOOK_TEST": mark}
    command = [sys.executable, "-m", "sphinx", "-j", str(side_by_side), *book.options("html")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    book.said = done.stdout
    book.processes = list(running("GDBOOK_TEST", mark))
    book.files = [path.name for path in temporary.iterdir()]
    return book


# In a process of its own, the configuration puts the constant device in place.
STAND_IN = f"""
import gdbook.book.cache
from gdbook.book.device import Device
gdbook.book.cache.find_device = lambda: {ELSEWHERE!r}
"""


def running(name: str, value: str) -> Iterator[str]:
    """Yield the commands of all processes in whose environment a variable has a value."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(name) == value:
                yield " ".join(process.cmdline())
