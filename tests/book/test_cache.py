"""The cache: one for each state of library, versions and device, and none for anything else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gdbook
from gdbook.book import cache
from gdbook.book.bundle import bundle
from gdbook.book.cache import Surroundings, prune
from gdbook.book.device import Device
from gdbook.book.reach import Library, Reach
from tests.book.conftest import STAND_IN, Book, MakeBook
from tests.book.pages import cell, contents, executed, plain

DEVICE = Device("gpu", "Big", 1, "0.5")
REACH = Reach(frozenset([("optimizers", "momentum"), ("loop",)]), frozenset(["bench.json"]))


class State:
    """A library, a lock and a device, of which a test changes something."""

    def __init__(self, folder: Path):
        self.package, self.lock, self.device = folder / "package", folder / "lock", DEVICE
        (self.package / "optimizers").mkdir(parents=True)
        self.write("__init__.py")
        self.write("optimizers/__init__.py", "from gdbook.optimizers.momentum import momentum")
        self.write("optimizers/momentum.py", "from gdbook import checks")
        self.write("optimizers/adam.py")
        self.write("loop.py")
        self.write("checks.py")
        self.lock.write_text("jax==0.5")
        self.measured = folder / "bench.json"
        self.measured.write_text("{}")

    def around(self) -> Surroundings:
        """Return what the pages of a build depend on."""
        return Surroundings(self.package, self.lock, self.device)

    def name(self) -> str:
        """Return the name of a page's cache."""
        return self.around().name(REACH, self.measured.parent)

    def write(self, name: str, text: str = "") -> None:
        """Write a file of the library."""
        path = self.package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def state(tmp_path: Path) -> State:
    """Return a state of its own for each test."""
    return State(tmp_path)


def on_device(**changes: Any) -> Callable[[State], Any]:
    """Return what puts another device in the place of the one there is."""

    def change(state: State) -> None:
        state.device = state.device._replace(**changes)

    return change


MATTERS: dict[str, Callable[[State], Any]] = {
    "a constant": lambda s: s.write("optimizers/momentum.py", "momentum = 0.8"),
    "what an import imports": lambda s: s.write("checks.py", "limit = 1"),
    "a file that stands for a package": lambda s: s.write("loop/__init__.py", ""),
    "data beside": lambda s: s.write("optimizers/data.csv", "1,2"),
    "what a page reads": lambda s: s.measured.write_text("{1}"),
    "what a page read": lambda s: s.measured.unlink(),
    "the lock": lambda s: s.lock.write_text("jax==0.6"),
    "the lock removed": lambda s: s.lock.unlink(),
    "platform": on_device(platform="cpu"),
    "kind": on_device(kind="Small"),
    "number": on_device(number=2),
    "version of jax": on_device(jax="0.6"),
}

DOES_NOT: dict[str, Callable[[State], Any]] = {
    "nothing": lambda s: None,
    "another optimizer": lambda s: s.write("optimizers/adam.py", "b1 = 0.8"),
    "a new optimizer": lambda s: (
        s.write("optimizers/lion.py"),
        s.write(
            "optimizers/__init__.py",
            "from gdbook.optimizers.momentum import momentum\n"
            "from gdbook.optimizers.lion import lion",
        ),
    ),
    "a new file": lambda s: s.write("new.py"),
    "data elsewhere": lambda s: s.write("new/data.csv", "1,2"),
    "bytecode": lambda s: s.write("__pycache__/loop.cpython-311.pyc", "x"),
    "deeper bytecode": lambda s: s.write("optimizers/__pycache__/a.pyc", "x"),
    "node's packages": lambda s: s.write("web/node_modules/three/index.js", "x"),
    "the browser's side": lambda s: s.write("web/book.ts", "x"),
    "Sphinx's side": lambda s: s.write("book/media.py", "x"),
    "an empty folder": lambda s: (s.package / "nothing").mkdir(),
    "the time of a file": lambda s: os.utime(s.package / "loop.py", (1, 1)),
    "a file beside the library": lambda s: (s.package.parent / "notes.py").write_text("x"),
}


@pytest.mark.parametrize("change", MATTERS.values(), ids=MATTERS)
def test_all_that_outputs_depend_on_is_in_the_name(
    state: State, change: Callable[[State], Any]
) -> None:
    """A change in what a page reaches, the lock or the device gives another name."""
    before = state.name()
    change(state)
    assert state.name() != before


