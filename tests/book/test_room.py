"""A disk that is full or may not be written on: one line, and a whole site once there is room.

Permissions do not bind root, and filling a real disk would harm others: here the folder of outputs
is a file system of its own, a small one, that only the build sees and that ends with it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gdbook.book import room
from gdbook.book.exact import contents as contents_of
from tests.book.conftest import STAND_IN, Book, MakeBook
from tests.book.pages import contents, plain

FOLDERS = (Path("html"), Path("doctrees"))
MOUNT = ("unshare", "--mount", *(() if os.geteuid() == 0 else ("--user", "--map-root-user")))


def possible() -> bool:
    """Say whether a process here may have a file system of its own."""
    command = [*MOUNT, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return bool(shutil.which("unshare")) and not subprocess.run(command, check=False).returncode


@pytest.fixture
def book(make_book: MakeBook) -> Book:
    """Return a book of two pages."""
    pages = {"index": plain("A book", contents("one")), "one": plain("One", "Words, and $x^2$.")}
    return make_book(conf=STAND_IN, **pages)


def builds_under(book: Book, before: str, after: str = "") -> list[tuple[int, str]]:
    """Build on a file system as it is mounted, and, if told how, again as it is mounted then.

    Returns:
        The status and the complaint of each build. The site is left in ``mounted``.
    """
    output = book.source / "_build"
    output.mkdir()
    build = shlex.join([sys.executable, "-m", "sphinx", *book.options("html")])
    lines = [f"mount -t tmpfs -o {before} tmpfs {output}"]
    for number, options in enumerate((before, after)):
        if options:
            lines += [
                f"mount -o remount,{options} {output}",
                f"{build} 2> {output.parent}/{number}",
            ]
            lines += ["echo status $?"]
    lines += [f"cp -r {output}/html {output.parent.parent}/mounted" if after else ""]
    command = [*MOUNT, "sh", "-c", "\n".join(lines)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    statuses = [int(line.split()[1]) for line in told.splitlines() if line.startswith("status ")]
    return [
        (status, (book.source / str(number)).read_text()) for number, status in enumerate(statuses)
    ]


@pytest.mark.book
@pytest.mark.skipif(not possible(), reason="no file system of one's own may be mounted here")
def test_a_full_disk_is_one_line_and_the_next_build_is_whole(book: Book) -> None:
    """A disk that fills while the site is written is named; with room, the site is like any."""
    (status, complaint), (again, trouble) = builds_under(book, "size=300k", "size=64m")
    assert status != 0
    title, line = complaint.splitlines()
    assert title == "The book was not built:"
    assert line.startswith(f"{book.html}: No space left on device. Make room there, or build into")
    assert (again, trouble) == (0, "")
    book.must_build()
    assert contents_of(book.source.parent / "mounted") == contents_of(book.html)


@pytest.mark.book
@pytest.mark.skipif(not possible(), reason="no file system of one's own may be mounted here")
def test_a_read_only_folder_is_one_line(book: Book) -> None:
    """Where nothing may be written, the build ends before it begins."""
    ((status, complaint),) = builds_under(book, "ro")
    assert status != 0
    title, line = complaint.splitlines()
    assert title == "The book was not built:"
    assert line.startswith(f"{book.html}: Read-only file system. Allow writing there, or build")


@pytest.mark.book
def test_a_folder_that_cannot_be_made_is_one_line(book: Book) -> None:
    """A file stands where the folder of outputs should: the build says which cannot be written."""
    (book.source / "_build").write_text("a file")
    complaint = book.must_fail()
    assert complaint == "The book was not built:\n_build/html cannot be written: Not a directory"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[Errno 28] No space left on device: '/there/page.html'", "/there/page.html: No space"),
        ("a handler threw [Errno 30] Read-only file system: '/x'", "/x: Read-only file system. Al"),
        ("cannot copy: OSError(28, 'No space left on device')", "html: No space left on device. M"),
        ("(sqlite3.OperationalError) database or disk is full", "html: No space left on device."),
        ("(sqlite3.OperationalError) attempt to write a readonly database", "html: Read-only"),
        ("[Errno 13] Permission denied: '/there'", "/there: Permission denied. Allow writing"),
    ],
)
def test_whatever_speaks_of_a_disk_is_understood(text: str, named: str) -> None:
    """The system's words are found in those of Sphinx, its extensions and SQLite."""
    found = room.problem(text, FOLDERS)
    assert found
    assert str(found).startswith(named)
    assert "\n" not in str(found)


@pytest.mark.parametrize("text", ["unknown page", "[Errno 2] No such file: '/x'", "28 errors"])
def test_other_trouble_is_left_as_it_is(text: str) -> None:
    """What speaks of no disk keeps its own words."""
    assert room.problem(text, FOLDERS) is None
