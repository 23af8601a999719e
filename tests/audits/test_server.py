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
