"""Each executed page as a notebook to download, which runs in a plain Jupyter.

Its code cells are the page's, without their outputs; its text is plain Markdown with the values
that the page shows. A page that reads files comes as an archive with them in their places.
"""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import nbformat
from docutils import nodes
from myst_nb.core.variables import format_plain_text
from sphinx import addnodes

from gdbook.book.cache import STATES
from gdbook.book.plain import plain, titled
from gdbook.book.warm import imported_by
from gdbook.numerals import typeset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

    from gdbook.book.plain import Say

FORMAT: Any = nbformat  # untyped
IMPORT = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)
PACKAGES = {"optax": "optax", "scipy": "scipy", "sklearn": "scikit-learn"}


def download(app: Sphinx, docname: str) -> str | None:
    """Return the name of the file to download, which lies beside the page, or None."""
    state = STATES.of(app.env).get(docname)
    if app.builder.name != "html" or state is None or "difficulty" not in app.env.metadata[docname]:
        return None
    return f"{Path(docname).name}.{'zip' if state[0].files else 'ipynb'}"


def link(app: Sphinx, docname: str) -> str | None:
    """Return the link to a page's notebook, or None."""
    name = download(app, docname)
    return name and f'<a href="{escape(name)}" download>Download as notebook</a>'


def write(app: Sphinx, page: str, template: str, context: Any, doctree: object) -> None:
    """Write the notebook of a page beside it."""
    del template, context
    name = download(app, page) if doctree is not None else None
    if name is None:
        return
    target = (Path(app.outdir) / page).with_name(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    for other in {".ipynb", ".zip"} - {target.suffix}:  # what the page had before
        target.with_suffix(other).unlink(missing_ok=True)
    text = FORMAT.writes(notebook(app, page))
    if target.suffix == ".zip":
        files = STATES.of(app.env)[page][0].files
        _pack(target, page, text, {file: _source(app, page).parent / file for file in files})
    else:
        target.write_text(text, encoding="utf-8")


def _pack(target: Path, page: str, text: str, files: dict[str, Path]) -> None:
    """Write an archive in which a notebook finds files where its page does."""
    folder = Path("/gdbook", page).parent
    entries = {(folder / f"{Path(page).name}.ipynb"): text.encode()}
    entries |= {Path(_joined(folder, name)): path.read_bytes() for name, path in files.items()}
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for path, content in sorted(entries.items()):
            entry = ZipInfo(path.as_posix().lstrip("/"))  # dated 1980: no build differs by its hour
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content)


def _joined(folder: Path, name: str) -> str:
    parts = list(folder.parts)
    for part in Path(name).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return str(Path(*parts))


def notebook(app: Sphinx, docname: str) -> Any:
    """Return a page as a notebook."""
    read = _executed(app, docname)
    roles, folder = _roles(app, docname), _source(app, docname).parent
    cells = []
    for number, cell in enumerate(json.loads(read.read_text(encoding="utf-8"))["cells"]):
        source, name = "".join(cell["source"]), f"cell-{number}"
        if cell["cell_type"] == "code":
            tags = {key: value for key, value in cell["metadata"].items() if key == "tags"}
            cells.append(FORMAT.v4.new_code_cell(source, id=name, metadata=tags))
        elif text := plain(source, roles, folder):
            cells.append(FORMAT.v4.new_markdown_cell(text, id=name))
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    cells.insert(0, FORMAT.v4.new_markdown_cell(_needs(app, docname, code), id="about"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return FORMAT.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _needs(app: Sphinx, docname: str, code: Iterable[str]) -> str:
    """Return where a notebook comes from, and what it needs to run."""
    modules = {module for cell in code for module in IMPORT.findall(cell)}
    modules |= {module.partition(".")[0] for module in imported_by(code)}
    packages = ["gdbook", *sorted(PACKAGES[name] for name in modules & PACKAGES.keys())]
    title = app.env.titles[docname].astext()
    page = _linked(app, docname, title)
    needed = f"`pip install {' '.join(packages)}`"
    return f"A page of {app.config.html_title}: {page}. It needs {needed}."


def _executed(app: Sphinx, docname: str) -> Path:
    """Return the file in which myst-nb left a page when it was read."""
    config: Any = app.env.mystnb_config  # type: ignore[attr-defined]
    return Path(config.output_folder) / f"{docname}.ipynb"


def _source(app: Sphinx, docname: str) -> Path:
    return Path(app.env.doc2path(docname))


def _linked(app: Sphinx, docname: str, words: str, anchor: str = "") -> str:
    """Return words that link to the published page, if there is one."""
    if not app.config.html_baseurl or docname not in app.env.found_docs:
        return words
    address = app.config.html_baseurl + app.builder.get_target_uri(docname)
    return f"[{words}]({address}{'#' if anchor else ''}{anchor})"


def _roles(app: Sphinx, docname: str) -> dict[str, Say]:
    """Return what says the words of each role on a page.

    What a page names and is not there has been reported when Sphinx resolved it: it stays a name.
    """
    kept = _executed(app, docname).with_suffix(".glue.json")
    values = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}

    def value(content: str) -> str:
        name, _, form = content.partition(":")
        if name not in values:
            return name
        text = format_plain_text(values[name]["data"]["text/plain"], form or "s")
        return typeset(text)

    def page(content: str) -> str:
        words, target = titled(content)
        name, _ = app.env.relfn2path(target, docname)
        if words == target and name in app.env.titles:
            words = app.env.titles[name].astext()
        return _linked(app, name, words)

    def label(content: str) -> str:
        words, target = titled(content)
        known = app.env.domains.standard_domain
        name, anchor = known.anonlabels.get(target.lower(), ("", ""))
        if words == target and target.lower() in known.labels:
            words = known.labels[target.lower()][2]
        return _linked(app, name, words, anchor)

    return {
        "glue:text": value,
        "doc": page,
        "ref": label,
        "cite:t": lambda content: _cited(app, docname, "t", content),
        "cite:p": lambda content: _cited(app, docname, "p", content),
        "math": lambda content: f"${content}$",
        "py:func": lambda content: f"`{content}`",
    }


def _cited(app: Sphinx, docname: str, kind: str, keys: str) -> str:
    """Return a citation as the page has it."""
    domain: Any = app.env.get_domain("cite")
    pending = addnodes.pending_xref(keys)
    found: nodes.Node = domain.resolve_xref(
        app.env, docname, app.builder, kind, keys, pending, nodes.inline()
    )
    return found.astext()


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("html-page-context", write)
