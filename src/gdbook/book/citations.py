"""The bibliography as a list that screen readers understand, in the alphabet's order.

Its entries are formatted once: sphinxcontrib-bibtex formats every entry twice in every build, for
the list and for what shows when a citation is pointed at, also where nothing was cited anew:
seconds, in a build after a small edit.
"""

from __future__ import annotations

import unicodedata
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybtex.plugin import register_plugin
from pybtex.style.formatting.alpha import Style as AlphaStyle
from pybtex.style.sorting.author_year_title import SortingStyle

from gdbook.book.reach import hash_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

# Docutils calls the group a list, but its entries "doc-biblioentry", which are not list items.
LIST = '<div role="list" class="citation-list">'
GROUP = '<div class="citation-list">'

STYLE = "gdbook"

_formatted: dict[tuple[str, str], Any] = {}
"""By label and key: the entries as they are shown."""


class Alphabetic(SortingStyle):
    """By authors, year and title; a letter with an accent stands where it would without."""

    def sorting_key(self, entry: Any) -> tuple[str, ...]:
        """Return what an entry is sorted by."""
        parts = super().sorting_key(entry)  # type: ignore[no-untyped-call]
        decomposed = (unicodedata.normalize("NFKD", part) for part in parts)
        return tuple("".join(c for c in p if not unicodedata.combining(c)) for p in decomposed)


class Style(AlphaStyle):
    """Pybtex's alphabetic style, which looks first whether an entry is formatted already."""

    default_sorting_style: Any = Alphabetic

    def format_entry(self, label: str, entry: Any, bib_data: Any = None) -> Any:
        """Return an entry as it is shown."""
        if (label, entry.key) not in _formatted:
            text = super().format_entry(label, entry, bib_data)  # type: ignore[no-untyped-call]
            _formatted[label, entry.key] = text
        return _formatted[label, entry.key]


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


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages with a bibliography, to be written anew where other entries are cited now.

    It lists what the pages cite, which a page that is read later can change.
    """
    if not _files(app):
        return []
    domain: Any = env.get_domain("cite")
    cited = [citation.key for citation in domain.citations]
    if cited == getattr(env, "gdbook_cited", None):
        return []
    env.gdbook_cited = cited  # type: ignore[attr-defined]
    return sorted({bibliography.docname for bibliography in domain.bibliographies})


def _state(app: Sphinx) -> str:
    """Return a name for all that the look of an entry depends on besides its label."""
    return hash_of([version("pybtex").encode(), *(file.read_bytes() for file in _files(app))])


def _files(app: Sphinx) -> list[Path]:
    """Return the files of the bibliography; a book may have none."""
    names = app.config.bibtex_bibfiles if "bibtex_bibfiles" in app.config else ()
    return [Path(app.confdir) / name for name in names]


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    kind = "pybtex.style.formatting"
    register_plugin(kind, STYLE, Style, force=True)  # type: ignore[no-untyped-call]
    app.connect("html-page-context", drop_list_role)
    app.connect("env-updated", recall, priority=0)
    app.connect("env-updated", rewrite, priority=900)
    app.connect("env-updated", keep, priority=1000)
