"""How results reach a page: rich displays, under media types of the book's own.

In a notebook or a page an object is shown by IPython; in plain Python its text is printed.
The media types are the library's contract with the Sphinx side, which turns them into the book.
"""

from __future__ import annotations

import sys
from typing import Any

DEMO = "application/vnd.gdbook.demo+json"
FIGURE = "application/vnd.gdbook.figure+json"
GRAPH = "application/vnd.gdbook.graph+json"
MICROSCOPE = "application/vnd.gdbook.microscope+json"
PLAYGROUND = "application/vnd.gdbook.playground+json"
RECEIPT = "application/vnd.gdbook.receipt+json"
SOURCE = "application/vnd.gdbook.source+json"


def in_notebook() -> bool:
    """Say whether there is a notebook's kernel to display things."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


def show(bundle: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
    """Display a bundle of ``media type -> data``; outside a notebook, print its plain text."""
    if in_notebook():
        from IPython.display import display

        display(bundle, metadata=metadata or {}, raw=True)  # type: ignore[no-untyped-call]
    else:
        print(bundle["text/plain"])
