"""Two builds of one commit: what is written must be the same, byte for byte.

How long a page ran is the one thing that a build can only say of itself. It is written where
readers want to know it, in an element of its own, and left out of the comparison.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TOOK = "gd-took"
"""The class of what says how long a page ran."""

RECORDED = re.compile(rf'(<span class="{TOOK}">)[^<]*'.encode())


def took(text: str) -> str:
    """Return how long something ran, for a page's HTML."""
    return f'<span class="{TOOK}">{text}</span>'


def contents(site: Path) -> dict[str, bytes]:
    """Return all files of a built site by their names, without the times that pages took."""
    return {
        path.relative_to(site).as_posix(): RECORDED.sub(rb"\1", path.read_bytes())
        for path in site.rglob("*")
        if path.is_file()
    }


def differences(one: Path, other: Path) -> list[str]:
    """Return the names of the files by which two built sites differ, in order."""
    left, right = contents(one), contents(other)
    names = left.keys() | right.keys()
    return sorted(name for name in names if left.get(name) != right.get(name))
