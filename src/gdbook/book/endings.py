"""How builds end: one that failed says why, and is not built upon."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.application import ENV_PICKLE_FILENAME

from gdbook.book.errors import BookError, stop

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

LAST = 900  # after all others that want to hear of the end


def begin(app: Sphinx, config: Config) -> None:
    """After a build that did not end well, read all pages again.

    Some may have been read but not written, and warnings are only given when a page is read.
    """
    del config
    mark = _mark(app)
    if mark.exists():
        mark.with_name(ENV_PICKLE_FILENAME).unlink(missing_ok=True)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def end(app: Sphinx, error: Exception | None) -> None:
    """Note that a build ended well, or say why it did not."""
    if error is None and not app._warncount:
        _mark(app).unlink(missing_ok=True)
    if isinstance(error, BookError):
        stop(error)


def _mark(app: Sphinx) -> Path:
    """Return the file that is there while a build runs, and stays where one fails or is stopped."""
    return Path(app.doctreedir) / f"{app.outdir.name}.unfinished"


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("config-inited", begin)
    app.connect("build-finished", end, priority=LAST)
