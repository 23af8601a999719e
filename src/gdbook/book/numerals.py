"""Numbers that a cell computed are set as in print, in prose and tables: minus signs, powers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

from gdbook.numerals import typeset

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PASTED = "pasted-text"  # myst-nb's class for what {glue:text} inserts
OUTPUT = "cell_output"  # and for all that a cell shows
AS_TYPED = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block)


class SetNumerals(SphinxTransform):
    """Set the hyphen before a number as a minus sign, and an exponent as a power of ten."""

    default_priority = 740

    def apply(self, **_: Any) -> None:
        """Change the text of what was inserted, and of tables that a cell wrote."""
        for part in list(self._computed()):
            for text in list(part.findall(nodes.Text)):
                if not isinstance(text.parent, AS_TYPED):
                    text.parent.replace(text, nodes.Text(typeset(text)))

    def _computed(self) -> Iterator[nodes.Element]:
        for pasted in self.document.findall(nodes.inline):
            if PASTED in pasted["classes"]:
                yield pasted
        for output in self.document.findall(nodes.container):
            if OUTPUT in output["classes"]:
                yield from output.findall(nodes.entry)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_transform(SetNumerals)
