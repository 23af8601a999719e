"""The Python of a page's function, with all that it needs to run elsewhere."""

from __future__ import annotations

import ast
import builtins
import inspect
import symtable
import textwrap
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import jax
import numpy as np

from gdbook.surfaces import Surface

KNOWN = {"gd": "gdbook", "jax": "jax", "jnp": "jax.numpy"}
"""What the copied Python imports in any case."""
MOST = 256  # numbers of an array that may be written out


def expression(function: Any) -> dict[str, str]:
    """Return the Python that names a function, and what defines it if a page does.

    What the function uses of its page comes along: imports, numbers, small arrays, and other
    functions made by ``def``.

    Raises:
        ValueError: if it, or a thing that it uses, has no source that could be copied.
    """
    if isinstance(function, Surface) and function.code:
        return {"name": function.code, "source": ""}
    if not _source(function):
        raise ValueError(f"loss is {function!r}; expected a surface, or a function made by def")
    parts: dict[str, str] = {}
    _gather(function, parts)
    imports = [text for text in parts.values() if text.startswith(("import ", "from "))]
    values = [text for text in parts.values() if not text.startswith(("import ", "from ", "def "))]
    functions = [text for text in parts.values() if text.startswith("def ")]
    plain = "\n".join(imports + values)
    return {
        "name": function.__name__,
        "source": "\n\n\n".join([plain, *functions] if plain else functions),
    }


def _gather(function: FunctionType, parts: dict[str, str]) -> None:
    """Put what a function uses into the parts, and then the function itself."""
    parts[function.__name__] = ""  # it may use itself
    for name, value in _used(function):
        if name in parts or (isinstance(value, ModuleType) and KNOWN.get(name) == value.__name__):
            continue
        if isinstance(value, FunctionType) and value.__module__ == function.__module__:
            _gather(value, parts)
        else:
            parts[name] = _definition(function, name, value)
    del parts[function.__name__]
    parts[function.__name__] = _source(function)


def _source(function: Any) -> str:
    """Return the source of a function made by ``def``, else nothing."""
    try:
        source = textwrap.dedent(inspect.getsource(function)).rstrip()
    except (TypeError, OSError):
        return ""
    return source if source.startswith("def ") else ""


def _used(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield the names that a function takes from around it, with what they stand for."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    around = function.__globals__ | {name: cell.cell_contents for name, cell in cells}
    (table,) = symtable.symtable(_source(function), function.__name__, "exec").get_children()
    for name in sorted(_outer(table)):
        if name in around:
            yield name, around[name]
        elif not hasattr(builtins, name):
            raise ValueError(f"{function.__name__} uses {name}, which is not defined")


def _outer(table: symtable.SymbolTable) -> set[str]:
    """Return the global names of a function and of those within it."""
    names = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    return names.union(*map(_outer, table.get_children()))


def _definition(function: FunctionType, name: str, value: Any) -> str:
    """Return a line that defines a name."""
    if isinstance(value, ModuleType):
        return f"import {value.__name__}" + (f" as {name}" if name != value.__name__ else "")
    if isinstance(value, Callable) and getattr(value, "__qualname__", "") == name:  # type: ignore[arg-type]
        return f"from {value.__module__} import {name}"
    if isinstance(value, jax.Array | np.ndarray | np.generic) and np.size(value) <= MOST:
        if np.all(np.isfinite(value)):
            return f"{name} = jnp.array({np.asarray(value).tolist()!r})"
    elif _is_literal(value):
        return f"{name} = {value!r}"
    raise ValueError(
        f"{function.__name__} uses {name}, which is {type(value).__name__}; expected a number, at "
        f"most {MOST} finite numbers in an array, a module, or a function made by def on the page"
    )


def _is_literal(value: Any) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError):
        return False
