"""Docstrings: there is one for every public name, its examples run, and its raises are true."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import os
import re
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import gdbook as gd
from tests.conftest import EXPLORE

PACKAGE = Path(gd.__file__).parent
ELSEWHERE = {"web", "book"}
NAMES = sorted(
    ".".join(["gdbook", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if path.relative_to(PACKAGE).parts[0] not in ELSEWHERE
)
MODULES = [importlib.import_module(name) for name in NAMES]
HOMES = (
    gd,
    gd.analysis,
    gd.datasets,
    gd.demos,
    gd.figures,
    gd.live,
    gd.models,
    gd.optimizers,
    gd.schedules,
    gd.surfaces,
)

of_every_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)


def examples(module: ModuleType) -> list[doctest.DocTest]:
    """Return the doctests of a module that have an example to run."""
    return [test for test in doctest.DocTestFinder().find(module, globs={}) if test.examples]


EXAMPLES = [test for module in MODULES for test in examples(module)]
PRECISIONS = ("single", "double") if EXPLORE in os.environ else ("single",)
of_every_example = pytest.mark.parametrize("test", EXAMPLES, ids=lambda test: test.name)


@of_every_example
@pytest.mark.parametrize("precision", PRECISIONS)
def test_examples_run(
    test: doctest.DocTest, precision: str, request: pytest.FixtureRequest
) -> None:
    """Each example in a docstring prints what it says: in single precision, as readers have it."""
    if precision == "single":
        request.getfixturevalue("single_precision")
    complaints: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=complaints.append)
    assert not complaints, "".join(complaints)


def public() -> dict[str, Any]:
    """Return every function and class that a reader can call by a public name."""
    found: dict[str, Any] = {}
    for home in HOMES:
        listed = getattr(home, "__all__", [name for name in vars(home) if name[0] != "_"])
        for name in listed:
            thing = getattr(home, name)
            ours = getattr(thing, "__module__", "").startswith("gdbook")
            if ours and (inspect.isfunction(thing) or inspect.isclass(thing)):
                found[f"{home.__name__}.{name}"] = thing
    return found


PUBLIC = public()
FUNCTIONS = {name: thing for name, thing in PUBLIC.items() if inspect.isfunction(thing)}


def test_the_main_functions_have_examples() -> None:
    """The loop, the three rules and what pages call most are explained by an example that runs."""
    names = {test.name.rpartition(".")[2] for test in EXAMPLES}
    assert names >= {
        "descend",
        "gradient_descent",
        "momentum",
        "adam",
        "emit",
        "receipt",
        "quote",
        "source",
    }


@of_every_module
def test_every_module_says_what_it_is(module: ModuleType) -> None:
    """Each module begins with a sentence."""
    assert first_line(module).endswith("."), module


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_a_docstring(name: str) -> None:
    """Each public function and class, and each of its public methods, begins with a sentence."""
    thing = PUBLIC[name]
    assert first_line(thing).endswith("."), name
    for member, value in vars(thing).items() if inspect.isclass(thing) else ():
        if callable(value) and member[0] != "_" and hasattr(value, "__code__"):
            assert first_line(value).endswith("."), f"{name}.{member}"


def test_every_alias_is_explained() -> None:
    """Each public type alias is followed by a sentence on what it stands for."""
    body = ast.parse((PACKAGE / "types.py").read_text(encoding="utf-8")).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.Assign):
            assert isinstance(after, ast.Expr), ast.unparse(node)
            assert isinstance(after.value, ast.Constant), ast.unparse(node)


def test_every_surface_is_described() -> None:
    """Each surface has a docstring of its own, which says why one would walk on it."""
    declared = [
        value for value in vars(gd.surfaces).values() if isinstance(value, gd.surfaces.Surface)
    ]
    assert declared
    for surface in declared:
        assert first_line(surface).endswith(".")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_is_explained(name: str) -> None:
    """Where a public function has an Args section, it names the arguments there are, in order."""
    doc = inspect.getdoc(FUNCTIONS[name]) or ""
    section = re.search(r"^Args:\n((?: {4}.*\n|\n)+)", doc + "\n", re.MULTILINE)
    if section is None:
        return
    listed = re.findall(r"^ {4}\**(\w+):", section.group(1), re.MULTILINE)
    assert listed == [*inspect.signature(FUNCTIONS[name]).parameters], name


def first_line(thing: Any) -> str:
    """Return the first paragraph of a docstring."""
    return (inspect.getdoc(thing) or "").split("\n\n")[0].strip()


# What a function raises, by itself or through what it calls in this package.


@cache
def tree(module: str) -> ast.Module:
    """Return a module's syntax."""
    return ast.parse(inspect.getsource(importlib.import_module(module)))


@cache
def defined(module: str) -> dict[str, ast.AST]:
    """Return the functions and classes at the top of a module, by name."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name: node for node in tree(module).body if isinstance(node, kinds)}


@cache
def imported(module: str) -> dict[str, tuple[str, str]]:
    """Return what a module imports from this package: local name to (module, name there)."""
    found = {}
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gdbook"):
            for alias in node.names:
                found[alias.asname or alias.name] = (node.module or "", alias.name)
    return found


def called(node: ast.AST, module: str) -> set[tuple[str, str]]:
    """Return the functions and classes of this package that a piece of code calls."""
    found = set()
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        match call.func:
            case ast.Name(id=name) if name in defined(module):
                found.add((module, name))
            case ast.Name(id=name) if name in imported(module):
                found.add(imported(module)[name])
            case ast.Attribute(value=ast.Name(id=home), attr=name) if home in imported(module):
                found.add((".".join(imported(module)[home]), name))
    return found


@cache
def raised(module: str, name: str) -> frozenset[str]:
    """Return the names of the exceptions that a function raises, or a class when it is made."""
    node = defined(module).get(name) if module in NAMES else None
    if isinstance(node, ast.ClassDef):
        made = [part for part in node.body if getattr(part, "name", "") == "__init__"]
        node = made[0] if made else None
    if node is None:
        return frozenset()
    found = {
        part.exc.func.id
        for part in ast.walk(node)
        if isinstance(part, ast.Raise)
        and isinstance(part.exc, ast.Call)
        and isinstance(part.exc.func, ast.Name)
    }
    for home, other in called(node, module) - {(module, name)}:
        found |= raised(home, other)
    return frozenset(found)


def documented(thing: Any) -> set[str]:
    """Return the exceptions that a docstring lists."""
    section = re.search(r"Raises:\n((?: {4}.*\n|\n)+)", (inspect.getdoc(thing) or "") + "\n")
    return set(re.findall(r"^ {4}(\w+):", section.group(1), re.MULTILINE)) if section else set()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_raised_is_documented_and_only_that(name: str) -> None:
    """A public function's docstring lists the exceptions it raises, and no others."""
    function = FUNCTIONS[name]
    assert documented(function) == raised(function.__module__, function.__name__)


def test_raises_are_found_through_calls() -> None:
    """The reader of raises follows calls: adam's are those of the check two calls below it."""
    assert raised("gdbook.optimizers.adam", "adam") == {"TypeError", "ValueError"}
    assert raised("gdbook.figures.plots", "contour") == {"TypeError", "ValueError"}
    assert raised("gdbook.datasets", "challenger") == frozenset()
