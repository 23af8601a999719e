"""What things are called: functions in comments, inputs and intermediate values in the code."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from functools import partial
from itertools import count, product
from typing import Any, NamedTuple

import jax
import numpy as np

from gdbook.live import runtime

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = """
    arguments as async await break case catch class const continue debugger default delete do else
    enum eval export extends false finally for from function get if implements import in inputs
    instanceof input interface kernel let Infinity Math NaN new null Number of output outputs
    package private protected public return set static super switch this throw true try typeof
    undefined var void while with yield
"""
RESERVED = frozenset(WORDS.split())


class Leaf(NamedTuple):
    """One entry of an array among the arguments or the results.

    Attributes:
        title: where it is, in Python: ``state.m[1]``.
        identifier: a short name for it in JavaScript: ``m1``.
    """

    title: str
    identifier: str


def of_function(function: Any) -> str:
    """Return a name for any callable."""
    while True:
        name = getattr(function, "__name__", None) or getattr(function, "name", None)
        if isinstance(name, str) and not name.startswith("<"):
            return name
        inner = getattr(function, "__wrapped__", None) or getattr(function, "func", None)
        if inner is None:
            return "a function"
        function = inner


def of_arguments(function: Any, count_: int) -> list[str]:
    """Return the names of a function's positional arguments, as far as it has names."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    if isinstance(function, partial):  # what is filled in by keyword comes later
        parameters = [p for p in parameters if p.name not in function.keywords]
    names = [p.name for p in parameters if p.kind in kinds][:count_]
    return names + [f"argument{i}" for i in range(len(names), count_)]


def of_leaves(trees: Iterable[tuple[str, Any]]) -> list[Leaf]:
    """Return every entry of the arrays of some named pytrees, in order."""
    arrays = [
        (name + jax.tree_util.keystr(path), np.shape(leaf))
        for name, tree in trees
        for path, leaf in jax.tree_util.tree_leaves_with_path(tree)
    ]
    stems = _stems([title for title, _ in arrays])
    taken = {*RESERVED, *runtime.functions()}
    found = []
    for (title, shape), stem in zip(arrays, stems, strict=True):
        for leaf in _entries(title, stem, shape):
            found.append(leaf._replace(identifier=_free(leaf.identifier, taken)))
            taken.add(found[-1].identifier)
    return found


def _entries(title: str, stem: str, shape: tuple[int, ...]) -> Iterator[Leaf]:
    for place in np.ndindex(*shape):
        suffix = "_".join(map(str, place))
        between = "_" if suffix and (len(place) > 1 or stem[-1].isdigit()) else ""
        where = f"[{', '.join(map(str, place))}]" if place else ""
        yield Leaf(title + where, stem + between + suffix)


def _free(name: str, taken: Set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _stems(titles: list[str]) -> list[str]:
    """Return for each title its last words, as few as tell it from all others."""
    words = [re.findall(r"\w+", title) or ["value"] for title in titles]
    taken = [_last(parts, 1) for parts in words]
    for length in range(2, max(map(len, words), default=1) + 1):
        often = Counter(taken)
        taken = [
            _last(parts, length) if often[name] > 1 else name
            for name, parts in zip(taken, words, strict=True)
        ]
    unique = len(set(taken)) == len(taken)
    return taken if unique else [f"{name}_{i}" for i, name in enumerate(taken)]


def _last(parts: list[str], length: int) -> str:
    """Return the last words as an identifier, more of them if it would begin with a digit."""
    for start in range(max(len(parts) - length, 0), -1, -1):
        name = "_".join(parts[start:])
        if name.isidentifier():
            numbered = len(parts) - start == 2 and parts[-1].isdigit()
            return "".join(parts[start:]) if numbered else name
    return "_" + "_".join(parts)


def letters(taken: Iterable[str]) -> Iterator[str]:
    """Yield a, b, …, z, aa, ab, … without those taken or reserved."""
    used = RESERVED | set(taken)
    for length in count(1):
        for name in map("".join, product(LETTERS, repeat=length)):
            if name not in used:
                yield name
