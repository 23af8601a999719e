"""Links and anchors within the book: every one must lead somewhere."""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

REFERENCES = {"a": "href", "link": "href", "script": "src", "img": "src", "source": "src",
              "video": "src", "use": "href"}  # fmt: skip


class Page(HTMLParser):
    """A page's references, and the names of its places.

    Attributes:
        targets: what its elements refer to.
        names: what can be referred to within it.
    """

    def __init__(self, text: str):
        super().__init__()
        self.targets: set[str] = set()
        self.names: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element refers to, and its name."""
        for attribute, value in attrs:
            if value is not None and attribute == REFERENCES.get(tag):
                self.targets.add(value)
            elif value is not None and attribute == "id":
                self.names.add(value)


def broken_links(html: Path, page: Path, under: str = "") -> list[str]:
    """Return the references of a page to what is not in the book.

    Args:
        html: the folder of the built book.
        page: one of its pages.
        under: the path below which the book is published, with which absolute references begin.
    """
    targets = sorted(_read(page).targets)
    return [target for target in targets if not _leads_somewhere(html, page, target, under)]


def _leads_somewhere(html: Path, page: Path, target: str, under: str) -> bool:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return True  # other hosts are for the link checker of Sphinx
    where = unquote(parts.path)
    base = html if where.startswith(f"{under}/") else page.parent
    path = (base / where.removeprefix(f"{under}/")).resolve() if where else page
    path = path / "index.html" if path.is_dir() else path
    if not path.is_file() or html.resolve() not in path.resolve().parents:
        return False
    place = unquote(parts.fragment)
    return path.suffix != ".html" or not place or place in _read(path).names


@lru_cache(maxsize=1000)
def _read(page: Path) -> Page:
    return Page(page.read_text(encoding="utf-8"))
