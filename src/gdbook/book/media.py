"""Figures, videos, receipts and sources: from the library's displays to nodes, late to HTML.

A display becomes neutral nodes when a page is read, and HTML only when the page is written, so
that other formats (EPUB, PDF) can make of the same nodes what suits them.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from html import escape
from posixpath import join
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from myst_nb.core.render import load_mime_renders
from sphinx import addnodes

from gdbook.book.demos import book_demo, playable, playable_node
from gdbook.book.formats import add_node, pass_through
from gdbook.book.graphs import book_graph
from gdbook.book.microscopes import book_microscope
from gdbook.book.playgrounds import book_playground
from gdbook.display import DEMO, FIGURE, GRAPH, MICROSCOPE, PLAYGROUND, RECEIPT, SOURCE

if TYPE_CHECKING:
    from myst_nb.core.render import MimeData, NbElementRenderer
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

EXTENSIONS = {
    "image/svg+xml": ".svg",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
}
SIGN = re.compile(r" ([=<>≤≥≈+−·×/]) ")


class figure_row(nodes.General, nodes.Element):  # noqa: N801 (docutils finds visitors by class name)
    """Figures side by side, and their common caption."""


class book_figure(nodes.General, nodes.Element):  # noqa: N801
    """A picture or a video, and its caption."""


class book_picture(nodes.image):  # noqa: N801
    """One theme's image; ``theme``, ``width`` and ``height`` are attributes."""


class book_video(nodes.General, nodes.Element):  # noqa: N801
    """One theme's video; its children are its poster and its file."""


class book_caption(nodes.Part, nodes.TextElement):  # noqa: N801
    """What is printed below."""


class book_receipt(nodes.General, nodes.Element):  # noqa: N801
    """One claim; its texts are attributes."""


PLAYABLE: dict[str, type[playable]] = {
    DEMO: book_demo,
    GRAPH: book_graph,
    MICROSCOPE: book_microscope,
    PLAYGROUND: book_playground,
}
"""By media type: the nodes of what can be played."""


class Renderer:
    """What myst-nb asks for nodes: it calls :meth:`handle_mime` for every output of a cell."""

    mime_priority_overrides: ClassVar = [
        ("*", kind, 0) for kind in (*PLAYABLE, FIGURE, RECEIPT, SOURCE)
    ]

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """Return the nodes of an output in one of the book's media types, else None."""
        if inline:
            return None
        content: Any = data.content
        if kind := PLAYABLE.get(data.mime_type):
            return [playable_node(kind, content, _figure(renderer, content["poster"]))]
        if data.mime_type == FIGURE:
            return [_figure(renderer, content)]
        if data.mime_type == RECEIPT:
            return [book_receipt(**{key: _unbroken(text) for key, text in content.items()})]
        if data.mime_type == SOURCE:
            return _source(renderer, content)
        return None


def _unbroken(text: str) -> str:
    """Let no line begin with a sign of relation or operation: it ends with it instead."""
    return SIGN.sub("\N{NO-BREAK SPACE}\\1 ", text)


def _figure(renderer: NbElementRenderer, data: dict[str, Any]) -> nodes.Element:
    if data["kind"] == "row":
        node: nodes.Element = figure_row()
        node.extend(_figure(renderer, part) for part in data["figures"])
    else:
        node = book_figure(alt=data["alt"], kind=data["kind"], wide=data["wide"])
        node.extend(_themed(renderer, data, theme) for theme in ("light", "dark"))
    if data["caption"]:
        node += book_caption("", data["caption"])
    return node


def _themed(renderer: NbElementRenderer, data: dict[str, Any], theme: str) -> nodes.Element:
    size: dict[str, Any] = {"width": data["width"], "height": data["height"], "theme": theme}
    size["classes"] = ["no-scaled-link"]  # a figure is no link, least of all within a card's link
    file = b64decode(data["files"][theme])
    if data["kind"] == "image":
        uri = _write(renderer, file, data["media_type"])
        return book_picture(uri=uri, alt=data["alt"], **size)
    # Sphinx copies what download references name, and tells them the address.
    copied = addnodes.download_reference(reftarget=_write(renderer, file, data["media_type"]))
    poster = book_picture(
        uri=_write(renderer, b64decode(data["posters"][theme]), "image/webp"),
        alt=data["alt"],
        **size,
    )
    return book_video("", poster, copied, media_type=data["media_type"], alt=data["alt"], **size)


def _write(renderer: NbElementRenderer, file: bytes, media_type: str) -> str:
    """Keep a file under the hash of its content, and return its address."""
    name = hashlib.sha256(file).hexdigest()[:20] + EXTENSIONS[media_type]
    return renderer.write_file([name], file, exists_ok=True)


def _source(renderer: NbElementRenderer, data: dict[str, Any]) -> list[nodes.Element]:
    code = nodes.literal_block(data["code"], data["code"], language="python")
    code["classes"].append("gd-source-code")
    env = renderer.renderer.sphinx_env
    assert env is not None  # myst-nb is run by Sphinx here
    address = env.config.gdbook_source.format(file=data["file"], line=data["line"])
    link = nodes.reference("", data["file"], refuri=address)
    return [nodes.container("", code, nodes.paragraph("", "", link), classes=["gd-source"])]


def visit_figure_row(self: HTML5Translator, node: figure_row) -> None:
    """Open a row of figures."""
    self.body.append('<figure class="gd-row"><div class="gd-row-figures">')


