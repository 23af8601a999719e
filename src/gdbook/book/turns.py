"""One build at a time, and none that trusts pages which an interrupted one left."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sphinx.util import logging

from gdbook.book import cards
from gdbook.book.cache import kept
from gdbook.book.errors import stop

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

if sys.platform != "win32":
    import fcntl

logger = logging.getLogger(__name__)

_held: list[TextIO] = []
"""The file that this process has locked, while it builds."""


def wait_for_turn(app: Sphinx, config: Config) -> None:
    """Wait until no other build uses the same folder of outputs."""
    del config
    folder = kept(app)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        end_turn()  # a build of this process that failed may have kept its own
        _held.append(_locked(folder / "building"))
        if _marker(app).exists():
            logger.info("the last build was interrupted: all pages are written again")
            unsure = [*app.outdir.rglob("*.html"), app.outdir / "searchindex.js"]
            for path in [*unsure, *(app.outdir / cards.FOLDER).glob(cards.NAME)]:
                path.unlink(missing_ok=True)
    except OSError as error:
        stop(RuntimeError(f"{error.filename} cannot be written: {error.strerror}"))


def _locked(path: Path) -> TextIO:
    """Return a file that no other process has locked, waiting for it if need be.

    The lock is the system's, and ends with the processes that hold it, however they end.
    """
    file = path.open("w", encoding="utf-8")
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.info("another build is at work in %s: waiting for it", path.parent)
            fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _marker(app: Sphinx) -> Path:
    return app.doctreedir / "unfinished"


def remove_gone(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Take out of the site what pages left that are no longer there."""
    del env, added, changed
    for name in removed:
        for suffix in (".html", ".ipynb", ".zip"):
            Path(app.outdir, name + suffix).unlink(missing_ok=True)
    return []


def begin_writing(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Note that pages are about to be written: those that exist need not be whole."""
    del env
    _marker(app).touch()
    return []


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Note that all pages were written, and let the next build begin."""
    if exception is None:
        _marker(app).unlink(missing_ok=True)
    end_turn()


def end_turn() -> None:
    """Let the next build begin."""
    while _held:
        file = _held.pop()
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_UN)  # processes that were forked meanwhile hold it, too
        file.close()


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    # Before anything of the last build is looked at, and after what looks at the disk itself.
    app.connect("config-inited", wait_for_turn, priority=10)
    app.connect("env-get-outdated", remove_gone)
    app.connect("env-updated", begin_writing)
    app.connect("build-finished", finish, priority=1000)
