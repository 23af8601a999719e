"""Links within the book: those that lead nowhere are found, and no others."""

from __future__ import annotations

from pathlib import Path

from audits.links import broken_links


def test_broken_links_are_found(tmp_path: Path) -> None:
    """A missing page, a missing name on a page, a missing image, and a way out of the book."""
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "other.html").write_text('<h1 id="größe">Other</h1>')
    (tmp_path.parent / "outside.html").write_text("")
    page = tmp_path / "page.html"
    good = ["#here", "part/other.html", "part/other.html#gr%C3%B6%C3%9Fe", "https://example.org/x"]
    bad = ["#there", "../outside.html", "missing.html", "part/other.html#small"]
    links = "".join(f'<a href="{target}">x</a>' for target in good + bad)
    page.write_text(f'<p id="here">{links}<img src="part/none.png"></p>')
    assert broken_links(tmp_path, page) == sorted([*bad, "part/none.png"])


def test_absolute_links_begin_where_the_book_is_published(tmp_path: Path) -> None:
    """Below its path an absolute link leads into the book; elsewhere on the host, out of it."""
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "other.html").write_text("")
    page = tmp_path / "404.html"
    page.write_text('<a href="/book/part/other.html">x</a><a href="/part/other.html">x</a>')
    assert broken_links(tmp_path, page, "/book") == ["/part/other.html"]
