"""Graphs: a ``<gd-graph>`` element with its kernels in the book, its poster everywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdbook.book.demos import add_playable, playable, write_module

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

    from gdbook.book.demos import Opening


class book_graph(playable):  # noqa: N801 (docutils finds visitors by class name)
    """A graph, with the kernels that compute its numbers."""


def open_graph(self: HTML5Translator, node: book_graph) -> Opening:
    """Return how the element begins; its columns, rows and sliders tell how much room it needs."""
    spec = node["spec"]
    columns = 1 + max(part["column"] for part in spec["nodes"])
    rows = 1 + max(part["row"] for part in spec["nodes"])
    style = f"--gd-columns: {columns}; --gd-rows: {rows}; --gd-knobs: {len(spec['inputs'])}"
    return {"kernels": write_module(self, spec["id"], node["module"]), "style": style}, spec


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    add_playable(app, book_graph, open_graph)
