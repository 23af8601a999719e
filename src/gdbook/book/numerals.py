"""Numbers that a cell puts into the prose get a minus sign in place of Python's hyphen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NEGATIVE = re.compile(r"(?<![\w-])-(?=[\d.])|(?<=\de)-(?=\d)")
PASTED = "pasted-text"  # myst-nb's class for what {glue:text} inserts


class SetMinusSigns(SphinxTransform):
    """Replace the hyphen before a number, and in its exponent, by a minus sign."""

    default_priority = 740

    def apply(self, **_: Any) -> None:
        """Change the text of what was inserted, and nothing else."""
        for pasted in self.document.findall(nodes.inline):
            if PASTED in pasted["classes"]:
                for text in list(pasted.findall(nodes.Text)):
                    text.parent.replace(text, nodes.Text(NEGATIVE.sub("−", text)))


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_transform(SetMinusSigns)
