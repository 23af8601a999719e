"""The state of the book: what each page took to run, and how much of it is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.util.nodes import make_refnode

from gdbook.book.exact import TOOK
from gdbook.book.late import add_late
from gdbook.book.ledger import RECEIPTS
from gdbook.book.order import reading_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

COLUMNS = (("Page", 6), ("Seconds", 1), ("Receipts", 1))


def status(app: Sphinx, docname: str, _: list[str]) -> list[nodes.Node]:
    """Return a table of all executed pages in the book's order, with times and receipts."""
    seconds = {name: took for name in reading_order(app.env) if (took := _seconds(app, name))}
    receipts = {name: len(RECEIPTS.of(app.env).get(name, ())) for name in seconds}
    device, jax = app.config.gdbook_device
    told = nodes.paragraph(
        "",
        f"{len(seconds)} page{'' if len(seconds) == 1 else 's'} ran in ",
        _recorded(f"{sum(seconds.values()):.0f}"),
        nodes.Text(f" seconds of {device}, with JAX {jax}. "),
        nodes.Text(f"Receipts that hold: {sum(receipts.values())}."),
    )
    rows = []
    for name, took in seconds.items():
        title = nodes.Text(app.env.titles[name].astext())
        link = make_refnode(app.builder, docname, name, "", title)
        rows.append((link, _recorded(f"{took:.1f}"), nodes.Text(str(receipts[name]))))
    return [told, table(rows)]


def _recorded(time: str) -> nodes.inline:
    """Return a time that another build would not have, marked as one."""
    return nodes.inline("", time, classes=[TOOK])


def table(rows: Iterable[tuple[nodes.Node, ...]]) -> nodes.table:
    """Return a table of these rows."""
    group = nodes.tgroup("", cols=len(COLUMNS))
    group += [nodes.colspec("", colwidth=width) for _, width in COLUMNS]
    group += nodes.thead("", _row(nodes.Text(name) for name, _ in COLUMNS))
    group += nodes.tbody("", *(_row(cells) for cells in rows))
    return nodes.table("", group)


def _row(cells: Iterable[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def _seconds(app: Sphinx, docname: str) -> float | None:
    """Return how long a page ran, or None if it has nothing to run."""
    data = NbMetadataCollector.get_exec_data(app.env, docname)  # type: ignore[arg-type]
    return data["runtime"] if data else None


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    add_late(app, "status", status)
