"""Demos: a ``<gd-demo>`` element with its kernels in the book, its poster everywhere else."""

from __future__ import annotations

import hashlib
import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from gdbook.book.formats import PLAIN, add_node

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

FOLDER = "_static/demos"


class book_demo(nodes.General, nodes.Element):  # noqa: N801 (docutils finds visitors by class name)
    """A demo: its specification and kernels are attributes, its poster is its child."""


def demo_node(content: dict[str, Any], poster: nodes.Element) -> book_demo:
    """Return the node of a demo, as its display describes it."""
    return book_demo("", poster, spec=content["spec"], module=content["module"])


def visit_book_demo(self: HTML5Translator, node: book_demo) -> None:
    """Open the element; what it needs to start lies within it and beside the page."""
    module = node["module"].encode()
    name = f"{FOLDER}/{node['spec']['id']}-{hashlib.sha256(module).hexdigest()[:12]}.js"
    path = Path(self.builder.outdir) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(module)
    page = self.builder.get_target_uri(self.builder.current_docname)
    # In a script's text only its end could be mistaken for something else.
    spec = json.dumps(node["spec"], ensure_ascii=False).replace("</", "<\\/")
    views, rows = node["spec"]["views"], len(node["spec"]["runners"])
    plots = len(set(views) - {"surface", "map"})
    self.body.append(
        f'<gd-demo id="demo-{escape(node["spec"]["id"])}" data-plots="{plots}" '
        f'style="--gd-rows: {rows}; --gd-plots: {plots}" '
        f'kernels="{escape(relative_uri(page, name))}">'
        f'<script type="application/json">{spec}</script>'
    )


def depart_book_demo(self: HTML5Translator, node: book_demo) -> None:
    """Close the element."""
    self.body.append("</gd-demo>")


def add_script(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Hand the script of demos to the pages that have one."""
    if doctree is not None and next(doctree.findall(book_demo), None) is not None:
        app.add_js_file("demo.js", type="module")


def check_names(app: Sphinx, doctree: nodes.document) -> None:
    """Complain of two demos of one name: the second could not be reached, nor linked to."""
    del app
    seen: set[str] = set()
    for demo in doctree.findall(book_demo):
        name = demo["spec"]["id"]
        if name in seen:
            logger.warning("two demos are called %r; expected a name for each", name, location=demo)
        seen.add(name)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    add_node(app, book_demo, (visit_book_demo, depart_book_demo), epub=PLAIN)
    app.connect("doctree-read", check_names)
    app.connect("html-page-context", add_script)
