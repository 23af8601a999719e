"""Links and anchors within the book: every one must lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

REFERENCES = {"a": "href", "link": "href", "script": "src", "img": "src", "source": "src",
              "video": "src", "use": "href"}  # fmt: skip


def broken_links(html: Path, page: Path, under: str = "") -> list[str]:
    """Return the references of a page to what is not in the book.

    Args:
        html: the folder of the built book.
        page: one of its pages.
        under: the path below which the book is published, with which absolute references begin.
    """
    targets = set(_targets(page))
    return sorted(name for name in targets if not _leads_somewhere(html, page, name, under))


def _targets(page: Path) -> Iterator[str]:
    for name, attribute in REFERENCES.items():
        for element in _parsed(page).find_all(name):
            if isinstance(target := element.get(attribute), str):
                yield target


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
    return path.suffix != ".html" or not parts.fragment or unquote(parts.fragment) in _names(path)


@lru_cache(maxsize=4)
def _parsed(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@lru_cache(maxsize=1000)
def _names(page: Path) -> frozenset[str]:
    return frozenset(str(element["id"]) for element in _parsed(page).find_all(id=True))
