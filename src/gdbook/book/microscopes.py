"""Microscopes: a ``<gd-microscope>`` element with its kernels in the book, its poster elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdbook.book.demos import add_playable, playable, write_module

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

    from gdbook.book.demos import Opening


class book_microscope(playable):  # noqa: N801 (docutils finds visitors by class name)
    """A microscope, with the kernels that train its network."""


def open_microscope(self: HTML5Translator, node: book_microscope) -> Opening:
    """Return how the element begins."""
    spec = node["spec"]
    return {"kernels": write_module(self, spec["id"], node["module"])}, spec


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    add_playable(app, book_microscope, open_microscope)
