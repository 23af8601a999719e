"""How the book refuses to be built."""

from __future__ import annotations

from typing import NoReturn

from sphinx.errors import SphinxError


class BookError(SphinxError):
    """Something a contributor must mend: the message says what and where, and is all that shows."""

    category = "The book was not built"


def stop(error: Exception) -> NoReturn:
    """End the build with one message, which Sphinx would bury in a report about itself."""
    raise SystemExit(f"{BookError.category}:\n{error}")
