"""What only the whole book can tell: a place in a page, filled when all pages have been read.

The map, the ledger and the status stand in such places. A page that has one is written again in
every build, because any other page may have changed what is told there.
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

PAGES = Store("late_pages")
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
        PAGES.of(self.env)[self.env.docname] = True
        return [book_late(kind=self.name, lines=lines)]


def add_late(
    app: Sphinx, name: str, tell: Tell, directive: type[LateDirective] = LateDirective
) -> None:
    """Register a directive, and what tells its content once all pages have been read."""
    app.add_directive(name, directive)
    TELLS[name] = tell


def refresh(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Return the pages to write again."""
    del app
    return list(PAGES.of(env))


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fill a page's places."""
    for place in list(doctree.findall(book_late)):
        place.replace_self(TELLS[place["kind"]](app, docname, place["lines"]))


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    PAGES.connect(app)
    app.add_node(book_late)
    app.connect("env-updated", refresh)
    app.connect("doctree-resolved", fill)
