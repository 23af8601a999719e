"""A disk that is full or may not be written on: said in one line, once, wherever it is met.

Sphinx, its extensions and SQLite meet it in dozens of places. Some raise, some in another process,
and some warn once for each page and go on; what all of them have in common is the system's text.
"""

from __future__ import annotations

import errno
import logging
import os
import re
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from gdbook.book.cache import kept
from gdbook.book.errors import BookError, stop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.config import Config

FULL = (errno.ENOSPC, errno.EDQUOT)
CLOSED = (errno.EROFS, errno.EACCES, errno.EPERM)
TOLD = re.compile(r"(?:\[Errno |Error\()(\d+)(?:[^:\n]*: '([^'\n]+)')?")
SQLITE = {"disk is full": errno.ENOSPC, "readonly database": errno.EROFS}
PROBE = bytes(64 * 1024)  # a file of a few bytes may find room where a page does not


class RoomError(BookError):
    """A folder in which the build cannot write."""


def problem(text: str, folders: Iterable[Path]) -> RoomError | None:
    """Return what a message says of a disk, or None if it speaks of something else.

    Args:
        text: of an exception or a warning.
        folders: in which the build writes; the first that cannot be written in is named where the
            message names none.
    """
    numbers = [(int(number), name) for number, name in TOLD.findall(text)]
    numbers += [(number, "") for words, number in SQLITE.items() if words in text]
    for number, name in numbers:
        if number in (*FULL, *CLOSED):
            return _error(number, name or str(_worst(list(folders))))
    return None


def _error(number: int, name: str) -> RoomError:
    advice = "Make room there" if number in FULL else "Allow writing there"
    return RoomError(
        f"{name}: {os.strerror(number)}. {advice}, or build into another folder; the next build "
        f"makes good what this one left."
    )


def _worst(folders: list[Path]) -> Path:
    return next((folder for folder in folders if _refusal(folder)), folders[0])


def _refusal(folder: Path) -> OSError | None:
    """Return what the system says when a file is written into a folder, if it does not let us."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as file:
            file.write(PROBE)
    except OSError as error:
        return error
    return None


def check(folder: Path) -> None:
    """Stop the build if a folder cannot be written in.

    Raises:
        SystemExit: with the folder and what to do.
    """
    if refusal := _refusal(folder):
        if refusal.errno in (*FULL, *CLOSED):
            stop(_error(refusal.errno, str(folder)))
        stop(RuntimeError(f"{folder} cannot be written: {refusal.strerror}"))


def check_kept(app: Sphinx, config: Config) -> None:
    """Stop the build if nothing can be kept of the pages that it will execute."""
    del config
    check(kept(app))


class Room(logging.Filter):
    """Turns the first warning about a full disk into the end of the build."""

    def __init__(self, folders: Iterable[Path]):
        super().__init__()
        self._folders = folders

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record pass.

        Raises:
            RoomError: if it complains of a disk.
        """
        if record.levelno >= logging.WARNING:
            found = problem(record.getMessage(), self._folders)
            if found is not None:
                raise found
        return True


def explain(app: Sphinx, error: Exception | None) -> None:
    """End a build that failed for want of room with the line that says so."""
    if error is None or isinstance(error, BookError):
        return
    if found := problem(f"{error}", (app.outdir, app.doctreedir)):
        stop(found)


def setup(app: Sphinx) -> None:
    """Register with Sphinx, which is about to make its folders."""
    folders = (Path(app.outdir), Path(app.doctreedir))
    for folder in folders:
        check(folder)
    for handler in logging.getLogger("sphinx").handlers:
        handler.addFilter(Room(folders))
    app.connect("config-inited", check_kept, priority=0)
    app.connect("build-finished", explain, priority=1100)
