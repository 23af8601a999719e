"""Execution: each page when it must be, and never else; failures say where."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest

from gdbook.book import cache, execute
from gdbook.book.device import Device
from gdbook.book.execute import kernel_environment
from tests.book.conftest import Book, MakeBook
from tests.book.pages import cell, contents, counted, executed, plain

pytestmark = pytest.mark.book

KINDS = ("one", "two")
OPEN = Path("/proc/self/fd")  # what this process has open, where the system says so


def two_pages(make_book: MakeBook) -> Book:
    """Return a book of two pages that note their runs."""
    pages = {name: executed(f"Page {name}", counted(f"name = {name!r}\nname")) for name in KINDS}
    return make_book(index=plain("A book", contents(*KINDS)), **pages)


def runs(book: Book) -> int:
    """Return how many cells have been run since the book was written."""
    return (book.source / "runs").read_text().count("run")


def test_a_page_is_executed_when_its_code_changes_and_only_then(make_book: MakeBook) -> None:
    """The first build executes all, one after no change or new prose none, new code its page."""
    book = two_pages(make_book)
    assert book.must_build() == {"one", "two"}
    assert runs(book) == 2
    assert book.must_build() == set()
    book.write(one=executed("Page one", "New words.", counted("name = 'one'\nname"), "At the end."))
    assert book.must_build() == set()
    assert "New words." in book.page("one").text
    assert "'one'" in book.page("one").text
    book.write(one=executed("Page one", counted("name = 'changed'\nname")))
    assert book.must_build() == {"one"}
    assert "'changed'" in book.page("one").text
    assert runs(book) == 3


def test_library_and_device_are_part_of_what_a_page_depends_on(
    make_book: MakeBook, small_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed file executes the pages that reach it, a changed device all; going back, none."""
    book = two_pages(make_book)
    reaching = counted("if False:\n    from gdbook import constant")
    book.write(one=executed("Page one", reaching))
    constant = small_library / "constant.py"
    before = constant.read_text()
    assert book.must_build() == {"one", "two"}
    constant.write_text("MOMENTUM = 0.8\n")
    assert book.must_build() == {"one"}
    monkeypatch.setattr(cache, "find_device", lambda: Device("gpu", "Big", 1, "0.0.0"))
    assert book.must_build() == {"one", "two"}
    assert "on Big, JAX" in book.page("one").text
    monkeypatch.setattr(cache, "find_device", lambda: Device("cpu", "cpu", 1, "0.0.0"))
    constant.write_text(before)
    assert book.must_build() == set()
    assert "CPU" in book.page("one").text
    assert runs(book) == 5


BAD = {
    "divides": executed(
        "Divides", "Prose.", cell("a = 1"), "More.", cell("b = 2\nb / 0"), cell("c = 3")
    ),
    "sleeps": executed("Sleeps", cell("import time\ntime.sleep(60)")),
    "dies": executed("Dies", cell("x = 1"), cell("import os\nos._exit(1)")),
}


def test_a_cell_that_fails_stops_the_build_and_says_where(make_book: MakeBook) -> None:
    """Every failure names page, line, cell, message and code; other pages' outputs are kept."""
    index = plain("A book", contents("fine", *BAD))
    conf = "nb_execution_timeout = 3"
    book = make_book(index=index, fine=executed("Fine", counted()), conf=conf, **BAD)
    complaint = book.must_fail()
    assert complaint.startswith("The book was not built:")
    where = book.line("divides", "b = 2")
    assert f"divides.md:{where}: cell 2 failed: ZeroDivisionError: division by zero" in complaint
    assert "    b = 2\n    b / 0\n" in complaint
    assert re.search(r"^sleeps.md:\d+: cell 1 failed: took longer than 3 s$", complaint, re.M)
    assert re.search(r"^dies.md:\d+: cell 2 failed: the kernel died$", complaint, re.M)
    assert "fine" not in complaint
    book.write(**{name: executed(name, cell("'mended'")) for name in BAD})
    assert book.must_build() == set(BAD)


def test_a_receipt_that_does_not_hold_stops_the_build(make_book: MakeBook) -> None:
    """A false claim is reported with its page, its line, and what was measured and expected."""
    code = "import gdbook as gd\ngd.receipt('Two and two', 2 + 2, 5)"
    book = make_book(index=executed("A book", cell(code), front="landing: true"))
    line = book.line("index", "import")
    message = "ReceiptError: ✗ Two and two: measured 4, expected 5"
    assert f"index.md:{line}: cell 1 failed: {message}" in book.must_fail()
    assert not (book.html / "index.html").exists()


