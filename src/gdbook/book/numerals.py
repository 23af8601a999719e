"""Numbers that a cell puts into the prose are set as in print: minus signs, powers of ten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

from gdbook.numerals import typeset

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PASTED = "pasted-text"  # myst-nb's class for what {glue:text} inserts


class SetNumerals(SphinxTransform):
    """Set the hyphen before a number as a minus sign, and an exponent as a power of ten."""

    default_priority = 740

    def apply(self, **_: Any) -> None:
        """Change the text of what was inserted, and nothing else."""
        for pasted in self.document.findall(nodes.inline):
            if PASTED in pasted["classes"]:
                for text in list(pasted.findall(nodes.Text)):
                    text.parent.replace(text, nodes.Text(typeset(text)))


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_transform(SetNumerals)
