"""The library's reference: docstrings as they stand in the source, under the names pages use.

Autodoc writes what each docstring says. Here names become those that one types after
``import gdbook as gd``, links find what they mean, and what is no function gets its due: an alias
its explanation, a surface its formula.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.errors import PycodeError
from sphinx.pycode import ModuleAnalyzer

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from gdbook.surfaces import Surface

PACKAGE = "gdbook"
SHORT = "gd"


def complete(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Say of what is neither function nor class what the source says where it is made.

    What napoleon made of it before is replaced: to it, "A curved valley: slow" is of type "A
    curved valley".
    """
    del app, options
    from gdbook.surfaces import Surface  # here, since it would bring JAX into every build

    if isinstance(thing, Surface):
        lines[:] = [*(thing.__doc__ or "").splitlines(), *formula(thing)]
    elif what == "data":
        lines[:] = comment(name, thing)


def signature(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, given: str | None, returned: Any
) -> tuple[str, str | None] | None:
    """Return a signature as it was written: not what its annotations are, but what they say."""
    del app, name, options, returned
    if given is None or what not in ("function", "method", "class", "exception"):
        return None
    found = inspect.signature(thing)
    parameters = list(found.parameters.values())
    if what == "method":
        parameters = parameters[1:]
    plain = [_parameter(parameter) for parameter in parameters]
    written = str(found.replace(parameters=plain, return_annotation=found.empty))
    answer = "" if found.return_annotation is found.empty else _said(found.return_annotation)
    return written, answer if what in ("function", "method") and answer != "Any" else None


def _parameter(parameter: inspect.Parameter) -> inspect.Parameter:
    said = _said(parameter.annotation)
    silent = parameter.annotation is parameter.empty or said == "Any"  # the docstring says more
    return parameter.replace(annotation=parameter.empty if silent else _Verbatim(said))


def _said(annotation: Any) -> str:
    """Return an annotation's source; named tuples wrap theirs."""
    return str(getattr(annotation, "__forward_arg__", annotation))


class _Verbatim:
    """What ``inspect`` writes as it is, where it would put a string in quotes."""

    def __init__(self, text: str):
        self.text = text

    def __repr__(self) -> str:
        return self.text


def comment(name: str, thing: Any) -> list[str]:
    """Return the docstring below an assignment, in whichever module of the library it is."""
    last = name.rpartition(".")[2]
    for module in sorted(name for name in sys.modules if name.split(".")[0] == PACKAGE):
        if getattr(sys.modules[module], last, None) is thing:
            try:
                found = ModuleAnalyzer.for_module(module)
                found.analyze()
            except PycodeError:
                continue
            if lines := found.attr_docs.get(("", last)):
                return list(lines)
    return []


def formula(surface: Surface) -> list[str]:
    """Return the lines that compute a surface's loss, and what is known of it, as fields."""
    code, _ = inspect.getsourcelines(surface.loss)
    (function,) = ast.parse(textwrap.dedent("".join(code))).body
    assert isinstance(function, ast.FunctionDef)
    body = textwrap.dedent("".join(code[function.body[1].lineno - 1 :])).splitlines()
    (left, right), (low, high) = surface.domain
    minima = ", ".join(_place(minimum) for minimum in surface.minima)
    return [
        "",
        ".. code-block:: python",
        "",
        *(f"   {line}" for line in body),
        "",
        f":Domain: [{_number(left)}, {_number(right)}] × [{_number(low)}, {_number(high)}]",
        f":Start: {_place(surface.start)}",
        f":{'Minima' if len(surface.minima) > 1 else 'Minimum'}: {minima}",
        f":Source: {surface.source}",
        "",
    ]


def _place(point: tuple[float, float]) -> str:
    return f"({', '.join(map(_number, point))})"


def _number(value: float) -> str:
    return f"{value:.6g}".replace("-", "−")


def skip(app: Sphinx, what: str, name: str, thing: Any, omit: bool, options: Any) -> bool | None:
    """Leave out the fields of a class, which its docstring explains under Attributes."""
    del app, what, name, omit, options
    return None if inspect.isfunction(thing) or isinstance(thing, property) else True


def rename(app: Sphinx, doctree: nodes.document) -> None:
    """Write names as they are typed, ``gd.optimizers.adam``, and call attributes attributes."""
    del app
    for place in doctree.findall(addnodes.desc_addname):
        home, _, room = place.astext().rstrip(".").partition(".")
        if home == PACKAGE:
            place.children = [nodes.Text(_typed(room))]
    for label in doctree.findall(nodes.field_name):
        if label.astext() == "Variables":
            label.children = [nodes.Text("Attributes")]


def _typed(room: str) -> str:
    """Return what one types before the names of a room; nothing if one never types them.

    ``race`` is a function where one types it, though a module of that name defines it.
    """
    if not room:
        return f"{SHORT}."
    public = inspect.ismodule(getattr(sys.modules[PACKAGE], room, None))
    return f"{SHORT}.{room}." if public else ""


def quieten(app: Sphinx, doctree: nodes.document) -> None:
    """Leave out types as evaluated, which may be pages long where the docstring has a line."""
    del app
    for content in doctree.findall(addnodes.desc_content):
        for child in list(content):
            if child.astext().startswith("alias of "):
                content.remove(child)
    for entry in doctree.findall(addnodes.desc):
        if entry["objtype"] == "property":
            for said in entry[0].findall(addnodes.desc_annotation):
                said.children = said.children if said.astext().startswith("property") else []


def find(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, text: nodes.Element
) -> nodes.Element | None:
    """Find what a docstring names by the module that defines it, or by its last name alone."""
    target = node.get("reftarget", "")
    home, _, last = target.rpartition(".")
    if node.get("refdomain") != "py" or home.split(".")[0] not in ("", PACKAGE):
        return None
    domain: Any = env.get_domain("py")
    names = [
        name
        for name, entry in domain.objects.items()
        if name.rpartition(".")[2] == last and entry.objtype != "module" and not entry.aliased
    ]
    if len(names) != 1:
        return None
    place = node["refdoc"]
    found: nodes.Element | None = domain.resolve_xref(
        env, place, app.builder, "obj", names[0], node, text
    )
    return found


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.connect("autodoc-process-docstring", complete, priority=600)  # after napoleon
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-skip-member", skip)
    app.connect("doctree-read", rename)
    app.connect("doctree-read", quieten)
    app.connect("missing-reference", find)