def depart_figure_row(self: HTML5Translator, node: figure_row) -> None:
    """Close a row; its caption has already closed the inner box."""
    if not isinstance(node[-1], book_caption):
        self.body.append("</div>")
    self.body.append("</figure>")


def visit_book_figure(self: HTML5Translator, node: book_figure) -> None:
    """Open a figure."""
    wide = " gd-wide" if node["wide"] else ""
    self.body.append(f'<figure class="gd-figure gd-{node["kind"]}{wide}">')


def depart_book_figure(self: HTML5Translator, node: book_figure) -> None:
    """Close a figure; a video without a caption gets its words here."""
    if node["kind"] == "video" and not isinstance(node[-1], book_caption):
        self.body.append(f"<figcaption>{_in_words(node)}</figcaption>")
    self.body.append("</figure>")


def _in_words(video: nodes.Element) -> str:
    """Return what happens in a video, folded."""
    return f"<details><summary>In words</summary><p>{escape(video['alt'])}</p></details>"


def visit_book_caption(self: HTML5Translator, node: book_caption) -> None:
    """Open a caption."""
    if isinstance(node.parent, figure_row):
        self.body.append("</div>")
    self.body.append("<figcaption>")


def depart_book_caption(self: HTML5Translator, node: book_caption) -> None:
    """Close a caption; below a video's stands what happens in it, in words."""
    if node.parent.get("kind") == "video":
        self.body.append(_in_words(node.parent))
    self.body.append("</figcaption>")


def visit_book_picture(self: HTML5Translator, node: book_picture) -> None:
    """Write an image; only the page's first is fetched before it is scrolled into sight."""
    if self.builder.name == "epub" and node["theme"] == "dark":
        raise nodes.SkipNode
    first = not self.__dict__.get("gdbook_has_picture")
    self.__dict__["gdbook_has_picture"] = True
    loading = "" if first else ' loading="lazy"'
    self.body.append(
        f'<img class="only-{node["theme"]}" src="{escape(_image_address(self, node["uri"]))}" '
        f'alt="{escape(node["alt"], quote=True)}" width="{node["width"]}" '
        f'height="{node["height"]}" decoding="async"{loading}>'
    )
    raise nodes.SkipNode


def visit_book_video(self: HTML5Translator, node: book_video) -> None:
    """Write a video, which loads nothing but its poster until it is played."""
    poster = next(node.findall(book_picture))
    copied = next(node.findall(addnodes.download_reference))
    if self.builder.name == "epub":  # readers of EPUB rarely play videos: the poster stands for it
        visit_book_picture(self, poster)
    address = join(self.builder.dlpath, copied["filename"])
    self.body.append(
        f'<div class="gd-screen only-{node["theme"]}"><video controls loop muted playsinline '
        f'preload="none" width="{node["width"]}" height="{node["height"]}" '
        f'poster="{escape(_image_address(self, poster["uri"]))}" '
        f'aria-label="{escape(node["alt"], quote=True)}">'
        f'<source src="{escape(address)}" type="{node["media_type"]}"></video></div>'
    )
    raise nodes.SkipNode


def visit_book_receipt(self: HTML5Translator, node: book_receipt) -> None:
    """Write a receipt as one line."""
    text = {key: escape(node[key]) for key in ("claim", "measured", "expected", "source")}
    name = f' id="{node["ids"][0]}"' if node["ids"] else ""
    source = f'<span class="gd-receipt-source">{text["source"]}</span>' if text["source"] else ""
    self.body.append(
        f'<p class="gd-receipt"{name}><span class="gd-tick" role="img" aria-label="holds">✓</span>'
        f'<span class="gd-claim">{text["claim"]}</span> '
        f'<span class="gd-values">measured <b>{text["measured"]}</b>, '
        f"expected <b>{text['expected']}</b></span> {source}</p>"
    )
    raise nodes.SkipNode


def _image_address(self: HTML5Translator, uri: str) -> str:
    return join(self.builder.imgpath, self.builder.images[uri])


def visit_as_text(self: Any, node: nodes.Element) -> None:
    """Let other formats show the children; a dark image is only for dark pages."""
    if isinstance(node, book_picture):
        if node["theme"] == "dark":
            raise nodes.SkipNode
        self.visit_image(node)
    if isinstance(node, book_receipt):
        text = f"✓ {node['claim']}: measured {node['measured']}, expected {node['expected']}"
        paragraph = nodes.paragraph("", text)
        paragraph.walkabout(self)
        raise nodes.SkipNode
    if isinstance(node, book_caption):
        self.visit_paragraph(node)


def depart_as_text(self: Any, node: nodes.Element) -> None:
    """Close what :func:`visit_as_text` opened."""
    if isinstance(node, book_picture):
        self.depart_image(node)
    if isinstance(node, book_caption):
        self.depart_paragraph(node)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    # Not by an entry point: myst-nb would load it in every book of an environment, ours or not.
    renderers: Any = load_mime_renders()  # its own list, which it keeps
    if Renderer not in renderers:
        renderers.append(Renderer)
    app.add_config_value("gdbook_source", "{file}#L{line}", "env", types=[str])
    others = (visit_as_text, depart_as_text)
    add_node(app, figure_row, (visit_figure_row, depart_figure_row), others=others)
    add_node(app, book_figure, (visit_book_figure, depart_book_figure), others=others)
    add_node(app, book_caption, (visit_book_caption, depart_book_caption), others=others)
    add_node(app, book_picture, (visit_book_picture, pass_through), others=others)
    add_node(app, book_video, (visit_book_video, pass_through), others=others)
    add_node(app, book_receipt, (visit_book_receipt, pass_through), others=others)
