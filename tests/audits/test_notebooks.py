"""Notebooks as readers run them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from audits.notebooks import main

FORMAT: Any = nbformat  # untyped


def written(*code: str) -> str:
    """Return a notebook of cells."""
    cells = [FORMAT.v4.new_code_cell(source) for source in code]
    text: str = FORMAT.writes(FORMAT.v4.new_notebook(cells=cells))
    return text


@pytest.fixture
def html(tmp_path: Path) -> Path:
    """Return a book with a good notebook, a bad one, and one that reads a file beside it."""
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "good.ipynb").write_text(written("x = 1", "assert x == 1"))
    (tmp_path / "bad.ipynb").write_text(written("x = 1", "assert x == 2, 'it is not'"))
    with zipfile.ZipFile(tmp_path / "part" / "reads.zip", "w") as archive:
        archive.writestr("gdbook/part/reads.ipynb", written("assert open('../data').read() == 'a'"))
        archive.writestr("gdbook/data", "a")
    return tmp_path


def test_each_runs_where_it_was_downloaded_to(
    html: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that fail are counted and told, with the cell; the others run on."""
    assert main(html, []) == 1
    told = capsys.readouterr().out
    assert "part/good runs, " in told
    assert "part/reads runs, " in told
    assert "bad fails: " in told
    assert "AssertionError: it is not" in told
    assert "2 of 3 notebooks run from top to bottom" in told


def test_one_can_be_named(html: Path) -> None:
    """Only that one is run; a name that there is not is refused."""
    assert main(html, ["part/good"]) == 0
    with pytest.raises(SystemExit, match="No such notebook: part/bad; expected pages of"):
        main(html, ["part/bad"])