def test_a_page_runs_beside_its_file_and_is_not_seen_to_run(make_book: MakeBook) -> None:
    """A page's folder is where its cells work, and a page without cells starts no kernel."""
    pages = {"part/here": executed("Here", cell("import os\nos.path.basename(os.getcwd())"))}
    pages["empty"] = executed("Empty", "No cells.")
    book = make_book(index=plain("A book", contents(*pages)), **pages)
    assert book.must_build() == {"here", "empty"}
    assert "'part'" in book.page("part/here").text
    assert "Ran in 0.0 s" in book.page("empty").text


def channels() -> int:
    """Return how many sockets, pipes and the like this process has open."""
    found = []
    for path in OPEN.iterdir():
        with suppress(FileNotFoundError):  # what listed them is among them, and gone
            found.append(str(path.readlink()))
    return sum(not name.startswith("/") for name in found)


@pytest.mark.skipif(not OPEN.is_dir(), reason="this system does not list a process's files")
def test_pages_leave_no_channel_open(make_book: MakeBook) -> None:
    """However many pages a build executes, it has no more channels to kernels open after it."""
    one, six = ({f"page{i}": executed("Page", cell(str(i))) for i in range(n)} for n in (1, 6))
    book = make_book(index=plain("A book", contents(*one)), **one)
    book.must_build()
    before = channels()
    book.write(index=plain("A book", contents(*six)), **six)
    assert book.must_build() == set(six) - set(one)
    assert channels() <= before + 2


def test_pages_keep_what_jax_compiles(make_book: MakeBook) -> None:
    """After a build there are compiled programs to find; a second state of a page finds them."""
    page = executed("A page", cell("import jax\nprint(jax.jit(lambda x: 3 * x + 1)(2.0))"))
    book = make_book(index=page)
    book.must_build()
    compiled = book.source / "_build" / "doctrees" / "compiled"
    kept = {path.name for path in compiled.iterdir() if path.name.startswith("jit__lambda")}
    assert kept
    again = executed(
        "A page", cell("import jax\nprint('again', jax.jit(lambda x: 3 * x + 1)(2.0))")
    )
    book.write(index=again)
    assert book.must_build() == {"index"}
    assert {p.name for p in compiled.iterdir() if p.name.startswith("jit__lambda")} == kept


def test_the_longest_page_starts_first(
    make_book: MakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once its time is known, the slower of two pages is executed before the other."""
    monkeypatch.setattr(execute, "_workers", lambda: 1)
    slow, quick = cell("import time\ntime.sleep(2)"), cell("1")
    pages = {"a-quick": executed("Quick", quick), "b-slow": executed("Slow", slow)}
    book = make_book(index=plain("A book", contents(*pages)), **pages)
    assert [name for name, _ in told(book)] == ["a-quick", "b-slow"]
    book.write(**{name: text + cell("2") for name, text in pages.items()})
    (first, to_go), (second, nothing) = told(book)
    assert (first, second) == ("b-slow", "a-quick")
    assert to_go == nothing == 0  # the quick one takes no second


def told(book: Book) -> list[tuple[str, int]]:
    """Build a book; return the pages in the order in which they were executed, and what is left."""
    built = book.build()
    assert built.status == 0, built.complaint
    lines = re.findall(r"executed \d of 2: (\S+)\.md, .* about (\d+) s to go", built.told)
    slowest = r"executed 2 pages in \d+ s; the slowest: b-slow \d s, a-quick 0 s"
    assert re.search(slowest, built.told)
    return [(name, int(seconds)) for name, seconds in lines]


def test_what_the_caller_sets_decides_where_compiled_programs_lie(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder named in the environment is used instead of the build's own."""
    name = "JAX_COMPILATION_CACHE_DIR"
    assert kernel_environment(tmp_path, "cpu")[name] == str(tmp_path.resolve())
    monkeypatch.setenv(name, "elsewhere")
    assert kernel_environment(tmp_path, "cpu")[name] == "elsewhere"


def test_only_for_a_cpu_is_less_compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On other devices nothing is, and products are exact; what the caller sets is left alone."""
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    assert "optimization_level=0" in kernel_environment(tmp_path, "cpu")["XLA_FLAGS"]
    assert "XLA_FLAGS" not in kernel_environment(tmp_path, "gpu")
    monkeypatch.delenv("JAX_DEFAULT_MATMUL_PRECISION", raising=False)
    exact = {name: kernel_environment(tmp_path, name) for name in ("cpu", "gpu")}
    assert exact["gpu"]["JAX_DEFAULT_MATMUL_PRECISION"] == "highest"
    assert "JAX_DEFAULT_MATMUL_PRECISION" not in exact["cpu"]
    monkeypatch.setenv("XLA_FLAGS", "--xla_force_host_platform_device_count=3")
    assert "optimization" not in kernel_environment(tmp_path, "cpu")["XLA_FLAGS"]
