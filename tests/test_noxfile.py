"""What the commands say where something is missing on a machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


class Ended(Exception):  # noqa: N818
    """A session ended with a message."""


@pytest.fixture
def noxfile(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the noxfile's names; nox itself is not among what the tests install."""

    def session(*found: Callable[..., Any], **_: Any) -> Any:
        return found[0] if found else lambda function: function

    nox: Any = ModuleType("nox")
    nox.session, nox.options, nox.Session = session, SimpleNamespace(), object
    monkeypatch.setitem(sys.modules, "nox", nox)
    names: dict[str, Any] = {"__file__": str(ROOT / "noxfile.py"), "__name__": "noxfile"}
    exec((ROOT / "noxfile.py").read_text(), names)
    return names


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimpleNamespace:
    """Return a session on a machine without a browser, and without a way to get one."""

    def error(message: str) -> None:
        raise Ended(message)

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("GDBOOK_BROWSER", raising=False)
    return SimpleNamespace(run=lambda *words, **more: "", error=error)


def test_without_a_browser_one_line_says_what_to_install(
    noxfile: dict[str, Any], session: SimpleNamespace
) -> None:
    """Where none is installed or can be had, the session ends with one line."""
    with pytest.raises(Ended, match=r"^No browser: install Chrome or Chromium \(.*\)$"):
        noxfile["find_browser"](session)


def test_a_browser_that_is_named_must_be_there(
    noxfile: dict[str, Any],
    session: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A browser that the environment names is taken if it is there, and missed if it is not."""
    browser = tmp_path / "browser"
    monkeypatch.setenv("GDBOOK_BROWSER", str(browser))
    with pytest.raises(Ended, match=r"^GDBOOK_BROWSER is '.*'; expected the path of a Chrome"):
        noxfile["find_browser"](session)
    browser.touch(mode=0o755)
    assert noxfile["find_browser"](session) == str(browser)
