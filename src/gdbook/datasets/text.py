"""The book as data: its prose without code and markup, and text as numbers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp


class Text(NamedTuple):
    """Characters as numbers.

    Attributes:
        codes: shape (length,), for each character its place in the alphabet.
        alphabet: the characters that occur, sorted.
    """

    codes: jax.Array
    alphabet: str


def prose(folder: str | Path) -> str:
    """Return the prose of all Markdown pages in a folder, without code and markup.

    Args:
        folder: where the pages are; they are read in the order of their paths.

    Returns:
        The paragraphs, with one empty line between.

    Raises:
        ValueError: if there is no page.
    """
    pages = sorted(Path(folder).rglob("*.md"))
    pages = [page for page in pages if "_build" not in page.parts]
    if not pages:
        raise ValueError(f"folder is {str(folder)!r}, which holds no page; expected *.md files")
    return "\n\n".join(filter(None, (stripped(page.read_text("utf-8")) for page in pages)))


# In order: what is taken out, and what is left of it.
_MARKUP = [
    (r"\A---\n.*?\n---\n", ""),  # front matter
    (r"^(`{3,}|:{3,}|~{3,}).*?^\1[ \t]*$", ""),  # code, directives
    (r"\$\$.*?\$\$", ""),  # formulas on their own
    (r"<!--.*?-->", ""),
    (r"^%[^\n]*$", ""),  # comments
    (r"^\([\w-]+\)=$", ""),  # labels
    (r"^:[^\n]*$", ""),  # options
    (r"!\[[^\]]*\]\([^)]*\)", ""),  # pictures
    (r"\[([^\]]*)\]\([^)]*\)", r"\1"),  # links keep their words
    (r"\{[\w:+-]+\}`([^`<]*?)\s*<[^`]*>`", r"\1"),  # and so do roles
    (r"\{[\w:+-]+\}`([^`]*)`", r"\1"),
    (r"`([^`]*)`", r"\1"),
    (r"\$([^$\n]*)\$", ""),  # formulas in the text
    (r"</?\w[^>]*>", ""),
    (r"^#+ *", ""),
    (r"^(\*|-|\d+\.) +", ""),
    (r"\*\*?([^*]+)\*\*?", r"\1"),
    (r"[ \t]+", " "),
    (r" ?\n ?", "\n"),
    (r"\n{3,}", "\n\n"),
]


def stripped(page: str) -> str:
    r"""Return the prose of one Markdown page.

    Args:
        page: its text.

    Returns:
        What a reader reads between the code and the formulas.

    Example:
        >>> import gdbook as gd
        >>> gd.datasets.stripped("# Downhill\n\nA *step* down [here](there.md).")
        'Downhill\n\nA step down here.'
    """
    for pattern, left in _MARKUP:
        page = re.sub(pattern, left, page, flags=re.MULTILINE | re.DOTALL)
    return page.strip()


def characters(text: str) -> Text:
    """Return a text as numbers, one for each character.

    Args:
        text: at least one character.

    Returns:
        The :class:`Text`: codes from 0, and the alphabet that they count in.

    Raises:
        ValueError: if the text is empty.

    Example:
        >>> import gdbook as gd
        >>> codes, alphabet = gd.datasets.characters("abba")
        >>> codes.tolist(), alphabet
        ([0, 1, 1, 0], 'ab')
    """
    if not text:
        raise ValueError("text is ''; expected at least one character")
    alphabet = "".join(sorted(set(text)))
    place = {character: i for i, character in enumerate(alphabet)}
    return Text(jnp.asarray([place[character] for character in text]), alphabet)
