"""The JavaScript functions that ``Math`` lacks, and the few of them that a module needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PATTERN = re.compile(r"(?:^//[^\n]*\n)*^function (\w+)\(.*?^}\n", re.MULTILINE | re.DOTALL)


@cache
def functions() -> dict[str, str]:
    """Return the text of each function by its name."""
    text = Path(__file__).with_name("runtime.js").read_text(encoding="utf-8")
    return {match[1]: match[0] for match in PATTERN.finditer(text)}


def needed(names: Iterable[str]) -> list[str]:
    """Return the texts of some functions and of those they call, in the file's order."""
    wanted: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += [other for other in functions() if calls(functions()[name], other)]
    return [text for name, text in functions().items() if name in wanted]


def calls(text: str, name: str) -> bool:
    """Whether a piece of JavaScript calls one of the functions."""
    return re.search(rf"(?<![.\w]){name}\(", text) is not None
