"""Faults: what goes wrong is told with its place, and leaves nothing wrong behind."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gdbook.book.exact import contents as contents_of
from tests.book.conftest import STAND_IN, Book, MakeBook
from tests.book.pages import cell, contents, counted, executed, plain

pytestmark = pytest.mark.book

KILLS = 20


@pytest.fixture
def book(make_book: MakeBook) -> Book:
    """Return a book of three pages, two of which are executed."""
    return make_book(
        conf=STAND_IN,
        index=plain("A book", contents("one", "two", "still")),
        one=executed("One", cell("print(6 * 7)")),
        two=executed("Two", counted("print('second')")),
        still=plain("Still", "A page without code."),
    )


def site(book: Book) -> dict[str, bytes]:
    """Return what readers would get, but for how long a page ran."""
    return {name: text for name, text in contents_of(book.html).items() if name.endswith(".html")}


def start(book: Book) -> subprocess.Popen[str]:
    """Start a build in a process of its own."""
    command = [sys.executable, "-m", "sphinx", "-j", "2", *book.options("html")]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def test_a_page_that_never_ends_is_stopped_and_named(make_book: MakeBook) -> None:
    """After its time the page is given up, with its line; the other page's outputs are kept."""
    book = make_book(
        conf="nb_execution_timeout = 3",
        index=plain("A book", contents("endless", "one")),
        endless=executed("Endless", cell("while True:\n    pass")),
        one=executed("One", counted()),
    )
    complaint = book.must_fail()
    line = book.line("endless", "while True")
    assert f"endless.md:{line}: cell 1 failed: took longer than 3 s" in complaint
    book.write(endless=executed("Endless", cell("1")))
    assert book.must_build() == {"endless"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import ctypes\nctypes.string_at(0)", "the kernel died"),
        ("import os\nos.abort()", "the kernel died"),
        ("hoard = [bytearray(10**8) for _ in range(10**6)]", "MemoryError"),
    ],
    ids=["segfault", "abort", "memory"],
)
def test_a_page_that_kills_its_kernel_fails_alone(
    make_book: MakeBook, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    """Whatever a page does to its process, it is named, and the others are executed."""
    monkeypatch.setenv("GDBOOK_MEMORY", str(2 * 2**30))
    book = make_book(
        index=plain("A book", contents("bad", "one")),
        bad=executed("Bad", cell(code)),
        one=executed("One", counted()),
    )
    complaint = book.must_fail()
    assert f"bad.md:{book.line('bad', code.splitlines()[0])}: cell 1 failed: {said}" in complaint
    book.write(bad=executed("Bad", cell("1")))
    assert book.must_build() == {"bad"}


def damaged(folder: Path, pattern: str) -> Iterator[Path]:
    """Cut files in half."""
    for path in folder.rglob(pattern):
        half = path.read_bytes()[: path.stat().st_size // 2]
        path.write_bytes(half)
        yield path


@pytest.mark.parametrize("pattern", ["base.ipynb", "global.db", "environment.pickle"])
def test_a_damaged_cache_is_noticed_and_made_again(book: Book, pattern: str) -> None:
    """Half a file is not trusted; what it had is computed anew, and the site is as it was."""
    book.must_build()
    whole = site(book)
    doctrees = book.source / "_build" / "doctrees"
    assert list(damaged(doctrees, pattern))
    (book.source / "one.md").touch()
    book.write(two=executed("Two", "New words.", counted("print('second')")))
    built = book.build()
    assert built.status == 0, built.complaint
    assert ("damaged" in built.told) or ("failed" in built.told)
    book.write(two=executed("Two", counted("print('second')")))
    book.must_build()
    assert site(book) == whole


def test_two_builds_of_one_checkout_take_turns(book: Book) -> None:
    """The second waits for the first, says so, and both end with the same site."""
    builds = [start(book), start(book)]
    told = [build.communicate(timeout=300) for build in builds]
    assert [build.returncode for build in builds] == [0, 0], told
    assert sum("another build is at work" in said for said, _ in told) == 1
    assert (book.source / "runs").read_text().count("run") == 1


def test_pages_written_later_are_as_those_written_at_first(book: Book) -> None:
    """What a page names of the site's files does not depend on what an earlier build left."""
    assert start(book).wait() == 0
    first = site(book)
    for page in book.html.rglob("*.html"):
        page.unlink()
    assert start(book).wait() == 0
    assert site(book) == first


def test_a_build_that_was_killed_is_made_good_by_the_next(book: Book) -> None:
    """However often and whenever a build is killed, the next whole one ends as a clean one."""
    started = time.monotonic()
    assert start(book).wait() == 0
    span = time.monotonic() - started
    clean = site(book)
    moments = random.Random(0)
    for _ in range(KILLS):
        if moments.random() < 0.3:  # some begin from nothing, the others where the last was killed
            shutil.rmtree(book.source / "_build")
        (book.source / "still.md").touch()
        build = start(book)
        time.sleep(moments.uniform(0, span))
        os.killpg(build.pid, signal.SIGKILL)
        build.communicate()
    last = start(book)
    _, complaint = last.communicate()
    assert last.returncode == 0, complaint
    assert site(book) == clean
