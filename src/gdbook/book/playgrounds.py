"""Playgrounds: a ``<gd-playground>`` element and its modules in the book, its poster elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdbook.book.demos import add_playable, playable, write_module

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

    from gdbook.book.demos import Opening


class book_playground(playable):  # noqa: N801 (docutils finds visitors by class name)
    """A playground, with the modules of which it fetches what the reader chooses."""


def open_playground(self: HTML5Translator, node: book_playground) -> Opening:
    """Return how the element begins; a module is fetched when the reader chooses what needs it."""
    name = node["spec"]["id"]
    modules = {
        key: write_module(self, f"{name}-{key}", text) for key, text in node["modules"].items()
    }
    return {}, node["spec"] | {"modules": modules}


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    add_playable(app, book_playground, open_playground)