def test_settings_of_the_caller_are_in_the_name(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the caller tells JAX reaches the pages, so another setting is another name."""
    names = [state.name()]
    for name, value in (("JAX_ENABLE_X64", "1"), ("XLA_FLAGS", "--xla_dump_to=x"), ("OTHER", "1")):
        monkeypatch.setenv(name, value)
        names.append(state.name())
    assert len(set(names)) == 3
    assert names[2] == names[3]


@pytest.mark.parametrize("change", DOES_NOT.values(), ids=DOES_NOT)
def test_nothing_else_is_in_the_name(state: State, change: Callable[[State], Any]) -> None:
    """What a page does not reach, and when files were touched, does not count."""
    before = state.name()
    change(state)
    assert state.name() == before


@pytest.mark.parametrize("change", [*MATTERS.values(), *DOES_NOT.values()])
def test_what_is_recalled_of_the_library_is_true(
    state: State, change: Callable[[State], Any]
) -> None:
    """What the last build knew is used only where the library is as it was."""
    first = state.around()
    known = first.recall(None)
    first.name(REACH, state.measured.parent)
    change(state)
    second = state.around()
    second.recall(known)
    assert second.name(REACH, state.measured.parent) == state.name()


def test_an_unchanged_library_is_not_parsed_again(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the last build found out about the library is found out once."""
    first = state.around()
    known = first.recall(None)
    before = first.name(REACH, state.measured.parent)
    monkeypatch.delattr(Library, "reached")
    second = state.around()
    second.recall(known)
    assert second.name(REACH, state.measured.parent) == before


def test_going_back_gives_the_old_name(state: State) -> None:
    """The name tells states apart, not histories."""
    before = state.name()
    state.write("loop.py", "steps = 1")
    state.write("loop.py")
    assert state.name() == before


def test_versions_count_where_the_lock_does_not_rule(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an environment that did not come from the lock, other versions have another name."""
    before = state.name()
    monkeypatch.setattr(cache, "version", lambda name: "99.0")
    assert state.name() != before


def test_no_lock_is_a_state_too(state: State) -> None:
    """Without a lock there is a name, whether none was looked for or none was found."""
    missing = state.package / "missing"
    folder = state.measured.parent
    names = {
        Surroundings(state.package, lock, DEVICE).name(REACH, folder) for lock in (None, missing)
    }
    assert len(names) == 1


@pytest.mark.parametrize("kept", [0, 1, 2, 5])
def test_pruning_keeps_the_caches_used_last(tmp_path: Path, kept: int) -> None:
    """Of all caches only those used last are kept, whatever their names; files are left alone."""
    for age, name in enumerate(["b", "d", "a", "c"]):
        (tmp_path / name).mkdir()
        (tmp_path / name / "output").write_text("x")
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    (tmp_path / "file").write_text("x")
    prune(tmp_path, kept)
    assert {path.name for path in tmp_path.iterdir()} == {*["b", "d", "a", "c"][:kept], "file"}


@pytest.mark.book
def test_where_jax_cannot_start_the_build_says_so(
    make_book: MakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device that cannot be found stops the build with one line."""

    def fail() -> Device:
        raise RuntimeError("JAX could not be started: no driver")

    monkeypatch.setattr(cache, "find_device", fail)
    complaint = make_book(index=plain("A book")).must_fail()
    assert complaint == "The book was not built:\nJAX could not be started: no driver"


PLAIN_DESCENT = executed(
    "Another page",
    cell("""
import gdbook as gd

rule = gd.optimizers.gradient_descent(0.1)
gd.quote(once=gd.descend(gd.surfaces.bowl, [1.0, 0.0], rule, 1).loss[-1])
"""),
    "After one step it is {glue:text}`once:.3f`.",
)
PAGE = executed(
    "One page",
    cell("""
import gdbook as gd

path = gd.descend(gd.surfaces.bowl, [1.0, 0.0], gd.optimizers.momentum(0.1), 2)
gd.quote(twice=path.params[-1, 0])
"""),
    "After two steps it is {glue:text}`twice:.3f`.",
    contents("other"),
    front="landing: true",
)


@pytest.mark.book
def test_a_changed_constant_changes_the_page(tmp_path: Path) -> None:
    """When an optimizer's constant is edited its page is executed again, and no other.

    Edited back, none is.
    """
    bundle()
    source = Path(gdbook.__file__).parent
    package = tmp_path / "src" / "gdbook"
    shutil.copytree(source, package, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    book = Book(tmp_path, {"index": PAGE, "other": PLAIN_DESCENT}, STAND_IN)
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}

    def build() -> tuple[set[str], str]:
        command = [sys.executable, "-m", "sphinx", *book.options("html")]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        ran = set(re.findall(r"executed \d of \d: (\S+)\.md", done.stdout))
        return ran, book.page("index").article.text

    ran, text = build()
    assert ran == {"index", "other"}
    assert "After two steps it is 0.460." in text  # 1, 1 − 0.2, then 0.8 − 0.16 − 0.9 · 0.2
    rule = package / "optimizers" / "momentum.py"
    original = rule.read_text(encoding="utf-8")
    default = "momentum: Hyperparameter = 0.9"
    rule.write_text(original.replace(default, default.replace("0.9", "0.5")), encoding="utf-8")
    ran, text = build()
    assert ran == {"index"}
    assert "After two steps it is 0.540." in text
    rule.write_text(original, encoding="utf-8")
    ran, text = build()
    assert ran == set()
    assert "After two steps it is 0.460." in text


@pytest.mark.book
def test_builds_can_share_what_was_executed(make_book: MakeBook, tmp_path: Path) -> None:
    """A build with other doctrees finds the outputs of the first, where it is told to look."""
    book = make_book(index=executed("A page", cell("6 * 7"), front="landing: true"))
    assert book.must_build() == {"index"}
    first = book.source / "_build" / "doctrees"
    first.rename(tmp_path / "kept")
    book.write(
        **{
            "conf.py": (book.source / "conf.py").read_text()
            + f"gdbook_kept = {str(tmp_path / 'kept')!r}\n"
        }
    )
    assert book.must_build() == set()
    assert "42" in book.page("index").article.text
    assert not (first / "executed").exists()
