"""Expressions as text: what is used once stands where it is used, the rest gets a name."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from gdbook.live import names
from gdbook.live.expressions import Node
from gdbook.live.operations import ATOM, OPERATIONS, UNARY

WIDTH = 88
"""How long an expression may grow before parts of it get names."""


def statements(
    results: list[Node], inputs: list[str], taken: Iterable[str] = ()
) -> tuple[list[str], list[str]]:
    """Return the definitions that results need, and the text of each result.

    Args:
        results: the expressions to be written.
        inputs: the name of each input.
        taken: further names that are in use.
    """
    printer = _Printer(results, inputs, taken)
    for node in live(results):
        printer.add(node)
    return printer.lines, [printer.texts[node.order][0] for node in results]


def live(results: Iterable[Node]) -> list[Node]:
    """Return all that results depend on, each once, arguments first."""
    found: dict[int, Node] = {}
    waiting = list(results)
    while waiting:
        node = waiting.pop()
        if node.order not in found:
            found[node.order] = node
            waiting += node.arguments
    return [found[order] for order in sorted(found)]


class _Printer:
    """Writes one definition after the other.

    Attributes:
        lines: the definitions.
        texts: for each node by order, its text where it is used and how tightly that binds.
    """

    def __init__(self, results: list[Node], inputs: list[str], taken: Iterable[str]):
        self.lines: list[str] = []
        self.texts: dict[int, tuple[str, int]] = {}
        self._inputs = inputs
        self._names: Iterator[str] = names.letters([*inputs, *taken])
        uses = Counter(node.order for node in results)
        uses.update(x.order for node in live(results) for x in node.arguments)
        self._uses = uses

    def add(self, node: Node) -> None:
        """Take a node whose arguments have been taken."""
        if node.operation == "input":
            self.texts[node.order] = self._inputs[node.value], ATOM
        elif node.is_constant:
            self.texts[node.order] = literal(node.value)
        else:
            self._operation(node)

    def _operation(self, node: Node) -> None:
        text = self._text(node)
        while len(text) > WIDTH:
            longest = max(node.arguments, key=lambda x: len(self.texts[x.order][0]))
            if len(self.texts[longest.order][0]) <= WIDTH // 4:
                break
            self._name(longest, self.texts[longest.order][0])
            text = self._text(node)
        self.texts[node.order] = text, OPERATIONS[node.operation].binding
        if self._uses[node.order] > 1 and not _is_short(node):
            self._name(node, text)

    def _text(self, node: Node) -> str:
        operation = OPERATIONS[node.operation]
        parts = []
        for x, least in zip(node.arguments, operation.operands, strict=True):
            text, binding = self.texts[x.order]
            parts.append(text if binding >= least else f"({text})")
        return operation.text.format(*parts)

    def _name(self, node: Node, text: str) -> None:
        name = next(self._names)
        self.lines.append(f"const {name} = {text};")
        self.texts[node.order] = name, ATOM


def _is_short(node: Node) -> bool:
    """Whether a node is the negative of a name, which is as short as a name."""
    return node.operation in {"neg", "not"} and node.arguments[0].operation == "input"


def literal(value: float | bool) -> tuple[str, int]:
    """Return a constant's text, which reads back as the same double, and how tightly it binds."""
    if isinstance(value, bool):
        return str(value).lower(), ATOM
    if math.isnan(value):
        return "NaN", ATOM
    if math.isinf(value):
        return ("Infinity", ATOM) if value > 0 else ("-Infinity", UNARY)
    texts = [re.sub(r"e([+-]?)0*", _exponent, repr(value)).removesuffix(".0")]
    if value.is_integer() and abs(value) < 1e21:
        texts.append(("-" if math.copysign(1, value) < 0 else "") + str(abs(int(value))))
    text = min(texts, key=len)
    return text, UNARY if text.startswith("-") else ATOM


def _exponent(match: re.Match[str]) -> str:
    return "e" + match[1].removeprefix("+")
