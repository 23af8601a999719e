"""What the files around the library promise."""

import ast
import inspect
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from audits.server import UNDER

import gdbook as gd

ROOT = Path(__file__).parents[1]


@pytest.fixture
def picture():
    """The script that draws the README's picture, as a module's names."""
    names = {"__file__": str(ROOT / "docs" / "picture.py"), "__name__": "picture"}
    exec((ROOT / "docs" / "picture.py").read_text(), names)
    return names


def test_the_book_has_one_address():
    """Robots are sent to the sitemap where the book is published, and tests serve it there."""
    configuration = (ROOT / "docs" / "conf.py").read_text()
    (address,) = re.findall(r'^html_baseurl = "(.+)"$', configuration, re.M)
    assert f"Sitemap: {address}sitemap.xml\n" in (ROOT / "docs" / "robots.txt").read_text()
    assert urlsplit(address).path == f"{UNDER}/"


def test_readme_names_only_sessions_that_exist():
    """Every ``nox -s NAME`` of the README and of CI is a session of the noxfile."""
    found = re.findall(r"@nox\.session(.*)\ndef (\w+)", (ROOT / "noxfile.py").read_text())
    sessions = {named[1] if (named := re.search(r'name="(\w+)"', a)) else b for a, b in found}
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
    rooms = [thing for name in gd.__all__ if inspect.ismodule(thing := getattr(gd, name))]
    assert len(rooms) == 10
    names = [name for module in (gd, *rooms) for name in public(module)]
    assert {"gdbook.Path", "gdbook.surfaces.ALL", "gdbook.palette.OPTIMIZERS"} <= set(names)
    assert {name: entries[name] for name in names} == dict.fromkeys(names, 1)
    assert set(entries.values()) == {1}


def test_importing_the_library_computes_nothing():
    """An import does not start JAX: the book's build forks, which JAX's threads do not survive."""
    nowhere = {**os.environ, "JAX_PLATFORMS": "nowhere"}  # where JAX cannot start
    subprocess.run([sys.executable, "-c", "from gdbook import *"], env=nowhere, check=True)


def test_the_build_imports_neither_jax_nor_matplotlib():
    """What pages need is imported for them, once; the build's own process starts without it."""
    told = "import sys, gdbook.book; print(*{'jax', 'matplotlib', 'numpy'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_public_names_are_what_type_checkers_are_told():
    """Each name is what the package's imports say, and a module of its name does not hide it."""
    tree = ast.parse(inspect.getsource(gd))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in imports if (node.module or "").startswith("gdbook")]
    told = {alias.name: node.module for node in ours for alias in node.names}
    assert sorted(told) == sorted(gd.__all__)
    for name, home in told.items():
        import_module(f"{home}.{name}" if home == "gdbook" else home)
        value = getattr(gd, name)
        assert value is getattr(import_module(home), name), name
        assert inspect.ismodule(value) == (home == "gdbook"), name
    with pytest.raises(AttributeError, match="'gdbook' has no attribute 'ascend'"):
        _ = gd.ascend


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
