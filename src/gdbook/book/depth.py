"""Reading depth: parts of a page that a reader may fold away.

Everything is a ``<details>``, open as written, so that without JavaScript nothing is hidden. The
reader's choice of depth opens and closes them; it is kept in their own browser.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from gdbook.book.formats import add_node

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LEVELS = ("mathematics", "code")
SOLUTION = "Solution"


class book_fold(nodes.General, nodes.Element):  # noqa: N801
    """A part that can be folded away: ``title``, ``kind`` and ``open`` are attributes."""


class DepthDirective(SphinxDirective):
    """``{depth} mathematics`` and ``{depth} code``: for readers who chose at least that depth."""

    has_content: ClassVar[bool] = True
    required_arguments: ClassVar[int] = 1
    option_spec: ClassVar = {"title": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the folding part."""
        level = self.arguments[0]
        if level not in LEVELS:
            raise self.error(f"depth is {level!r}; expected one of {', '.join(LEVELS)}")
        title = self.options.get("title", level.capitalize())
        node = book_fold(kind=level, title=title, open=True)
        self.set_source_info(node)
        node += self.parse_content_to_nodes()
        return [node]


class QuestionDirective(SphinxDirective):
    """``{question}``: what the page answers, set large below its title."""

    has_content: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """Return the question."""
        node = nodes.container("", *self.parse_content_to_nodes(), classes=["gd-question"])
        self.set_source_info(node)
        return [node]


class FoldSolutions(SphinxTransform):
    """A section headed "Solution" is folded: it is there, executed, but not in sight.

    Solutions are sections because a page's code cells cannot stand inside a directive.
    """

    default_priority = 730

    def apply(self, **_: Any) -> None:
        """Replace each such section by a closed part."""
        for section in list(self.document.findall(nodes.section)):
            title = section.next_node(nodes.title)
            if title is None or title.parent is not section or title.astext() != SOLUTION:
                continue
            section.remove(title)
            part = book_fold("", *section.children, kind="solution", title=SOLUTION, open=False)
            section.replace_self(part)


def visit_book_fold(self: Any, node: book_fold) -> None:
    """Open a folding part."""
    is_open = " open" if node["open"] else ""
    kind = node["kind"]
    label = f'<span class="gd-fold-kind">{kind.capitalize()}</span> ' if kind in LEVELS else ""
    if node["title"].lower() == kind:
        label = ""
    self.body.append(
        f'<details class="gd-fold gd-{kind}" data-depth="{kind}"{is_open}>'
        f"<summary>{label}{escape(node['title'])}</summary>"
    )


def depart_book_fold(self: Any, node: book_fold) -> None:
    """Close a folding part."""
    self.body.append("</details>")


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    add_node(app, book_fold, (visit_book_fold, depart_book_fold))
    app.add_directive("depth", DepthDirective)
    app.add_directive("question", QuestionDirective)
    app.add_transform(FoldSolutions)
