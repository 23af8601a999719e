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
    from collections.abc import Callable

    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

FOLDER = "_static/demos"


Opening = tuple[dict[str, str], dict[str, Any]]
"""An element's attributes, and the specification that lies within it."""


class playable(nodes.General, nodes.Element):  # noqa: N801 (as docutils names its nodes)
    """What has a specification and modules as its attributes, and its poster as its child."""


class book_demo(playable):  # noqa: N801 (docutils finds visitors by class name)
    """A demo, with the kernels that it plays."""


def open_demo(self: HTML5Translator, node: book_demo) -> Opening:
    """Return how the element begins; how much room it needs is known by its parts."""
    spec = node["spec"]
    rows, plots = len(spec["runners"]), len(set(spec["views"]) - {"surface", "map"})
    attributes = {"data-plots": f"{plots}"}
    attributes |= {f"data-{part}": "" for part in ("sandbox", "basins") if spec.get(part)}
    style = f"--gd-rows: {rows}; --gd-plots: {plots}; --gd-sliders: {len(_shared(spec))}"
    attributes |= {"style": f"{style}; --gd-marks: 1" if _is_marked(spec) else style}
    return attributes | {"kernels": write_module(self, spec["id"], node["module"])}, spec


def _shared(spec: dict[str, Any]) -> set[str]:
    """Return the sliders below the views: a racer's own learning rate stands in its row."""
    return {
        name
        for runner in spec["runners"]
        for name in runner["settings"]
        if name != "learning_rate" or runner["learning_rate"] is None
    }


def _is_marked(spec: dict[str, Any]) -> bool:
    """Say whether what the ground allows is marked below the learning rate from the beginning."""
    running = [runner for runner in spec["runners"] if runner["name"] in spec["running"]]
    return "learning_rate" in _shared(spec) and len(running) == 1 and running[0]["exact"]


def playable_node(kind: type[playable], content: dict[str, Any], poster: nodes.Element) -> playable:
    """Return a node of a kind, as its display describes it."""
    return kind("", poster, **{key: value for key, value in content.items() if key != "poster"})


def add_playable(
    app: Sphinx, kind: type[playable], opening: Callable[[HTML5Translator, Any], Opening]
) -> None:
    """Register what can be played: an element of the page in the book, its poster elsewhere.

    Args:
        app: Sphinx.
        kind: the node: ``book_graph`` is shown as ``<gd-graph>``, which ``graph.js`` defines.
        opening: writes the modules of a node, and returns how its element begins.
    """
    name = kind.__name__.removeprefix("book_")

    def visit(self: HTML5Translator, node: playable) -> None:
        attributes, spec = opening(self, node)
        words = {"id": f"demo-{spec['id']}"} | attributes
        told = "".join(
            f' {key}="{escape(value)}"' if value else f" {key}" for key, value in words.items()
        )
        # What it needs to start lies within it and beside the page.
        self.body.append(f"<gd-{name}{told}>{embedded(spec)}")

    def depart(self: HTML5Translator, node: playable) -> None:
        del node
        self.body.append(f"</gd-{name}>")

    add_node(app, kind, (visit, depart), epub=PLAIN)
    hand_out(app, f"{name}.js", kind)


def write_module(self: HTML5Translator, name: str, text: str) -> str:
    """Write an ES module among the book's files; return its address, seen from the page.

    Its name has a digest of its text: no browser mistakes what it has kept for what is new.
    """
    module = text.encode()
    file = f"{FOLDER}/{name}-{hashlib.sha256(module).hexdigest()[:12]}.js"
    path = Path(self.builder.outdir) / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(module)
    return relative_uri(self.builder.get_target_uri(self.builder.current_docname), file)


def embedded(spec: dict[str, Any]) -> str:
    """Return the element that carries a specification within the page."""
    # In a script's text only its end could be mistaken for something else.
    text = json.dumps(spec, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/json">{text}</script>'


def hand_out(app: Sphinx, script: str, kind: type[nodes.Element]) -> None:
    """Hand a script to the pages that have a node of a kind, and to no others."""

    def add_script(
        app: Sphinx, page: str, template: str, context: object, doctree: nodes.document | None
    ) -> None:
        del page, template, context
        if doctree is not None and next(doctree.findall(kind), None) is not None:
            app.add_js_file(script, type="module")

    app.connect("html-page-context", add_script)


def check_names(app: Sphinx, doctree: nodes.document) -> None:
    """Complain of two demos of one name: the second could not be reached, nor linked to."""
    del app
    seen: set[str] = set()
    for demo in doctree.findall(playable):
        name = demo["spec"]["id"]
        if name in seen:
            logger.warning("two demos are called %r; expected a name for each", name, location=demo)
        seen.add(name)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    add_playable(app, book_demo, open_demo)
    app.connect("doctree-read", check_names)
