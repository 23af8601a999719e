"""Folded code: what opens it says so, to the eye and to a screen reader, in valid HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from myst_nb.sphinx_ import HideCodeCellNode

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def visit_fold(self: Any, node: HideCodeCellNode) -> None:
    """Open a fold; the style shows one of the two prompts."""
    show, hide = escape(node["prompt_show"]), escape(node["prompt_hide"])
    self.body.append(
        f'<details class="hide {" ".join(node["classes"])}"><summary>'
        f'<span class="gd-show">{show}</span><span class="gd-hide">{hide}</span></summary>'
    )


def depart_fold(self: Any, node: HideCodeCellNode) -> None:
    """Close a fold."""
    self.body.append("</details>")


def setup(app: Sphinx) -> None:
    """Register with Sphinx, in place of what myst-nb registered."""
    visitors: Any = dict.fromkeys(("html", "epub"), (visit_fold, depart_fold))
    app.add_node(HideCodeCellNode, override=True, **visitors)
