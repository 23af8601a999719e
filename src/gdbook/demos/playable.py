"""What can be played in the book has: a name, a specification, and a poster for elsewhere."""

from __future__ import annotations

import re
from typing import Any

from gdbook.figures.figure import as_html


class Playable:
    """What shows itself as a playable element in the book, and as a poster elsewhere.

    A kind of it names its media type, its word, and in ``parts`` what its page needs besides.
    """

    kind: str
    word: str

    def __init__(self, spec: dict[str, Any], picture: Any):
        self.id = spec["id"]
        self.alt = spec["description"]
        self.spec = spec
        self.poster = picture

    def parts(self) -> dict[str, Any]:
        """Return the JavaScript of the page, by the names under which the book looks for it."""
        raise NotImplementedError

    def payload(self) -> dict[str, Any]:
        """Return what the book needs to show it, as plain data."""
        return {"spec": self.spec, **self.parts(), "poster": self.poster.payload()}

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        payload = self.payload()
        html = as_html(payload["poster"])
        return {self.kind: payload, "text/html": html, "text/plain": f"[{self.word}: {self.alt}]"}


def check_name(name: str) -> None:
    """Refuse a name that could not stand in a link."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(f"name is {name!r}; expected lower-case letters, digits and hyphens")
