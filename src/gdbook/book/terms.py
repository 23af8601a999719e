"""Terms that explain themselves: the glossary's definition, on hover and on keyboard focus."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes

from gdbook.book.formats import PLAIN, add_node, pass_through
from gdbook.book.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

DEFINITIONS = Store("definitions")


class book_term(nodes.Inline, nodes.TextElement):  # noqa: N801
    """A link to the glossary that carries its definition."""


def gather(app: Sphinx, doctree: nodes.document) -> None:
    """Note down the definitions of a page's glossaries, by the anchors of their terms."""
    found = {}
    for glossary in doctree.findall(addnodes.glossary):
        for item in glossary.findall(nodes.definition_list_item):
            text = " ".join(d.astext() for d in item.findall(nodes.definition))
            for name in item.findall(nodes.term):
                found.update(dict.fromkeys(name["ids"], " ".join(text.split())))
    if found:
        DEFINITIONS.of(app.env)[app.env.docname] = found


def refresh(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Return all pages if a definition has changed since they were written."""
    now = {name: dict(found) for name, found in DEFINITIONS.of(env).items()}
    before = getattr(env, "gdbook_definitions_written", now)
    env.gdbook_definitions_written = now  # type: ignore[attr-defined]
    return list(env.found_docs) if now != before else []


def explain(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give each link to a term its definition."""
    known = {k: v for found in DEFINITIONS.of(app.env).values() for k, v in found.items()}
    for number, link in enumerate(list(doctree.findall(nodes.reference)), 1):
        anchor = link.get("refid") or link.get("refuri", "").partition("#")[2]
        is_term = any("std-term" in inner["classes"] for inner in link.findall(nodes.inline))
        if is_term and anchor in known:
            address = link.get("refuri") or f"#{anchor}"
            facts = {"href": address, "definition": known[anchor], "number": number}
            link.replace_self(book_term("", link.astext(), **facts))


def visit_book_term(self: Any, node: book_term) -> None:
    """Write the link, and its definition as a tooltip beside it."""
    name = f"term-{node['number']}"
    self.body.append(
        f'<span class="gd-term"><a class="reference internal" href="{escape(node["href"])}" '
        f'aria-describedby="{name}">{escape(node.astext())}</a>'
        f'<span class="gd-definition" role="tooltip" id="{name}">{escape(node["definition"])}'
        f"</span></span>"
    )
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    DEFINITIONS.connect(app)
    add_node(app, book_term, (visit_book_term, pass_through), epub=PLAIN)
    app.connect("doctree-read", gather)
    app.connect("env-updated", refresh)
    app.connect("doctree-resolved", explain)
