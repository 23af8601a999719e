"""The house: which way arrows point, and that every room has its tests.

The table is that of ARCHITECTURE.md: a room may import those named beside it, and no others.
"""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "src" / "gdbook"

# A room is a module of gdbook, or a folder of them. Rooms of later issues are here already.
MAY_IMPORT: dict[str, set[str]] = {
    "types": set(),
    "palette": set(),
    "display": set(),
    "numerals": set(),
    "checks": {"types"},
    "surfaces": {"types", "checks"},
    "datasets": {"types", "checks"},
    "models": {"types", "checks"},
    "schedules": {"types", "checks"},
    "optimizers": {"types", "checks", "schedules"},
    "batches": {"types", "checks"},
    "stopping": {"checks"},
    "progress": set(),
    "parallel": {"batches"},
    "loop": {"types", "batches", "parallel", "stopping", "progress"},
    "descend": {"types", "checks", "batches", "parallel", "stopping", "loop"},
    "finder": {"types", "checks", "schedules", "descend"},
    "lanes": set(),
    "entries": {"lanes"},
    "race": {"types", "checks", "batches", "lanes", "entries"},
    "analysis": {"types", "checks", "batches", "descend"},
    "figures": {"checks", "display", "numerals", "palette"},
    "receipts": {"checks", "display", "numerals"},
    "quote": {"display"},
    "source": {"display", "surfaces"},
    "live": {"types"},
    "demos": {"checks", "surfaces", "batches", "descend", "figures", "live", "palette"}
    | {"types", "display", "models", "optimizers", "analysis"},
    "book": {"live", "receipts", "display", "numerals", "palette", "checks", "surfaces"},
}

# Libraries that only some rooms know.
ONLY_IN: dict[str, set[str]] = {
    "matplotlib": {"figures"},
    "mpl_toolkits": {"figures"},
    "cycler": {"figures"},
    "PIL": {"figures", "book"},
    "imageio_ffmpeg": {"figures"},
    "sphinx": {"book"},
    "docutils": {"book"},
    "myst_nb": {"book"},
    "myst_parser": {"book"},
    "IPython": {"display"},
    "numpy": {"entries", "figures", "receipts", "quote", "live", "demos", "book"},
    "optax": set(),
    "sklearn": {"datasets"},
    "scipy": set(),
    "torch": set(),
}

MODULES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if "node_modules" not in path.parts and path.relative_to(PACKAGE).parts[0] != "web"
]
named = pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE).with_suffix(""))
)


def room(path: Path) -> str:
    """Return the room a file is in: its folder in the package, or itself."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@cache
def imports(path: Path) -> frozenset[str]:
    """Return the full names of all that a file imports, wherever in the file it does."""
    package = ("gdbook", *path.relative_to(PACKAGE).parts[:-1])
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def rooms_imported(path: Path) -> set[str]:
    """Return the rooms of gdbook that a file imports from, other than its own."""
    inside: set[str] = set()
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "gdbook":
            inside.add(parts[1] if len(parts) > 1 else "__init__")
    return inside - {room(path)}


@named
def test_no_arrow_points_back(path: Path) -> None:
    """Each room imports only the rooms that the table allows it."""
    if room(path) == "__init__":
        return  # the front door sees every room
    assert room(path) in MAY_IMPORT, "a new room: say in MAY_IMPORT what it may import"
    assert rooms_imported(path) <= MAY_IMPORT[room(path)]


@named
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    """Plotting is done in figures, Sphinx is spoken in book, and optax is only compared with."""
    for name in imports(path):
        library = name.split(".")[0]
        assert room(path) in ONLY_IN.get(library, {room(path)}), f"{name} in {room(path)}"


def test_the_table_has_no_circle() -> None:
    """The table's arrows never lead back: there is an order to read the rooms in."""
    assert len([*TopologicalSorter(MAY_IMPORT).static_order()]) == len(MAY_IMPORT)


def test_the_ground_floor_imports_nothing_of_the_house() -> None:
    """types, palette and display stand on their own."""
    for name in ("types", "palette", "display"):
        assert rooms_imported(PACKAGE / f"{name}.py") == set()


def test_the_loop_knows_no_optimizer_and_the_figures_no_loop() -> None:
    """Descend sees optimizers only as a type, and figures gets arrays, not losses."""
    assert not {"optimizers", "surfaces", "figures"} & rooms_imported(PACKAGE / "descend.py")
    for path in (PACKAGE / "figures").glob("*.py"):
        assert not {"descend", "optimizers", "surfaces"} & rooms_imported(path)
        assert not any(name.split(".")[0] == "jax" for name in imports(path))


def test_imports_are_read_wherever_they_stand() -> None:
    """The reader of imports sees those inside functions too."""
    assert "IPython.display.display" in imports(PACKAGE / "display.py")
    assert "matplotlib.lines.Line2D" in imports(PACKAGE / "figures" / "plots.py")


# Tests mirror the source.

MIRRORED = [
    path.relative_to(PACKAGE)
    for path in MODULES
    if path.name != "__init__.py" and room(path) != "book"
]
OF_THE_WHOLE = {
    "test_architecture.py",
    "test_docstrings.py",
    "test_every_other_rule.py",
    "test_every_rule.py",
    "test_groups.py",
    "test_noxfile.py",
    "test_project.py",
}
ELSEWHERE = {"audits", "book", "browser"}  # these mirror more than the library's modules


@pytest.mark.parametrize("path", MIRRORED, ids=str)
def test_every_module_has_its_tests(path: Path) -> None:
    """The tests of src/gdbook/a/b.py are in tests/a/test_b.py, or, if many, in tests/a/b."""
    crowd = TESTS / path.with_suffix("") / "__init__.py"
    assert (TESTS / path.parent / f"test_{path.name}").is_file() or crowd.is_file()


def test_every_test_file_has_its_module() -> None:
    """No test outlives the module it was written for."""
    for path in TESTS.rglob("test_*.py"):
        place = path.relative_to(TESTS)
        if place.parts[0] in ELSEWHERE or place.name in OF_THE_WHOLE:
            continue
        own = PACKAGE / place.parent / place.name.removeprefix("test_")
        assert own.is_file() or (PACKAGE / place.parent).with_suffix(".py").is_file(), place


def test_no_room_is_called_utils() -> None:
    """There is no room in which everything collects."""
    names = {part for path in MODULES for part in path.relative_to(PACKAGE).with_suffix("").parts}
    assert not names & {"utils", "util", "helpers", "misc", "base", "common"}


@named
def test_files_are_short(path: Path) -> None:
    """No file of the library is longer than can be read in a sitting."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def all_tests() -> list[tuple[str, ast.FunctionDef]]:
    """Return every test function of every test file."""
    found = []
    for path in TESTS.rglob("test_*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.append((f"{path.name}::{node.name}", node))
    return found


def test_every_test_states_its_fact() -> None:
    """Each test has a docstring that says, in a sentence, what it proves."""
    for name, node in all_tests():
        first = (ast.get_docstring(node) or "").split("\n\n")[0]
        assert first.endswith((".", "?", ":")), name


def test_no_test_hides_another() -> None:
    """Within a file no two tests share a name: the second would silently replace the first."""
    names = [name for name, _ in all_tests()]
    assert len(names) == len(set(names))
