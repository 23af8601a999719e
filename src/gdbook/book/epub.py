"""The book as an EPUB: still pictures, formulas as MathML, no scripts, and well-formed XML.

Sphinx writes nearly HTML. Readers of EPUB want XML, want to be told which pages have formulas in
them, and want no file that they do not know.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from sphinx.builders.epub3 import Epub3Builder

from gdbook.book.media import book_picture, book_video

if TYPE_CHECKING:
    from sphinx.application import Sphinx

STYLE = Path(__file__).with_name("epub.css")
STYLES = ["_static/pygments.css", f"_static/{STYLE.name}"]

# What only a browser plays, shows or follows; of a formula, the half that needs KaTeX's fonts.
UNWANTED = (
    "script, .gd-depth, .gd-notebook, .headerlink, .katex-html, .toggler, "
    "link:not([rel=stylesheet])"
)
APPLICATION = "\u2061"  # which KaTeX puts into a script, where a third element has no meaning
FOR_BROWSERS = ("decoding", "loading")
PICTURE = re.compile(r' id="image\w+"')  # of a picture in a drawing; twice if it is drawn twice
PAGE = re.compile(r'(<item id="[^"]*" href="([^"]*\.xhtml)" media-type="[^"]*") />')


class BookEpub(Epub3Builder):
    """Sphinx's builder of EPUBs, whose pages are tidied and declared as they are."""

    def handle_page(
        self, pagename: str, addctx: dict[str, Any], templatename: str = "page.html", **more: Any
    ) -> None:
        """Write a page, and make it what readers of EPUB understand."""
        addctx |= {"css_files": STYLES, "script_files": []}
        super().handle_page(pagename, addctx, templatename, **more)
        path = Path(self.outdir, f"{pagename}{self.out_suffix}")
        if path.exists():  # an index that the book does not use was not written
            path.write_text(tidied(path.read_text(encoding="utf-8")), encoding="utf-8")

    def post_process_images(self, doctree: Any) -> None:
        """Take along the light pictures only."""
        for kind in (book_video, book_picture):
            for node in list(doctree.findall(kind)):
                if node["theme"] == "dark":
                    node.parent.remove(node)
        super().post_process_images(doctree)

    def copy_image_files(self) -> None:
        """Take along the pictures, without names that nothing refers to."""
        super().copy_image_files()
        for path in Path(self.outdir, self.imagedir).glob("*.svg"):
            path.write_text(PICTURE.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")

    def toc_metadata(self, level: int, navpoints: list[Any]) -> dict[str, Any]:
        """Return what the contents say of the book: its name is that of the book's metadata."""
        return super().toc_metadata(level, navpoints) | {"uid": self.config.epub_identifier}

    def copy_static_files(self) -> None:
        """Write the styles; all else is for browsers."""
        folder = Path(self.outdir, "_static")
        folder.mkdir(parents=True, exist_ok=True)
        self.create_pygments_style_file()
        shutil.copy(STYLE, folder)

    def copy_extra_files(self) -> None:
        """Leave out what is for servers."""

    def build_content(self) -> None:
        """Write the list of all files, and say which pages have formulas and drawings in them."""
        super().build_content()
        path = Path(self.outdir, "content.opf")
        declared = PAGE.sub(self._declared, path.read_text(encoding="utf-8"))
        path.write_text(declared, encoding="utf-8")

    def _declared(self, item: re.Match[str]) -> str:
        text = Path(self.outdir, item[2]).read_text(encoding="utf-8")
        found = [name for tag, name in (("<math", "mathml"), ("<svg", "svg")) if tag in text]
        properties = f' properties="{" ".join(found)}"' if found else ""
        return f"{item[1]}{properties} />"


def tidied(html: str) -> str:
    """Return a page as XML, without what only browsers know."""
    prolog, start, rest = html.partition("<html")
    soup = BeautifulSoup(start + rest, "html.parser")
    for element in soup.select(UNWANTED):
        element.decompose()
    for picture in soup.select("img"):
        for attribute in FOR_BROWSERS:
            del picture[attribute]
    for script in soup.select("msub, msup"):
        for more in script.find_all("mo", string=APPLICATION, recursive=False):
            more.decompose()
    for operator in soup.select("mo:has(*)"):
        operator.string = operator.get_text()
    return prolog + str(soup)


def setup(app: Sphinx) -> None:
    """Register with Sphinx, in place of its own builder."""
    app.setup_extension("sphinx.builders.epub3")
    app.add_builder(BookEpub, override=True)
