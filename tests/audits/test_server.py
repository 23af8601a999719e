"""The server of audits: files arrive whole, and text compressed."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from audits.server import served


def test_text_is_compressed_for_who_takes_it(tmp_path: Path) -> None:
    """A browser that takes gzip gets it; others get the file, and pictures stay as they are."""
    text = "down the hill " * 100
    (tmp_path / "index.html").write_text(text)
    (tmp_path / "picture.webp").write_bytes(b"RIFF" * 10)
    with served(tmp_path) as address:
        with urlopen(Request(address + "/", headers={"Accept-Encoding": "gzip"})) as answer:
            small = answer.read()
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        with urlopen(address + "/index.html") as answer:
            assert answer.read().decode() == text
        with urlopen(
            Request(address + "/picture.webp", headers={"Accept-Encoding": "gzip"})
        ) as answer:
            assert answer.headers["Content-Encoding"] is None
            assert answer.read() == b"RIFF" * 10
        with pytest.raises(HTTPError, match="404"):
            urlopen(address + "/none.html")
    assert gzip.decompress(small).decode() == text
    assert len(small) < len(text) / 10


def test_a_book_below_a_path_answers_there_only(tmp_path: Path) -> None:
    """Outside its path, and for what it lacks, a book answers with its page for such cases."""
    (tmp_path / "index.html").write_text("the book")
    (tmp_path / "404.html").write_text("not here")
    with served(tmp_path, "/book") as address:
        assert address.endswith("/book")
        with urlopen(address + "/") as answer:
            assert answer.read() == b"the book"
        for missing in (address + "/none/at/all", address.removesuffix("/book") + "/index.html"):
            with pytest.raises(HTTPError, match="404") as error:
                urlopen(missing)
            assert error.value.read() == b"not here"
