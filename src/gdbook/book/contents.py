"""The map of the book: each page with its title, its question and its first picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes

from gdbook.book.formats import add_node, pass_through
from gdbook.book.late import LateDirective, add_late
from gdbook.book.media import book_picture
from gdbook.book.store import Store

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGES = Store("pages")


class map_card(nodes.General, nodes.Element):  # noqa: N801
    """One page on the map: ``href``, ``title`` and ``question``; its children are pictures."""


class MapDirective(LateDirective):
    """``{map}``, with the names of pages in its body, one a line."""

    has_content: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """Return a place for the map, if all its pages are in the book."""
        names = [line.strip().lstrip("/") for line in self.content if line.strip()]
        unknown = sorted(set(names) - self.env.found_docs)
        if unknown:
            raise self.error(f"map names {', '.join(unknown)}; expected pages of this book")
        return self.place(names)


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


def cards(app: Sphinx, docname: str, names: list[str]) -> list[nodes.Node]:
    """Return the cards of the pages on a map."""
    box = nodes.container(classes=["gd-map"])
    for name in names:
        page = PAGES.of(app.env)[name]
        box += map_card(
            "",
            *(node.deepcopy() for node in page["pictures"]),
            href=app.builder.get_relative_uri(docname, name),
            title=app.env.titles[name].astext(),
            question=page["question"],
        )
    return [box]


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
    add_node(app, map_card, (visit_map_card, depart_map_card), others=(visit_plain, pass_through))
    add_late(app, "map", cards, MapDirective)
    app.connect("doctree-read", gather)
