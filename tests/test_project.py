"""What the files around the library promise."""

import ast
import inspect
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import gdbook as gd

ROOT = Path(__file__).parents[1]


@pytest.fixture
def picture():
    """The script that draws the README's picture, as a module's names."""
    names = {"__file__": str(ROOT / "docs" / "picture.py"), "__name__": "picture"}
    exec((ROOT / "docs" / "picture.py").read_text(), names)
    return names


def test_readme_names_only_sessions_that_exist():
    """Every ``nox -s NAME`` of the README and of CI is a session of the noxfile."""
    sessions = set(re.findall(r"@nox\.session.*\ndef (\w+)", (ROOT / "noxfile.py").read_text()))
    assert {"book", "tests", "live", "lint", "bench", "audit", "lock", "serve"} <= sessions
    for name in ("README.md", "CONTRIBUTING.md", ".ci/run"):
        text = (ROOT / name).read_text()
        assert set(re.findall(r"nox -s (\w+)", text)) <= sessions, name


def test_ci_runs_the_commands_of_the_readme():
    """``.ci/run`` installs nox and runs the two sessions as the README says."""
    ci = (ROOT / ".ci" / "run").read_text()
    for command in ("pip install 'nox[uv]'", "nox -s book", "nox -s tests"):
        assert command in (ROOT / "README.md").read_text()
        assert command in ci


def test_lock_names_no_registry():
    """The lock holds versions and hashes, and no address of where to get them."""
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert "--index" not in lock


def test_lock_holds_every_declared_dependency():
    """What pyproject.toml asks for, in its dependencies and groups, is in the lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"].values()
    asked = [*project["project"]["dependencies"], *(name for group in groups for name in group)]
    locked = set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements.lock").read_text(), re.M))
    assert {re.split(r"[<>=\[ ]", name)[0] for name in asked} <= locked


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_readme_picture_shows_what_the_code_does_now(picture, theme):
    """The README's picture has, in each theme, the paths that the optimizers take today."""
    svg = (ROOT / "docs" / f"picture-{theme}.svg").read_text()
    frame = _frame(svg)
    for name, path in picture["walks"]().items():
        color = getattr(gd.palette.OPTIMIZERS[name], theme)
        drawn = _longest_line(svg, color)
        points = np.asarray(path.params)
        assert len(drawn) == len(points), name
        # On the page, x runs from −2 to 2 and y from −1 to 3, upward.
        (left, right), (top, bottom) = frame
        x = (drawn[:, 0] - left) / (right - left) * 4 - 2
        y = (bottom - drawn[:, 1]) / (bottom - top) * 4 - 1
        np.testing.assert_allclose(np.stack([x, y], 1), points, atol=2e-5)


def _longest_line(svg: str, color: str) -> np.ndarray:
    paths = re.findall(r'<path d="([^"]*)"[^>]*style="[^"]*stroke: ' + color, svg)
    lines = [np.array(re.findall(r"[ML] (\S+) (\S+)", path), float) for path in paths]
    return max(lines, key=len)


def _frame(svg: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where the axes lie: the corners of the path that clips what is drawn in them."""
    box = re.search(r'<clipPath id="\w+">\s*<rect x="(\S+)" y="(\S+)" width="(\S+)" '
                    r'height="(\S+)"', svg)  # fmt: skip
    x, y, width, height = map(float, box.groups())
    return (x, x + width), (y, y + height)


def public(module) -> list[str]:
    """Return a module's public names in full: those it lists, or those that it defines."""
    names = getattr(module, "__all__", None)
    if names is None:
        body = ast.parse(inspect.getsource(module)).body
        found = [getattr(node, "name", None) or _assigned(node) for node in body]
        names = [name for name in found if name and not name.startswith("_")]
    return [f"{module.__name__}.{name}" for name in names]


def _assigned(node: ast.stmt) -> str | None:
    targets = [getattr(node, "target", None), *getattr(node, "targets", [])]
    return next((target.id for target in targets if isinstance(target, ast.Name)), None)


def test_the_reference_has_every_public_name_once():
    """Each name that a reader can type has one entry, under that name, on the library's pages."""
    pages = (ROOT / "docs" / "reference" / "api").glob("*.md")
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    entries = Counter(re.findall(r"^\.\. auto\w+:: (\S+)", text, re.M))
    rooms = [module for module in vars(gd).values() if inspect.ismodule(module)]
    rooms = [module for module in rooms if module.__name__.rpartition(".")[2] in gd.__all__]
    assert len(rooms) == 10
    names = [name for module in (gd, *rooms) for name in public(module)]
    assert {"gdbook.Path", "gdbook.surfaces.ALL", "gdbook.palette.OPTIMIZERS"} <= set(names)
    assert {name: entries[name] for name in names} == dict.fromkeys(names, 1)
    assert set(entries.values()) == {1}


def test_importing_the_library_computes_nothing():
    """An import does not start JAX: the book's build forks, which JAX's threads do not survive."""
    nowhere = {**os.environ, "JAX_PLATFORMS": "nowhere"}  # where JAX cannot start
    subprocess.run([sys.executable, "-c", "import gdbook"], env=nowhere, check=True)


def test_pages_use_public_names_only():
    """A page imports from gdbook nothing but what it, its figures and its palette offer."""
    offered = {
        "gdbook": gd.__all__,
        "gdbook.figures": gd.figures.__all__,
        "gdbook.palette": [name for name in vars(gd.palette) if not name.startswith("_")],
    }
    for page in (ROOT / "docs").rglob("*.md"):
        if "_build" in page.parts:
            continue
        for module, names in re.findall(r"^from (gdbook\S*) import (.+)$", page.read_text(), re.M):
            assert set(re.split(r",\s*", names)) <= set(offered.get(module, [])), page.name
