"""Pages as notebooks: what the page says and computes, in plain Markdown and the same cells."""

from __future__ import annotations

import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from gdbook.book.plain import plain, titled
from tests.book.conftest import GoodBook, MakeBook
from tests.book.pages import cell, contents, executed

HERE = Path(__file__).parent


@pytest.fixture
def notebook(good_book: GoodBook) -> nbformat.NotebookNode:
    """Return the notebook of the page with everything in it."""
    return nbformat.read(good_book.html / "part/a-first.ipynb", as_version=4)


@pytest.mark.book
def test_each_executed_page_links_to_its_notebook(good_book: GoodBook) -> None:
    """The header has the link; a page without code has nothing to run, and no notebook."""
    (link,) = good_book.page("part/a-first").select(".gd-header .gd-notebook a")
    assert link["href"] == "a-first.ipynb"
    assert link.has_attr("download")
    assert good_book.page("part/plain").select(".gd-notebook") == []
    assert not (good_book.html / "part/plain.ipynb").exists()


@pytest.mark.book
def test_a_notebook_has_the_pages_cells_and_words(notebook: nbformat.NotebookNode) -> None:
    """Values, terms and citations are words, questions are quotes, and nothing of MyST is left."""
    nbformat.validate(notebook)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert code[0].startswith("import matplotlib\nimport gdbook as gd")
    assert code[-1] == 'gd.receipt("The solution", 2, 2)'
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert "A page of A small book: The first page. It needs `pip install gdbook`." in text
    assert "> How far is it?" in text
    assert "A gradient of *many*, see [Cauchy, 1847], and $a < b$ $\\theta_0$." in text
    assert "At rate 0.12, Adam & Eve walks." in text
    assert "**Another way**\n\nSome code: `x = 1`." in text
    for mark in ("{glue", "{term", ":::", "---\n", ")=\n"):
        assert mark not in text


@pytest.mark.book
def test_a_notebook_runs_from_top_to_bottom(
    notebook: nbformat.NotebookNode, tmp_path: Path
) -> None:
    """In a folder with nothing else in it, every cell runs, and its figures show themselves."""
    done = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": tmp_path}})
    shown = [output for cell in done.execute().cells for output in cell.get("outputs", [])]
    html = [output.data["text/html"] for output in shown if "text/html" in output.get("data", {})]
    assert any('<img alt="A line that falls' in text for text in html)


@pytest.mark.book
def test_a_page_that_reads_files_comes_with_them(make_book: MakeBook) -> None:
    """In the archive they lie where the page reads them, and none has the hour of the build."""
    book = make_book(
        index=executed("A book", contents("part/reads"), front="landing: true"),
        **{
            "part/reads": executed(
                "Reads", cell("open('own.txt').read() + open('../a.md').read()")
            ),
            "part/own.txt": "own",
            "a.md": "---\ndifficulty: gentle\norphan: true\n---\n# Another\n",
        },
    )
    book.must_build()
    (link,) = book.page("part/reads").select(".gd-notebook a")
    with zipfile.ZipFile(book.html / "part" / link["href"]) as archive:
        names = ["gdbook/a.md", "gdbook/part/own.txt", "gdbook/part/reads.ipynb"]
        assert archive.namelist() == names
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert archive.read("gdbook/part/own.txt") == b"own"


@pytest.mark.parametrize(
    ("myst", "markdown"),
    [
        ("(a-label)=\n# Title", "# Title"),
        (":::{question}\nHow\nfar?\n:::", "> How\n> far?"),
        (":::{depth} mathematics\nA proof.\n:::", "**Mathematics**\n\nA proof."),
        (":::{depth} code\n:title: Why\n\nSo.\n:::\nAnd.", "**Why**\n\nSo.\nAnd."),
        (":::{toctree}\n:hidden:\n\na\nb\n:::\n", ""),
        ("```{code} x\n```\nwords", "words"),
        ("a {term}`b <c>` and {term}`d`", "a b and d"),
        ("{loud}`a b`", "A B"),
        ("```python\n{'a': 1}\n```", "```python\n{'a': 1}\n```"),
    ],
)
def test_directives_and_roles_become_markdown(myst: str, markdown: str) -> None:
    """What other readers of Markdown would show as it is becomes what it means."""
    assert plain(myst, {"loud": str.upper}, HERE) == markdown


def test_files_are_included() -> None:
    """What a page includes is in its notebook."""
    text = "```{literalinclude} __init__.py\n:language: python\n```"
    assert plain(text, {}, HERE) == "```python\n\n```"


def test_words_and_targets_are_told_apart() -> None:
    """A role has words and a target, or one text that is both."""
    assert titled("some words <a/page>") == ("some words", "a/page")
    assert titled("word") == ("word", "word")
