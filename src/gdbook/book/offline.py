"""The whole book as an archive that is read without a server, demos included.

From the file system browsers run plain scripts, but import no modules, fetch nothing and (some of
them) load no fonts. So here modules become plain scripts, and fonts a part of their style sheet.
"""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from gdbook.book.bundle import plain_scripts
from gdbook.book.demos import FOLDER

NAME = "gdbook"
FOR_SERVERS = ("404.html", "robots.txt", "sitemap.xml", "objects.inv")
MODULES = "_static/chunks/"  # which the plain scripts contain
PACKED = (".mp4", ".webm", ".webp", ".woff2", ".zip")

EXPORT = re.compile(r"^export const (\w+)", re.MULTILINE)
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n?')
MODULE = re.compile(r'<script type="module" src="([^"]*)"')
FONT = re.compile(r'url\("\./(fonts/[^"]*\.woff2)"\)')
SUMMARY = "SHOW_SEARCH_SUMMARY: true"


def archive(site: Path, target: Path) -> None:
    """Write a built site as an archive, in a folder of its own.

    Args:
        site: the folder that Sphinx wrote.
        target: the archive.

    Raises:
        RuntimeError: if there is no site, or its scripts cannot be bundled.
    """
    if not (site / "index.html").exists():
        raise RuntimeError(f"{site} has no index.html; expected the built book")
    with TemporaryDirectory() as folder:
        plain_scripts(Path(folder))
        bundled = {f"_static/{path.name}": path for path in Path(folder).iterdir()}
        with ZipFile(target, "w") as book:
            for path in sorted(path for path in site.rglob("*") if path.is_file()):
                name = path.relative_to(site).as_posix()
                if name not in FOR_SERVERS and not name.startswith(MODULES):
                    source = bundled.get(name, path)
                    _add(book, f"{NAME}/{name}", converted(name, source))


def converted(name: str, path: Path) -> bytes:
    """Return what becomes of a file of the site, called by its name there."""
    content = path.read_bytes()
    if name.endswith(".html"):
        return page(content.decode()).encode()
    if name.startswith(f"{FOLDER}/"):
        return script(path.name, content.decode()).encode()
    if name == "_static/katex.css":
        return FONT.sub(lambda font: _inlined(path.parent / font[1]), content.decode()).encode()
    if name == "_static/documentation_options.js":  # the summaries would be fetched
        return content.replace(SUMMARY.encode(), SUMMARY.replace("true", "false").encode())
    return content


def page(html: str) -> str:
    """Return a page that asks for plain scripts; its policy speaks of servers."""
    return MODULE.sub(r'<script defer src="\1"', POLICY.sub("", html))


def script(name: str, module: str) -> str:
    """Return a module of kernels as a script that hands in, by its name, what it exports."""
    exported = ", ".join(EXPORT.findall(module))
    body = EXPORT.sub(r"const \1", module)
    handed = f'(globalThis.gdModules ??= {{}})["{name}"]'
    return f"{handed} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n"


def _inlined(font: Path) -> str:
    return f'url("data:font/woff2;base64,{b64encode(font.read_bytes()).decode()}")'


def _add(book: ZipFile, name: str, content: bytes) -> None:
    """Add a file, dated 1980 like all others: the archive of one site is always the same."""
    entry = ZipInfo(name)
    entry.compress_type = ZIP_STORED if name.endswith(PACKED) else ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    book.writestr(entry, content)
