"""Printed source: the library's own text, where it says it is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gdbook as gd
from gdbook.display import SOURCE
from gdbook.optimizers import adam

ROOT = Path(__file__).parents[1]

PIECES = {
    "a function": gd.descend,
    "an optimizer's constructor": gd.optimizers.momentum,
    "a class": gd.Path,
    "a method": gd.surfaces.Surface.grid,
    "a compiled function": "gdbook.loop:_scan",
    "a name": "gdbook.optimizers.adam:update",
    "a surface": gd.surfaces.rosenbrock,
    "a name of a surface": "gdbook.surfaces:himmelblau",
    "a surface made by a function": gd.surfaces.quadratic(3),
}


@pytest.mark.parametrize("thing", PIECES.values(), ids=PIECES.keys())
def test_the_text_is_that_of_the_file_at_that_line(thing: Any) -> None:
    """File and line say where the code begins, and there it is, word for word."""
    source = gd.source(thing)
    assert (ROOT / source.file).is_file()
    lines = (ROOT / source.file).read_text(encoding="utf-8").splitlines()
    code = source.code.splitlines()
    found = lines[source.line - 1 : source.line - 1 + len(code)]
    indent = len(found[0]) - len(found[0].lstrip())
    assert [line[indent:] for line in found] == code


def test_an_update_rule_prints_its_equations() -> None:
    """The source of Adam's update holds the lines that the page explains."""
    source = gd.source("gdbook.optimizers.adam:update")
    assert source.file == "src/gdbook/optimizers/adam.py"
    assert source.code.startswith("def update(")
    assert "m = β1 * m + (1 - β1) * g" in source.code
    assert gd.source(adam).code.startswith("def adam(")


def test_a_surface_prints_its_function() -> None:
    """The source of a surface is the function, under the facts it is declared with."""
    code = gd.source(gd.surfaces.rosenbrock).code
    assert code.startswith("@_surface(")
    assert code.endswith("return (1 - x) ** 2 + 100 * (y - x**2) ** 2")


@pytest.mark.parametrize("thing", ["gdbook.types", gd.optimizers], ids=repr)
def test_a_module_gives_its_whole_file(thing: Any) -> None:
    """A module's source is its file, from line 1."""
    source = gd.source(thing)
    assert source.line == 1
    assert source.code == (ROOT / source.file).read_text(encoding="utf-8").rstrip()


def test_the_source_shows_itself_as_code() -> None:
    """Its display has the code and its place as JSON, as a fenced block, and as plain text."""
    source = gd.source(gd.surfaces.bowl)
    bundle = source._repr_mimebundle_(include=None, exclude=None)
    assert json.loads(json.dumps(bundle[SOURCE])) == {
        "code": source.code,
        "file": "src/gdbook/surfaces.py",
        "line": source.line,
    }
    assert bundle["text/markdown"] == f"```python\n{source.code}\n```"
    assert bundle["text/plain"] == repr(source) == source.code


@pytest.mark.parametrize("name", ["", ".x", "gdbook.nope", "gdbook.types:Nope", "no such thing"])
def test_an_unknown_name_is_refused(name: str) -> None:
    """A name of nothing is shown, with the form that names have."""
    with pytest.raises(
        ValueError, match=rf"^thing is {name!r}; expected 'module' or 'module:name'"
    ):
        gd.source(name)


@pytest.mark.parametrize(
    "thing", [3, None, np.sum, len, "json", "json:dumps", gd.optimizers.adam(0.1)], ids=type
)
def test_what_is_not_the_library_s_is_refused(thing: Any) -> None:
    """Things without source, or with source elsewhere, are shown and told what was expected."""
    shown = re.escape(repr(thing))
    with pytest.raises(
        TypeError, match=rf"^thing is {shown}; expected a function, class or surface"
    ):
        gd.source(thing)
