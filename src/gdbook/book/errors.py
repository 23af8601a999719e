"""How the book refuses to be built."""

from __future__ import annotations

from sphinx.errors import SphinxError


class BookError(SphinxError):
    """Something a contributor must mend: the message says what and where, and is all that shows."""

    category = "The book was not built"
