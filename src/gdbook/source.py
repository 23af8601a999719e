"""The library's own source, printed where a page explains it: never a second copy."""

from __future__ import annotations

import importlib
import inspect
import textwrap
from operator import attrgetter
from pathlib import Path
from typing import Any

from gdbook.display import SOURCE
from gdbook.surfaces import Surface

_PACKAGE = Path(__file__).parent


class Source:
    """The text of one piece of the library, which shows itself as highlighted code.

    Attributes:
        code: the source text.
        file: the file it is from, relative to the repository's root.
        line: the line its first line has there, counted from 1.
    """

    def __init__(self, code: str, file: str, line: int):
        self.code = code
        self.file = file
        self.line = line

    def __repr__(self) -> str:
        return self.code

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            SOURCE: {"code": self.code, "file": self.file, "line": self.line},
            "text/markdown": f"```python\n{self.code}\n```",
            "text/plain": self.code,
        }


def source(thing: Any) -> Source:
    """Return the source of a function, class or surface of this library.

    Args:
        thing: anything defined in gdbook by ``def`` or ``class``, a surface, or a name such as
            ``"gdbook.optimizers.adam:update"``; a module's name alone gives the whole file.

    Raises:
        TypeError: if it has no source of its own there.
        ValueError: if there is nothing of that name.

    Example:
        >>> import gdbook as gd
        >>> print(gd.source(gd.surfaces.bowl).code.splitlines()[-1])
            return w**2 + b**2
    """
    found = _named(thing) if isinstance(thing, str) else thing
    if isinstance(found, Surface):
        found = found.loss
    try:
        found = inspect.unwrap(found)
        path = Path(inspect.getsourcefile(found) or "")
        lines, first = inspect.getsourcelines(found)
        file = Path("src/gdbook") / path.relative_to(_PACKAGE)
    except (TypeError, OSError, ValueError):
        raise TypeError(
            f"thing is {thing!r}; expected a function, class or surface of gdbook"
        ) from None
    return Source(textwrap.dedent("".join(lines)).rstrip(), file.as_posix(), max(first, 1))


def _named(name: str) -> Any:
    module, _, attribute = name.partition(":")
    try:
        found = importlib.import_module(module)
        return attrgetter(attribute)(found) if attribute else found
    except (ImportError, AttributeError, TypeError, ValueError):
        raise ValueError(f"thing is {name!r}; expected 'module' or 'module:name'") from None
