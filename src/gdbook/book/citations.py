"""The bibliography as a list that screen readers understand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# Docutils calls the group a list, but its entries "doc-biblioentry", which are not list items.
LIST = '<div role="list" class="citation-list">'
GROUP = '<div class="citation-list">'


def drop_list_role(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Leave the roles to the entries."""
    if "body" in context:
        context["body"] = context["body"].replace(LIST, GROUP)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("html-page-context", drop_list_role)
