"""Displays: rich in a notebook, plain elsewhere."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from gdbook import display


def test_plain_python_is_no_notebook() -> None:
    """Under pytest there is no notebook's kernel."""
    assert not display.in_notebook()


def test_a_kernel_makes_a_notebook(notebook: Any) -> None:
    """Where IPython has a kernel, there is a notebook."""
    assert display.in_notebook()


def test_ipython_in_a_terminal_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """IPython's shell in a terminal has no kernel to display things."""

    class Terminal:
        pass

    monkeypatch.setattr("IPython.get_ipython", Terminal)
    assert not display.in_notebook()


def test_ipython_is_not_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where IPython was never imported, plain text is printed and nothing is imported."""
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    display.show({"text/plain": "a line", "text/html": "<p>a line</p>"})
    assert capsys.readouterr().out == "a line\n"
    assert "IPython" not in sys.modules


def test_a_notebook_gets_the_whole_bundle(
    notebook: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a notebook the bundle and its metadata are handed over, and nothing is printed."""
    bundle = {"text/plain": "a line", display.RECEIPT: {"claim": "…"}}
    display.show(bundle, {"name": "it"})
    display.show(bundle)
    assert notebook == [(bundle, {"name": "it"}), (bundle, {})]
    assert capsys.readouterr().out == ""


def test_the_media_types_are_the_book_s_own() -> None:
    """Each kind of result has a JSON media type in the vendor tree, and no two share one."""
    kinds = {display.FIGURE, display.RECEIPT, display.SOURCE}
    assert len(kinds) == 3
    for kind in kinds:
        assert re.fullmatch(r"application/vnd\.gdbook\.[a-z]+\+json", kind)
