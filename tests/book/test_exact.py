"""Two builds of one book: they differ in how long pages ran, and in nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdbook.book.exact import RECORDED, contents, differences, took
from tests.book.conftest import GoodBook, build_good


@pytest.mark.book
def test_two_builds_from_nothing_are_the_same(
    good_book: GoodBook,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Figures, videos, demos, ids, orders and the index: whatever hashes, folders and processes."""
    monkeypatch.setenv("PYTHONHASHSEED", "11")
    folder = tmp_path_factory.mktemp("again") / "elsewhere"
    again = build_good(folder, tmp_path_factory.mktemp("t"), side_by_side=1)
    assert differences(good_book.html, again.html) == []
    kinds = {Path(name).suffix for name in contents(again.html)}
    assert {".html", ".js", ".svg", ".webp", ".mp4", ".inv"} <= kinds


@pytest.mark.book
def test_times_are_marked_wherever_they_are_told(good_book: GoodBook) -> None:
    """A page's own line and the status have them, each in an element that says what it is."""
    line = (good_book.html / "part/a-first.html").read_bytes()
    status = (good_book.html / "reference/status.html").read_bytes()
    assert len(RECORDED.findall(line)) == 1
    assert len(RECORDED.findall(status)) == 3


def test_what_differs_is_named(tmp_path: Path) -> None:
    """Another time is no difference; another word is, and a file that only one site has."""
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, time, word in ((one, "1.0 s", "same"), (other, "2.0 s", "another")):
        (folder / "part").mkdir(parents=True)
        (folder / "index.html").write_text(f"<p>Ran in {took(time)}</p>")
        (folder / "part" / "page.html").write_text(word)
    (other / "more.js").touch()
    assert differences(one, other) == ["more.js", "part/page.html"]
