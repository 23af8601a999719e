"""Endings: what was not finished is not built upon."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from gdbook.book import bundle, formulas
from tests.book.conftest import MakeBook
from tests.book.pages import cell, contents, executed, plain

pytestmark = pytest.mark.book

READ = cell("print(open('../library/constant.py').read())")


def test_after_an_interruption_all_pages_are_written(
    make_book: MakeBook, small_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages that were read but not written when a build was stopped are written by the next one."""
    pages = {"one": executed("One", READ), "two": executed("Two", READ, cell("2"))}
    book = make_book(index=plain("A book", contents(*pages)), **pages)
    book.must_build()

    def interrupt(app: Any, page: str, *_: Any) -> None:
        if page == "one":
            raise KeyboardInterrupt

    (small_library / "constant.py").write_text("MOMENTUM = 0.7\n")
    with monkeypatch.context() as impatient:
        impatient.setattr(formulas, "check_formulas", interrupt)
        assert "Interrupted" in book.must_fail()
    assert "0.7" not in book.page("two").text
    assert book.must_build() == set()
    assert "0.7" in book.page("one").text
    assert "0.7" in book.page("two").text


def test_what_pages_left_goes_with_them(make_book: MakeBook) -> None:
    """A page that was removed is no longer in the site, nor is its notebook."""
    pages = {"one": executed("One", cell("1")), "two": executed("Two", cell("2"))}
    book = make_book(index=plain("A book", contents(*pages)), **pages)
    book.must_build()
    left = [book.html / f"two{suffix}" for suffix in (".html", ".ipynb")]
    assert all(path.is_file() for path in left)
    (book.source / "two.md").unlink()
    book.write(index=plain("A book", contents("one")))
    book.must_build()
    assert not any(path.exists() for path in left)
    assert (book.html / "one.ipynb").is_file()


def test_a_build_that_ended_well_is_built_upon(make_book: MakeBook) -> None:
    """After a good build, pages that have not changed are neither read nor written again."""
    book = make_book(index=plain("A book", contents("page")), page=plain("Page"))
    book.must_build()
    written = (book.html / "page.html").stat().st_mtime_ns
    book.write(index=plain("A book", "New words.", contents("page")))
    book.must_build()
    assert (book.html / "page.html").stat().st_mtime_ns == written


def test_where_the_library_lies_is_no_reason_to_write_pages_again(
    make_book: MakeBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bundles in another folder, as of an installed library, change no page."""
    book = make_book(index=plain("A book"))
    book.must_build()
    written = (book.html / "index.html").stat().st_mtime_ns
    elsewhere = shutil.copytree(bundle.bundle(), tmp_path / "dist")
    monkeypatch.setattr(bundle, "bundle", lambda: elsewhere)
    book.must_build()
    assert (book.html / "index.html").stat().st_mtime_ns == written
