"""The map of the book: each page with its title, its question and its first picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from gdbook.book.formats import add_node, pass_through
from gdbook.book.media import book_picture
from gdbook.book.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

PAGES = Store("pages")
MAPS = Store("maps")


class map_card(nodes.General, nodes.Element):  # noqa: N801
    """One page on the map: ``href``, ``title`` and ``question``; its children are pictures."""


class book_map(nodes.General, nodes.Element):  # noqa: N801
    """Where a map is to stand; ``pages`` are the names of its pages."""


class MapDirective(SphinxDirective):
    """``{map}``, with the names of pages in its body, one a line."""

    has_content: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """Return a place for the map; it is filled in when all pages have been read."""
        names = [line.strip().lstrip("/") for line in self.content if line.strip()]
        unknown = sorted(set(names) - self.env.found_docs)
        if unknown:
            raise self.error(f"map names {', '.join(unknown)}; expected pages of this book")
        MAPS.of(self.env)[self.env.docname] = names
        return [book_map(pages=names)]


def gather(app: Sphinx, doctree: nodes.document) -> None:
    """Note down what the map says of a page."""
    questions = [node for node in doctree.findall(nodes.container)
                 if "gd-question" in node["classes"]]  # fmt: skip
    pictures: list[book_picture] = []
    for node in doctree.findall(book_picture):
        if node["theme"] not in {seen["theme"] for seen in pictures}:
            pictures.append(node.deepcopy())
    question = questions[0].astext() if questions else ""
    PAGES.of(app.env)[app.env.docname] = {"question": question, "pictures": pictures}


def refresh(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Return the pages to write again: a map changes when a page on it does."""
    return list(MAPS.of(env))


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the cards where a map is to stand."""
    for place in list(doctree.findall(book_map)):
        cards = nodes.container(classes=["gd-map"])
        for name in place["pages"]:
            page = PAGES.of(app.env)[name]
            cards += map_card(
                "",
                *(node.deepcopy() for node in page["pictures"]),
                href=app.builder.get_relative_uri(docname, name),
                title=app.env.titles[name].astext(),
                question=page["question"],
            )
        place.replace_self(cards)


def visit_map_card(self: Any, node: map_card) -> None:
    """Open a card: the whole of it is one link."""
    href, title = self.attval(node["href"]), self.encode(node["title"])
    self.body.append(f'<a class="gd-card" href="{href}"><strong>{title}</strong>')
    for child in node.findall(book_picture):
        child["alt"] = ""  # the title says where the link goes; the picture adds nothing to that


def depart_map_card(self: Any, node: map_card) -> None:
    """Close a card."""
    self.body.append(f"<span>{self.encode(node['question'])}</span></a>")


def visit_plain(self: Any, node: map_card) -> None:
    """Write the title; other formats have a table of contents."""
    paragraph = nodes.paragraph("", f"{node['title']}: {node['question']}")
    paragraph.walkabout(self)
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    PAGES.connect(app)
    MAPS.connect(app)
    add_node(app, map_card, (visit_map_card, depart_map_card), others=(visit_plain, pass_through))
    app.add_node(book_map)
    app.add_directive("map", MapDirective)
    app.connect("doctree-read", gather)
    app.connect("env-updated", refresh)
    app.connect("doctree-resolved", fill)
