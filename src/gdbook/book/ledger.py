"""The ledger: every receipt of every page, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from gdbook.book.media import book_receipt
from gdbook.book.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

RECEIPTS = Store("receipts")
LEDGERS = Store("ledgers")


class book_ledger(nodes.General, nodes.Element):  # noqa: N801
    """Where the ledger is to stand."""


class LedgerDirective(SphinxDirective):
    """``{ledger}`` becomes the list of all receipts, by page."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Return a place for the ledger; it is filled in when all pages have been read."""
        LEDGERS.of(self.env)[self.env.docname] = True
        return [book_ledger()]


def gather(app: Sphinx, doctree: nodes.document) -> None:
    """Number a page's receipts, so that the ledger can link to them, and note them down."""
    found = []
    for number, node in enumerate(doctree.findall(book_receipt), 1):
        node["ids"] = [f"receipt-{number}"]
        found.append({**node.attributes, "id": node["ids"][0]})
    if found:
        RECEIPTS.of(app.env)[app.env.docname] = found


def refresh(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Return the pages to write again: a ledger changes when any page does."""
    return list(LEDGERS.of(env))


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the receipts where the ledger is to stand, pages in the order of the book."""
    for place in list(doctree.findall(book_ledger)):
        by_page = RECEIPTS.of(app.env)
        known = [name for name in reading_order(app.env) if name in by_page]
        total = sum(len(by_page[name]) for name in known)
        pages = f"{len(known)} page{'' if len(known) == 1 else 's'}"
        count = nodes.paragraph("", f"{total} receipts on {pages}, all of which hold.")
        parts: list[nodes.Node] = [count]
        for name in known:
            parts += _page(app, docname, name, by_page[name])
        place.replace_self(parts)


def reading_order(env: BuildEnvironment) -> list[str]:
    """Return all pages as a reader meets them who turns page after page."""
    order, waiting = [], [env.config.root_doc]
    while waiting:
        name = waiting.pop(0)
        if name not in order:
            order.append(name)
            waiting = list(env.toctree_includes.get(name, [])) + waiting
    return order + sorted(env.found_docs - set(order))


def _page(
    app: Sphinx, ledger_page: str, name: str, receipts: list[dict[str, Any]]
) -> list[nodes.Node]:
    title = app.env.titles[name].astext()
    items = nodes.bullet_list(classes=["gd-ledger"])
    for entry in receipts:
        link = make_refnode(app.builder, ledger_page, name, entry["id"], nodes.Text(entry["claim"]))
        values = f"measured {entry['measured']}, expected {entry['expected']}"
        text = nodes.paragraph("", "", nodes.inline("", "✓ "), link)
        text += nodes.inline("", f" {values}", classes=["gd-values"])
        if entry["source"]:
            text += nodes.inline("", f" {entry['source']}", classes=["gd-receipt-source"])
        items += nodes.list_item("", text)
    page_link = make_refnode(app.builder, ledger_page, name, "", nodes.Text(title))
    heading = nodes.paragraph("", "", nodes.strong("", "", page_link), classes=["gd-ledger-page"])
    return [heading, items]


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    RECEIPTS.connect(app)
    LEDGERS.connect(app)
    app.add_node(book_ledger)
    app.add_directive("ledger", LedgerDirective)
    app.connect("doctree-read", gather)
    app.connect("env-updated", refresh)
    app.connect("doctree-resolved", fill)
