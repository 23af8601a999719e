"""A function of numbers as a graph of numbers: its inputs, and the lines of its jaxpr."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend import core

MOST = 48  # numbers: more could not be told apart
CALLS = ("jit", "pjit", "closed_call")  # whose lines stand for themselves
SAME = ("copy", "copy_p", "convert_element_type")  # of a real number: the number itself
DOUBLE = jax.ShapeDtypeStruct((), np.dtype(float))  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Node:
    """One number: an input, or the result of a line.

    Attributes:
        name: the letter that a jaxpr has for it.
        operation: the line's primitive; of an input, nothing.
        arguments: what the line computes with: places of nodes, and constants.
        line: the line's equation, which is run.
        detail: a power, or the like.
    """

    name: str
    operation: str = ""
    arguments: tuple[int | float, ...] = ()
    line: Any = None
    detail: str = ""

    @property
    def sources(self) -> tuple[int, ...]:
        """The nodes it is made of, each once."""
        return tuple(dict.fromkeys(part for part in self.arguments if isinstance(part, int)))

    def run(self, values: Sequence[Any]) -> Any:
        """Return its number, given those before it."""
        parts = [values[part] if isinstance(part, int) else part for part in self.arguments]
        return _run(self.line, parts)


class Look(NamedTuple):
    """What there is to see of a program: along the last, the local slope of each edge."""

    values: list[Any]
    slopes: list[Any]
    edges: list[Any]


@dataclass(frozen=True)
class Program:
    """A function's numbers in the order in which they are computed, inputs first.

    Attributes:
        nodes: the numbers; the last is the result.
        inputs: how many of them are inputs.
    """

    nodes: tuple[Node, ...]
    inputs: int

    @property
    def edges(self) -> list[tuple[int, int]]:
        """Pairs of a number and a later one that is made of it."""
        return [(source, k) for k, node in enumerate(self.nodes) for source in node.sources]

    def values(self, inputs: Any, nudges: Any) -> tuple[Any, list[Any]]:
        """Return the result, and all numbers, each after a nudge of its own."""
        found: list[Any] = []
        for k, (node, nudge) in enumerate(zip(self.nodes, nudges, strict=True)):
            found.append((inputs[k] if k < self.inputs else node.run(found)) + nudge)
        return found[-1], found

    def look(self, inputs: Any) -> Look:
        """Return all values, the result's slope in each, and the local slope along each edge.

        The slope in a number is the derivative in a nudge that is added to it: JAX's own.
        """
        still = [0.0] * len(self.nodes)
        slopes, values = jax.grad(self.values, argnums=1, has_aux=True)(inputs, still)
        return Look(values, slopes, [self._local(values, *edge) for edge in self.edges])

    def _local(self, values: list[Any], source: int, target: int) -> Any:
        """Return the slope of a number in one that it is made of, all others held."""

        def moved(value: Any) -> Any:
            return self.nodes[target].run([*values[:source], value, *values[source + 1 :]])

        return jax.grad(moved)(values[source])


def trace(loss: Callable[..., Any], names: Sequence[str]) -> Program:
    """Return the program of a function of numbers, as JAX writes it down.

    Calls are replaced by what they call, and lines that the result does not need are left out.

    Raises:
        ValueError: if a line makes anything but one real number, an input is not used, or there
            are more numbers than can be shown.
    """
    with jax.enable_x64(True):
        closed = jax.make_jaxpr(loss)(*[DOUBLE] * len(names))
        nodes = [Node(letter) for letter, _ in zip(letters(), names, strict=False)]
        results = _lines(closed, list(range(len(names))), nodes)
    if len(results) != 1 or not isinstance(results[0], int) or results[0] < len(names):
        raise ValueError(f"loss is {loss!r}; expected one number computed from {list(names)}")
    needed = _needed(nodes, results[0])
    unused = [name for k, name in enumerate(names) if k not in needed]
    if unused:
        raise ValueError(f"inputs has {unused[0]!r}, which the loss does not use")
    if len(needed) > MOST:
        raise ValueError(f"loss has {len(needed)} numbers; expected at most {MOST}")
    return Program(_kept(nodes, sorted(needed)), len(names))


def letters() -> Any:
    """Yield a, b, …, z, ba, bb, …: the names of a jaxpr."""
    for k in count():
        name, k = chr(97 + k % 26), k // 26
        while k:
            name, k = chr(97 + k % 26) + name, k // 26
        yield name


def _lines(closed: Any, arguments: list[int | float], nodes: list[Node]) -> list[int | float]:
    """Append a jaxpr's lines to the nodes; return what its results are."""
    known = dict(zip(closed.jaxpr.constvars, map(float, closed.consts), strict=True))
    known |= dict(zip(closed.jaxpr.invars, arguments, strict=True))
    for line in closed.jaxpr.eqns:
        parts = [_part(v, known) for v in line.invars]
        name = line.primitive.name
        if name in CALLS:
            found = _lines(line.params["jaxpr"], parts, nodes)
        else:
            _check(line)
            if name in SAME:
                found = parts
            elif any(isinstance(part, int) for part in parts):
                nodes.append(_node(line, parts, len(nodes)))
                found = [len(nodes) - 1]
            else:
                found = [float(_run(line, parts))]
        known |= dict(zip(line.outvars, found, strict=True))
    return [_part(v, known) for v in closed.jaxpr.outvars]


def _part(variable: Any, known: dict[Any, int | float]) -> int | float:
    return float(variable.val) if isinstance(variable, core.Literal) else known[variable]


def _check(line: Any) -> None:
    """Refuse a line of which a reader could not see the number."""
    for v in (*line.invars, *line.outvars):
        if v.aval.shape != () or v.aval.dtype.kind != "f" or len(line.outvars) != 1:
            raise ValueError(
                f"loss has the line {line.primitive.name} with {v.aval}; expected of each line "
                f"one real number, made of real numbers"
            )


def _node(line: Any, parts: list[int | float], place: int) -> Node:
    name = next(letter for k, letter in enumerate(letters()) if k == place)
    params = line.params
    called = params.get("call_jaxpr")
    operation = called.jaxpr.debug_info.func_name if called is not None else line.primitive.name
    return Node(name, operation, tuple(parts), line, str(params.get("y", "")))


def _run(line: Any, parts: list[Any]) -> Any:
    """Return what a line makes of numbers."""
    params = line.primitive.get_bind_params(line.params)
    called, params = params if isinstance(params, tuple) else ((), params)  # before JAX 0.10
    found = line.primitive.bind(*called, *map(jnp.asarray, parts), **params)
    return found[0] if line.primitive.multiple_results else found


def _needed(nodes: list[Node], result: int) -> set[int]:
    """Return the nodes that a node is made of, itself among them."""
    found = {result}
    for k in range(result, -1, -1):
        if k in found:
            found.update(nodes[k].sources)
    return found


def _kept(nodes: list[Node], kept: list[int]) -> tuple[Node, ...]:
    """Return some of the nodes, numbered and named anew."""
    place = {old: new for new, old in enumerate(kept)}
    return tuple(
        Node(
            name,
            nodes[old].operation,
            tuple(place[p] if isinstance(p, int) else p for p in nodes[old].arguments),
            nodes[old].line,
            nodes[old].detail,
        )
        for name, old in zip(letters(), kept, strict=False)
    )
