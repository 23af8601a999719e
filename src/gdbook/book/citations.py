"""The bibliography as a list that screen readers understand, its entries formatted once.

sphinxcontrib-bibtex formats every entry twice in every build, for the list and for what shows when
a citation is pointed at, also where nothing was cited anew: seconds, in a build after a small edit.
"""

from __future__ import annotations

from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybtex.style.formatting import BaseStyle

from gdbook.book.reach import hash_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

# Docutils calls the group a list, but its entries "doc-biblioentry", which are not list items.
LIST = '<div role="list" class="citation-list">'
GROUP = '<div class="citation-list">'

_formatted: dict[tuple[str, str, str], Any] = {}
"""By style, label and key: the entries as they are shown."""


def drop_list_role(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Leave the roles to the entries."""
    if "body" in context:
        context["body"] = context["body"].replace(LIST, GROUP)


def recall(app: Sphinx, env: BuildEnvironment) -> None:
    """Take over what the last build formatted, if it was of the same bibliography."""
    state, known = getattr(env, "gdbook_formatted", ("", {}))
    _formatted.clear()
    _formatted.update(known if state == _state(app) else {})


def keep(app: Sphinx, env: BuildEnvironment) -> None:
    """Keep what was formatted for the next build."""
    env.gdbook_formatted = _state(app), dict(_formatted)  # type: ignore[attr-defined]


def _state(app: Sphinx) -> str:
    """Return a name for all that the look of an entry depends on besides style and label."""
    files = [Path(app.confdir) / name for name in app.config.bibtex_bibfiles]
    return hash_of([version("pybtex").encode(), *(file.read_bytes() for file in files)])


def format_once(style: type[Any]) -> None:
    """Let all styles look first whether an entry is formatted already."""
    original = style.format_entry

    @wraps(original)
    def format_entry(self: Any, label: str, entry: Any, bib_data: Any = None) -> Any:
        key = (type(self).__qualname__, label, entry.key)
        if key not in _formatted:
            _formatted[key] = original(self, label, entry, bib_data)
        return _formatted[key]

    style.format_entry = format_entry


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    if not hasattr(BaseStyle.format_entry, "__wrapped__"):
        format_once(BaseStyle)
    app.connect("html-page-context", drop_list_role)
    app.connect("env-updated", recall, priority=0)
    app.connect("env-updated", keep, priority=1000)
