"""How much a cell may put on a page: readers have to load it."""

from __future__ import annotations

import struct
from base64 import b64decode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_PRINTED = 100_000
"""Characters that a cell may print."""

MOST_SHOWN = 8_000_000
"""Characters of all that a cell shows, pictures and videos in both themes among them."""

WIDEST = 4_000
"""Pixels that a picture may be wide or high."""


def excess(outputs: Iterable[Any]) -> str | None:
    """Return what is too much in the outputs of a cell, or None.

    Args:
        outputs: of the cell, as in a notebook.
    """
    printed = shown = 0
    for output in outputs:
        printed += len(output.get("text", ""))
        for kind, data in output.get("data", {}).items():
            shown += len(str(data))
            if kind == "image/png" and max(size := _pixels(data)) > WIDEST:
                return f"shows a picture of {size[0]:,} x {size[1]:,} pixels, expected {WIDEST:,}"
    if printed > MOST_PRINTED:
        return f"prints {printed:,} characters; expected at most {MOST_PRINTED:,}"
    if shown > MOST_SHOWN:
        return f"shows {shown:,} characters of data; expected at most {MOST_SHOWN:,}"
    return None


def _pixels(data: str) -> tuple[int, int]:
    """Return the width and the height that a PNG's header tells (PNG specification, 11.2.2)."""
    head = b64decode(data[:64].encode())
    width, height = struct.unpack(">II", head[16:24])
    return width, height
