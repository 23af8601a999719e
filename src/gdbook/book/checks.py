"""What every page must have, or the book is not built: each complaint says where."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.nodes import get_node_line

from gdbook.book.errors import BookError
from gdbook.book.header import difficulty_problem
from gdbook.book.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

PROBLEMS = Store("problems")
NAMES = {"img": ("alt",), **dict.fromkeys(("video", "canvas", "iframe"), ("aria-label", "title"))}


def inspect(app: Sphinx, doctree: nodes.document) -> None:
    """Note down what is wrong with a page, as (line, complaint)."""
    docname = app.env.docname
    found = [*undescribed(doctree)]
    metadata = app.env.metadata[docname]
    if "difficulty" in metadata or "kernelspec" in metadata:
        problem = difficulty_problem(metadata)
        if problem and not metadata.get("landing"):
            found.append((1, problem))
    if found:
        PROBLEMS.of(app.env)[docname] = found


def undescribed(doctree: nodes.document) -> Iterator[tuple[int | None, str]]:
    """Yield a complaint for each picture or video without a description in words."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            yield get_node_line(image), "a figure has no description; expected alt text"
    for raw in doctree.findall(nodes.raw):
        for tag in _unnamed(raw.astext()) if "html" in raw.get("format", "") else ():
            attributes = " or ".join(NAMES[tag])
            yield get_node_line(raw), f"<{tag}> has no description; expected {attributes}"


def _unnamed(html: str) -> list[str]:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            names = NAMES.get(tag)
            if names and not any((dict(attrs).get(name) or "").strip() for name in names):
                found.append(tag)

    Reader().feed(html)
    return found


def report(app: Sphinx, env: BuildEnvironment) -> None:
    """Stop the build if a page has a problem, whether read now or in an earlier build.

    Raises:
        BookError: naming each page, line and problem.
    """
    complaints = [
        f"{env.doc2path(docname)}:{line or '?'}: {text}"
        for docname, found in sorted(PROBLEMS.of(env).items())
        for line, text in found
    ]
    if complaints:
        raise BookError("\n".join(complaints))


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    PROBLEMS.connect(app)
    app.connect("doctree-read", inspect)
    app.connect("env-check-consistency", report)
