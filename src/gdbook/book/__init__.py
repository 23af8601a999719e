"""The Sphinx side: what turns pages and the library's displays into the book.

``extensions = ["gdbook.book"]`` in ``conf.py`` is all a book needs. Each module here is one
feature with a ``setup`` of its own, and none of them knows another's insides.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gdbook.book import (
    bundle,
    cache,
    checks,
    citations,
    contents,
    demos,
    depth,
    endings,
    epub,
    execute,
    folds,
    formulas,
    graphs,
    head,
    header,
    late,
    ledger,
    media,
    microscopes,
    notebooks,
    numerals,
    playgrounds,
    reference,
    room,
    status,
    terms,
    turns,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FEATURES = (
    room,
    turns,
    bundle,
    cache,
    execute,
    formulas,
    media,
    demos,
    playgrounds,
    graphs,
    microscopes,
    late,
    ledger,
    status,
    depth,
    reference,
    terms,
    citations,
    numerals,
    contents,
    folds,
    head,
    header,
    notebooks,
    epub,
    checks,
    endings,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every feature with Sphinx."""
    for feature in FEATURES:
        feature.setup(app)
    safe = {"parallel_read_safe": True, "parallel_write_safe": True}
    return {"version": "1", "env_version": _sources(), **safe}


def _sources() -> int:
    """Return a number of this side's sources: a change in them and Sphinx reads all pages anew."""
    text = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return int.from_bytes(hashlib.sha256(text).digest()[:6], "big")
