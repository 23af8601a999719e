"""Reach: what a page depends on, by reading it; and that nothing it runs was overlooked."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import gdbook
from gdbook.book.reach import Library, reach_of

DOCS = Path(__file__).parents[2] / "docs"
FILES = {
    "__init__.py": "from gdbook import optimizers, palette\nfrom gdbook.descend import descend\n"
    "from gdbook.stopping import Stop as Halt",
    "descend.py": "import gdbook.loop",
    "loop.py": "def one():\n    from gdbook.checks import count",
    "checks.py": "import jax.numpy",
    "stopping.py": "import numpy",
    "palette.py": "",
    "optimizers/__init__.py": "from gdbook.optimizers.adam import adam\n"
    "from gdbook.optimizers.clip import by_norm\nLIMIT = 1",
    "optimizers/adam.py": "from gdbook.optimizers.rule import bind",
    "optimizers/clip.py": "",
    "optimizers/rule.py": "from gdbook import checks",
    "optimizers/table.csv": "1",
    "book/cache.py": "",
}
RULES = {"optimizers/__init__.py", "optimizers/adam.py", "optimizers/clip.py",
         "optimizers/rule.py", "optimizers/table.csv", "checks.py"}  # fmt: skip
ALL = FILES.keys() - {"book/cache.py"}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Return a small library."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return Library(tmp_path)


@pytest.mark.parametrize(
    ("code", "reached"),
    [
        ("1 + 1", set()),
        ("import jax.numpy as gd\ngd.optimizers.adam", set()),
        ("import gdbook as gd\ngd.descend(1)", {"descend.py", "loop.py", "checks.py"}),
        ("import gdbook as gd\ngd.Halt", {"stopping.py"}),
        (
            "import gdbook as gd\ngd.optimizers.adam(0.1).init",
            RULES - {"optimizers/__init__.py", "optimizers/clip.py"},
        ),
        (
            "import gdbook as gd\ngd.optimizers.by_norm",
            {"optimizers/clip.py", "optimizers/table.csv"},
        ),
        ("import gdbook as gd\nrules = gd.optimizers\nrules.adam", RULES),
        ("import gdbook as gd\ngetattr(gd.optimizers, name)", RULES),
        ("import gdbook as gd\ngd.optimizers.LIMIT", RULES),
        ("from gdbook import palette", {"palette.py"}),
        ("from gdbook import optimizers as o\no.by_norm", RULES),
        ("import gdbook.stopping", {"stopping.py"}),
        ("import gdbook\ngdbook.palette.x", {"palette.py"}),
        ("import gdbook as gd\nsource('gdbook.stopping:Stop')", {"stopping.py"}),
        ("import gdbook as gd\nsomething(gd)", ALL),
        ("import gdbook as gd\ngd.new", ALL),
        ("%matplotlib inline", ALL),
    ],
)
def test_names_lead_to_files(library: Library, code: str, reached: set[str]) -> None:
    """A name leads to where it is defined and on to all that is imported there."""
    names = reach_of([code], Path()).names
    assert {path.as_posix() for path in library.reached(names)} == reached


def test_a_name_may_be_used_in_a_later_cell(library: Library) -> None:
    """What one cell imports, another uses."""
    names = reach_of(["import gdbook as gd", "gd.palette"], Path()).names
    assert library.reached(names) == {Path("palette.py")}


def test_files_that_a_page_names_are_found(tmp_path: Path) -> None:
    """A text that is the name of a file beside the page counts; others do not."""
    (tmp_path / "measured.json").write_text("{}")
    cell = "Path('measured.json'); 'missing.json'; 'measured'; 'a sentence.'; '../x/..'"
    assert reach_of([cell], tmp_path).files == {"measured.json"}


GUARDED = """
import sys
from pathlib import Path
from types import FunctionType

import gdbook

for name in gdbook.__all__:
    getattr(gdbook, name)  # which imports it

def overlooked(*_, **__):
    raise AssertionError("a page ran what it was not known to reach")

package = Path(gdbook.__file__).parent
reached = set(sys.argv[1:])
guarded = 0
for name, module in list(sys.modules.items()):
    if not name.startswith("gdbook."):
        continue
    if Path(module.__file__).relative_to(package).as_posix() in reached:
        continue
    for value in list(vars(module).values()):
        functions = vars(value).values() if isinstance(value, type) else [value]
        for function in functions:
            if isinstance(function, FunctionType) and not function.__code__.co_freevars:
                if function.__module__ == name:
                    function.__defaults__ = function.__kwdefaults__ = None
                    function.__code__ = overlooked.__code__
                    guarded += 1
assert guarded > 50
exec(compile(sys.stdin.read(), "page", "exec"), {})
"""


def test_a_page_runs_nothing_that_was_overlooked() -> None:
    """With all functions made useless but those in the files it reaches, a page runs as before."""
    text = (DOCS / "downhill" / "gradient.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    cells = [re.sub(r"^:[^\n]*\n", "", block, flags=re.MULTILINE) for block in blocks]
    reached = Library(Path(gdbook.__file__).parent).reached(reach_of(cells, DOCS).names)

    def run(files: set[str]) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", GUARDED, *files]
        code = "\n".join(cells)
        return subprocess.run(command, input=code, capture_output=True, text=True, check=False)

    files = {path.as_posix() for path in reached}
    done = run(files)
    assert done.returncode == 0, done.stderr
    assert "was not known to reach" in run(files - {"surfaces.py"}).stderr
