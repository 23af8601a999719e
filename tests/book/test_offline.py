"""The archive of the book: what becomes of the files that only servers can serve."""

from __future__ import annotations

from pathlib import Path

import pytest

from gdbook.book.offline import archive, page, script


def test_a_page_asks_for_plain_scripts() -> None:
    """Modules are scripts that wait for the page, and a policy made for servers is gone."""
    html = (
        '<meta http-equiv="Content-Security-Policy" content="default-src">\n'
        '<script src="a.js"></script><script type="module" src="_static/demo.js?v=1"></script>'
        '<script type="application/json">{}</script>'
    )
    assert page(html) == (
        '<script src="a.js"></script><script defer src="_static/demo.js?v=1"></script>'
        '<script type="application/json">{}</script>'
    )


def test_a_module_becomes_a_script_that_hands_in_its_exports() -> None:
    """It says under its file's name what it has, and leaves no other name behind."""
    module = "// Compiled.\n\nexport const loss = 1;\nconst own = 2;\nexport const step = own;"
    assert script("a-1.js", module) == (
        '(globalThis.gdModules ??= {})["a-1.js"] = (() => {\n'
        "// Compiled.\n\nconst loss = 1;\nconst own = 2;\nconst step = own;\n"
        "return { loss, step };\n})();\n"
    )


def test_there_must_be_a_book(tmp_path: Path) -> None:
    """Of an empty folder no archive is made."""
    with pytest.raises(RuntimeError, match=r"index\.html; expected the built book"):
        archive(tmp_path, tmp_path / "book.zip")
    assert not (tmp_path / "book.zip").exists()
