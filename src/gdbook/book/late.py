"""What only the whole book can tell: a place in a page, filled when all pages have been read.

The map, the ledger and the status stand in such places. A page that has one is written again
when any other page changes what is told there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from gdbook.book.store import Store

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

Tell = Callable[["Sphinx", str, list[str]], list[nodes.Node]]
"""``tell(app, docname, lines)`` returns what is to stand on a page, given a directive's lines."""

PLACES = Store("late_places")
"""For each page the kinds and lines of its places."""

TOLD = Store("late_told")
"""For each page what was told there when it was last written."""

TELLS: dict[str, Tell] = {}


class book_late(nodes.General, nodes.Element):  # noqa: N801 (as docutils names its nodes)
    """A place to fill: ``kind`` is the directive's name, ``lines`` are its content."""


class LateDirective(SphinxDirective):
    """A directive without content, which becomes what the whole book tells."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Return the place to fill."""
        return self.place([])

    def place(self, lines: list[str]) -> list[nodes.Node]:
        """Return the place to fill, which is told these lines."""
        PLACES.of(self.env).setdefault(self.env.docname, []).append((self.name, lines))
        return [book_late(kind=self.name, lines=lines)]


def add_late(
    app: Sphinx, name: str, tell: Tell, directive: type[LateDirective] = LateDirective
) -> None:
    """Register a directive, and what tells its content once all pages have been read."""
    app.add_directive(name, directive)
    TELLS[name] = tell


def refresh(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Return the pages of which something else is told than when they were last written."""
    now = {
        page: [node.pformat() for kind, lines in places for node in TELLS[kind](app, page, lines)]
        for page, places in PLACES.of(env).items()
    }
    last = TOLD.of(env)
    changed = [page for page, told in now.items() if told != last.get(page)]
    last.update(now)
    return changed


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fill a page's places."""
    for place in list(doctree.findall(book_late)):
        place.replace_self(TELLS[place["kind"]](app, docname, place["lines"]))


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    PLACES.connect(app)
    TOLD.connect(app)
    app.add_node(book_late)
    app.connect("env-updated", refresh)
    app.connect("doctree-resolved", fill)
