"""What a page's head tells search engines, other sites and the browser itself."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import furo
from docutils import nodes
from sphinx_sitemap import add_html_link

from gdbook.book import cards
from gdbook.book.contents import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
LONGEST = 300  # characters of a description; search engines show about half of them


def add_tags(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the tags of a page to its head."""
    del template
    if app.builder.name == "epub":
        return
    tags = list(_shared(app, page, context, doctree))
    if app.config.gdbook_policy:
        content = escape(policy(), quote=True)
        tags.insert(0, f'<meta http-equiv="Content-Security-Policy" content="{content}">')
    context["metatags"] = "\n".join([*tags, context.get("metatags", "")])


def _shared(
    app: Sphinx, page: str, context: dict[str, Any], doctree: nodes.document | None
) -> Iterator[str]:
    """Yield what other sites show when they link to a page (Open Graph; ogp.me)."""
    said = description(app, page, doctree)
    yield f'<meta name="description" content="{escape(said, quote=True)}">'
    properties = {
        "title": unescape(TAG.sub("", context.get("title", ""))) or app.config.project,
        "description": said,
        "type": "website" if page == app.config.root_doc else "article",
        "site_name": app.config.html_title,
        "url": context.get("pageurl") or "",
    }
    if doctree is not None and app.config.html_baseurl:
        properties |= _picture(app, page, properties["title"], said, doctree)
        yield '<meta name="twitter:card" content="summary_large_image">'
    for name, content in properties.items():
        if content:
            yield f'<meta property="og:{name}" content="{escape(content, quote=True)}">'


def _picture(
    app: Sphinx, page: str, title: str, said: str, doctree: nodes.document
) -> dict[str, str]:
    """Return what is told of a page's card; its address must be absolute."""
    part = app.config.gdbook_parts.get(page.partition("/")[0], "")
    card = cards.Card(part, title, said, cards.picture_of(app, doctree))
    return {
        "image": cards.write(app, card),
        "image:width": str(cards.WIDTH),
        "image:height": str(cards.HEIGHT),
        "image:alt": " · ".join(filter(None, (part, title))),
    }


def description(app: Sphinx, page: str, doctree: nodes.document | None) -> str:
    """Return a page in a sentence or two: its question, or how it begins."""
    said = PAGES.of(app.env).get(page, {}).get("question", "")
    if not said and doctree is not None:
        said = next((text.astext() for text in doctree.findall(nodes.paragraph)), "")
    said = " ".join((said or app.config.gdbook_description).split())
    return said if len(said) <= LONGEST else said[: LONGEST - 1].rsplit(" ", 1)[0] + " …"


@cache
def policy() -> str:
    """Return what a page may load: the book's own files, and the one script written into pages.

    Formulas are placed by inline styles, so those are allowed; scripts are not.
    """
    (inline,) = INLINE_SCRIPT.findall(
        (Path(furo.__file__).parent / "theme/furo/base.html").read_text(encoding="utf-8")
    )
    digest = b64encode(sha256(inline.encode()).digest()).decode()
    return "; ".join((
        "default-src 'self'",
        f"script-src 'self' 'sha256-{digest}'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
    ))  # fmt: skip


def list_all_pages(app: Sphinx, error: Exception | None) -> None:
    """Let the sitemap name all pages, in order: by itself it names those that this build wrote."""
    links = getattr(app, "sitemap_links", None)  # sphinx-sitemap's queue, where that is used
    if error is not None or links is None or app.builder.name != "html":
        return
    while not links.empty():
        links.get()
    for name in sorted(app.env.found_docs):
        add_html_link(app, name, "", {}, None)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_config_value("gdbook_policy", True, "html", types=[bool])
    app.add_config_value("gdbook_description", "", "html", types=[str])
    app.connect("html-page-context", add_tags)
    app.connect("build-finished", list_all_pages, priority=400)  # before it is written
