"""The ledger: every receipt of every page, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.nodes import make_refnode

from gdbook.book.late import add_late
from gdbook.book.media import book_receipt
from gdbook.book.order import reading_order
from gdbook.book.store import Store

if TYPE_CHECKING:
    from sphinx.application import Sphinx

RECEIPTS = Store("receipts")


def gather(app: Sphinx, doctree: nodes.document) -> None:
    """Number a page's receipts, so that the ledger can link to them, and note them down."""
    found = []
    for number, node in enumerate(doctree.findall(book_receipt), 1):
        node["ids"] = [f"receipt-{number}"]
        found.append({**node.attributes, "id": node["ids"][0]})
    if found:
        RECEIPTS.of(app.env)[app.env.docname] = found


def ledger(app: Sphinx, docname: str, _: list[str]) -> list[nodes.Node]:
    """Return the list of all receipts, pages in the order of the book."""
    by_page = RECEIPTS.of(app.env)
    known = [name for name in reading_order(app.env) if name in by_page]
    total = sum(len(by_page[name]) for name in known)
    pages = f"{len(known)} page{'' if len(known) == 1 else 's'}"
    count = nodes.paragraph("", f"{total} receipts on {pages}, all of which hold.")
    parts: list[nodes.Node] = [count]
    for name in known:
        parts += _page(app, docname, name, by_page[name])
    return parts


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
    add_late(app, "ledger", ledger)
    app.connect("doctree-read", gather)
