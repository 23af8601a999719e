"""The notebooks of the whole book, as they are downloaded."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import nbformat
from audits.notebooks import downloads

from tests.browser.conftest import DOCS

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = re.compile(r"\A(:[\w-]+:[^\n]*\n)*\n*")
MYST = re.compile(r"\{[a-z:]+\}`|^:::|^\([\w-]+\)=$", re.MULTILINE)


def notebooks(site: Path) -> dict[str, str]:
    """Return the notebooks of a site by the names of their pages; some come with their files."""
    found = {}
    for name, path in downloads(site).items():
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                found[name] = archive.read(f"gdbook/{name}.ipynb").decode()
        else:
            found[name] = path.read_text(encoding="utf-8")
    return found


def test_every_notebook_is_valid_and_has_its_pages_cells(built: Path) -> None:
    """There is one for each page that is executed, with its code and none of its markup."""
    found = notebooks(built)
    assert len(found) > 40
    for name, text in found.items():
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        page = (DOCS / f"{name}.md").read_text(encoding="utf-8")
        assert code == [OPTIONS.sub("", cell).strip("\n") for cell in CELL.findall(page)], name
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                assert MYST.search(cell.source) is None, (name, cell.source)


def test_every_link_to_a_notebook_leads_to_one(built: Path) -> None:
    """What a page's header offers lies beside the page."""
    for path in built.rglob("*.html"):
        for target in re.findall(r'<a href="([^"]*)" download>', path.read_text(encoding="utf-8")):
            assert path.with_name(target).exists(), path
