"""What the operations of a program are called, and why a slope passes them as it does."""

from __future__ import annotations

from gdbook.demos.program import Node

AS_IT_IS = "a sum passes a change on as it is"
KEPT, TURNED = "a difference passes a change in this on as it is", "this is subtracted"

# Of each primitive: what stands in its box, its formula, and where its slopes come from.
WORDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "add": ("+", "{0} + {1}", (AS_IT_IS,) * 2),
    "add_any": ("+", "{0} + {1}", (AS_IT_IS,) * 2),
    "sub": ("−", "{0} − {1}", (KEPT, TURNED)),
    "mul": ("×", "{0} × {1}", ("the other factor",) * 2),
    "div": ("÷", "{0} / {1}", ("1 over the divisor", "minus the result over the divisor")),
    "neg": ("−", "−{0}", ("the sign is turned",)),
    "square": ("( )²", "{0}²", ("twice what is squared",)),
    "sqrt": ("√", "√{0}", ("1 over twice the root",)),
    "tanh": ("tanh", "tanh {0}", ("1 − tanh², small where tanh is near 1 or −1",)),
    "logistic": ("σ", "σ({0})", ("σ · (1 − σ), a quarter at most",)),
    "exp": ("exp", "exp {0}", ("the result itself",)),
    "log": ("log", "log {0}", ("1 over the number",)),
    "sin": ("sin", "sin {0}", ("the cosine",)),
    "cos": ("cos", "cos {0}", ("minus the sine",)),
    "abs": ("| |", "|{0}|", ("the sign of the number",)),
    "max": ("max", "max({0}, {1})", ("1 for the larger, 0 for the other",) * 2),
    "min": ("min", "min({0}, {1})", ("1 for the smaller, 0 for the other",) * 2),
    "relu": ("ReLU", "ReLU {0}", ("1 above zero, 0 below",)),
}
POWERS = {"2": "²", "3": "³", "4": "⁴", "-1": "⁻¹", "-2": "⁻²"}
UNKNOWN = "its own slope there"


def label(node: Node) -> str:
    """Return what stands in the box of a computed number: ``×``, or ``1 −`` with a constant."""
    sign = _words(node)[0]
    constants = [written(part) for part in node.arguments if not isinstance(part, int)]
    if len(constants) != 1 or len(node.arguments) != 2 or len(sign) > 1:
        return sign
    first = isinstance(node.arguments[1], int)
    return f"{constants[0]} {sign}" if first else f"{sign} {constants[0]}"


def formula(node: Node) -> str:
    """Return the formula of a computed number, with ``{0}`` for the first of its sources."""
    places = {source: f"{{{i}}}" for i, source in enumerate(node.sources)}
    parts = [places[p] if isinstance(p, int) else written(p) for p in node.arguments]
    return _words(node)[1].format(*parts)


def reasons(node: Node) -> list[str]:
    """Return for each source of a number where the local slope comes from."""
    words = _words(node)[2]
    found = []
    for source in node.sources:
        uses = [i for i, part in enumerate(node.arguments) if part == source]
        found.append("it is used twice there" if len(uses) > 1 else words[uses[0] % len(words)])
    return found


def line(node: Node, nodes: tuple[Node, ...]) -> str:
    """Return the line as a jaxpr has it: ``k = tanh j``."""
    if not node.operation:
        return node.name
    names = [nodes[p].name if isinstance(p, int) else repr(p) for p in node.arguments]
    detail = f"[y={node.detail}]" if node.detail else ""
    return f"{node.name} = {node.operation}{detail} {' '.join(names)}"


def written(number: float) -> str:
    """Return a constant as it is read."""
    return f"{number:.3g}".replace("-", "−")


def _words(node: Node) -> tuple[str, str, tuple[str, ...]]:
    power = POWERS.get(node.detail)
    if node.operation == "integer_pow" and node.detail == "2":
        return WORDS["square"]
    if node.operation == "integer_pow" and power:
        return f"( ){power}", f"{{0}}{power}", ("the power rule",)
    arguments = ", ".join(f"{{{i}}}" for i in range(len(node.arguments)))
    general = (node.operation, f"{node.operation}({arguments})", (UNKNOWN,))
    return WORDS.get(node.operation, general)
