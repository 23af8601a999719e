"""Facts that one page tells the rest of the book, kept with Sphinx's environment.

Sphinx reads pages in several processes and keeps what it read between builds. A store takes care
of both: a page that is read again or removed forgets its facts, and facts gathered by another
process are brought home.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


class Store:
    """A dictionary ``docname -> fact`` of one kind."""

    def __init__(self, name: str):
        self._attribute = f"gdbook_{name}"

    def of(self, env: BuildEnvironment) -> dict[str, Any]:
        """Return the dictionary, which may be changed in place."""
        if not hasattr(env, self._attribute):
            setattr(env, self._attribute, {})
        facts: dict[str, Any] = getattr(env, self._attribute)
        return facts

    def connect(self, app: Sphinx) -> None:
        """Keep the store true while pages come and go."""
        app.connect("env-purge-doc", self._forget)
        app.connect("env-merge-info", self._bring_home)

    def _forget(self, _: Sphinx, env: BuildEnvironment, docname: str) -> None:
        self.of(env).pop(docname, None)

    def _bring_home(
        self, _: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
    ) -> None:
        theirs = self.of(other)
        self.of(env).update({name: theirs[name] for name in docnames if name in theirs})
