"""How the book's own nodes are registered: HTML is written for them, other formats get by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils import nodes
    from sphinx.application import Sphinx

    Visitors = tuple[Callable[..., None], Callable[..., None]]
    """A function that opens a node, and one that closes it."""

OTHERS = ("latex", "text", "man", "texinfo")


def pass_through(self: Any, node: nodes.Element) -> None:
    """Do nothing: the node's children speak for themselves, or the node has been written whole."""


PLAIN: Visitors = (pass_through, pass_through)


def add_node(
    app: Sphinx,
    node: type[nodes.Element],
    html: Visitors,
    *,
    epub: Visitors | None = None,
    others: Visitors = PLAIN,
) -> None:
    """Register a node: how HTML and EPUB (like HTML, unless told) and other formats show it."""
    formats: Any = dict.fromkeys(OTHERS, others)
    app.add_node(node, html=html, epub=epub or html, **formats)
