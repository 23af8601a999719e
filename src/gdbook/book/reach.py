"""Which files of the library a page reaches, found by reading code and running none of it.

A page says ``gd.optimizers.adam``; the package says that this comes from ``optimizers/adam.py``;
that file says what it imports in turn. Whatever cannot be followed counts whole: a package that
is passed around, a cell that does not parse.
"""

from __future__ import annotations

import ast
import hashlib
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAME = "gdbook"
NOT_REACHED = ("book", "web")  # rooms that no page imports
NOT_SOURCE = "__pycache__"
WRITTEN_NAME = re.compile(rf"{NAME}(\.\w+)+(:\w+)?")  # as gd.source takes them

Names = tuple[str, ...]
"""A dotted name below ``gdbook``, taken apart."""


class Library:
    """The library's files, and which of them one gets by a name.

    Args:
        package: the library's folder.
    """

    def __init__(self, package: Path):
        self.package = package
        rooms = [room for room in package.iterdir() if room.name not in (*NOT_REACHED, NOT_SOURCE)]
        paths = [path for room in rooms for path in (room, *room.rglob("*")) if path.is_file()]
        paths = [path.relative_to(package) for path in paths]
        self.files = {path for path in paths if NOT_SOURCE not in path.parts}
        code = [path for path in self.files if path.suffix == ".py"]
        code.sort(key=lambda path: path.name == "__init__.py")  # of two, Python takes the package
        self._modules = {_module(path): path for path in code}
        self._known: dict[Names, Imports] = {}
        self._texts: dict[Path, bytes] = {}

    def reached(self, names: Iterable[Names]) -> set[Path]:
        """Return the files that are reached from dotted names, with those beside them as data."""
        modules: set[Names] = set()
        waiting = [module for name in names for module in self._resolved(name)]
        while waiting:
            module = waiting.pop()
            if module not in modules:
                modules.add(module)
                waiting += [
                    found for name in self._imports(module).names for found in self._resolved(name)
                ]
        code = {self._modules[module] for module in modules}
        folders = {path.parent for path in code}
        return code | {p for p in self.files if p.suffix != ".py" and p.parent in folders}

    def digest(self, names: Iterable[Names]) -> str:
        """Return a name for the state of all files that are reached from dotted names."""
        return hash_of(
            part
            for path in sorted(self.reached(names))
            for part in (path.as_posix().encode(), self._contents(path))
        )

    @cached_property
    def whole(self) -> str:
        """A name for the state of all files."""
        parts = ((path.as_posix().encode(), self._contents(path)) for path in sorted(self.files))
        return hash_of(part for pair in parts for part in pair)

    def _contents(self, path: Path) -> bytes:
        if path not in self._texts:
            self._texts[path] = (self.package / path).read_bytes()
        return self._texts[path]

    def _resolved(self, name: Names) -> list[Names]:
        """Return the modules behind a dotted name."""
        module = next(
            name[:length] for length in range(len(name), -1, -1) if name[:length] in self._modules
        )
        if not self._is_package(module):
            return [module]
        if name != module:
            passed_on = self._imports(module).aliases
            asked = name[len(module)]
            if asked in passed_on:
                return self._resolved((*passed_on[asked], *name[len(module) + 1 :]))
        # The package itself, or a name of its own that may use all of it.
        return [below for below in self._modules if below[: len(module)] == module]

    def _is_package(self, module: Names) -> bool:
        return self._modules[module].name == "__init__.py"

    def _imports(self, module: Names) -> Imports:
        if module not in self._known:
            self._known[module] = Imports(ast.parse(self._contents(self._modules[module])))
        return self._known[module]


def hash_of(parts: Iterable[bytes]) -> str:
    """Return a name for a sequence of byte strings."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _module(path: Path) -> Names:
    return path.parent.parts if path.name == "__init__.py" else path.with_suffix("").parts


class Imports:
    """The names below ``gdbook`` that code uses.

    Attributes:
        aliases: what the code's own names stand for.
        names: each dotted name that is imported, used, or written out as a string.
    """

    def __init__(self, tree: ast.AST):
        nodes = list(ast.walk(tree))
        self.aliases: dict[str, Names] = {}
        self._imported: set[Names] = set()
        for node in nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self._note(alias.name.split("."), alias.asname)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for alias in node.names:
                    path = [*(node.module or "").split("."), *([alias.name] * (alias.name != "*"))]
                    self._note(path, alias.asname or alias.name)
        self.names = frozenset(self._imported | set(self._used(nodes)))

    def _note(self, path: list[str], name: str | None) -> None:
        if path[0] == NAME:
            self.aliases[name or NAME] = tuple(path[1:]) if name else ()
            if path[1:]:
                self._imported.add(tuple(path[1:]))

    def _used(self, nodes: list[ast.AST]) -> Iterator[Names]:
        inner = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
        for node in nodes:
            if isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner:
                yield from self._chain(node)
            elif isinstance(node, ast.Constant) and WRITTEN_NAME.fullmatch(str(node.value)):
                yield tuple(re.split("[.:]", str(node.value))[1:])

    def _chain(self, node: ast.expr) -> Iterator[Names]:
        names: Names = ()
        while isinstance(node, ast.Attribute):
            names, node = (node.attr, *names), node.value
        if isinstance(node, ast.Name) and node.id in self.aliases:
            yield (*self.aliases[node.id], *names)


class Reach(NamedTuple):
    """What a page's code depends on besides itself.

    Attributes:
        names: dotted names of the library.
        files: files that it names, relative to the page's folder.
    """

    names: frozenset[Names]
    files: frozenset[str]


def reach_of(cells: Iterable[str], folder: Path) -> Reach:
    """Return what the code cells of a page depend on.

    Args:
        cells: their sources.
        folder: of the page.
    """
    try:
        tree = ast.parse("\n".join(cells))
    except SyntaxError:  # IPython's own commands, or a mistake that its execution will report
        return Reach(frozenset([()]), frozenset())
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    named = {text for text in texts if isinstance(text, str) and _is_file(folder, text)}
    return Reach(Imports(tree).names, frozenset(named))


def _is_file(folder: Path, text: str) -> bool:
    return bool(re.fullmatch(r"[\w./-]+\.\w+", text)) and (folder / text).is_file()
