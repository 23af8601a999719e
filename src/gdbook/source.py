"""The library's own source, printed where a page explains it: never a second copy."""

from __future__ import annotations

import inspect
import textwrap
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
        thing: anything defined in gdbook by ``def`` or ``class``, or a surface.

    Raises:
        TypeError: if it has no source of its own there.

    Example:
        >>> import gdbook as gd
        >>> print(gd.source(gd.surfaces.bowl).code.splitlines()[-1])
            return w**2 + b**2
    """
    function = inspect.unwrap(thing.loss if isinstance(thing, Surface) else thing)
    try:
        path = Path(inspect.getsourcefile(function) or "")
        lines, first = inspect.getsourcelines(function)
        file = Path("src/gdbook") / path.relative_to(_PACKAGE)
    except (TypeError, OSError, ValueError):
        raise TypeError(
            f"thing is {thing!r}; expected a function, class or surface of gdbook"
        ) from None
    return Source(textwrap.dedent("".join(lines)).rstrip(), file.as_posix(), first)
