"""A function's graph, described as data: what the page's ``<gd-graph>`` element plays."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from gdbook.demos import kernels, wording
from gdbook.demos.controls import Slider
from gdbook.demos.copied import expression
from gdbook.demos.layout import Place, layout
from gdbook.demos.playable import Playable, check_name
from gdbook.demos.program import Program, trace
from gdbook.demos.racers import racer
from gdbook.display import GRAPH
from gdbook.figures import Figure, draw
from gdbook.live.emit import emit
from gdbook.palette import Theme
from gdbook.types import Optimizer

BOX = 0.78, 0.74  # of the poster, where a column and a row are 1 apart


class Graph(Playable):
    """A graph that shows itself as a playable element in the book, as a poster elsewhere.

    Attributes:
        id: its name in links and in the page's address.
        alt: what is seen, in words.
        spec: everything the element needs but the kernels, as plain data.
        kernels: ``look``, from the inputs to all values, slopes and local slopes; and ``turn``,
            from the inputs and the learning rate to the inputs after one step.
        poster: the figure shown where nothing can be played.
    """

    kind = GRAPH
    word = "Graph"

    def __init__(self, spec: dict[str, Any], parts: kernels.Kernels, picture: Figure):
        super().__init__(spec, picture)
        self.kernels = parts

    def parts(self) -> dict[str, Any]:
        """Return the JavaScript of the page."""
        return {"module": kernels.module(self.kernels)}


def graph(
    name: str,
    loss: Callable[..., Any],
    inputs: Mapping[str, Slider],
    learned: Sequence[str],
    rule: Callable[..., Optimizer],
    learning_rate: Slider,
    *,
    title: str,
    description: str,
    caption: str | None = None,
) -> Graph:
    """Return a function's graph, on which a reader plays backpropagation.

    The graph is the function's own jaxpr. In the page values appear forward, one line at a time,
    and then slopes backward; both are JAX's, compiled to JavaScript.

    Args:
        name: its name in links: lower-case letters, digits and hyphens, unique on the page.
        loss: a function of numbers, whose result is a number; every line of its program must
            make one real number.
        inputs: a slider for each of its arguments, in their order.
        learned: those inputs that a step of gradient descent moves.
        rule: a constructor from ``gd.optimizers`` that remembers nothing.
        learning_rate: the slider of the learning rate.
        title: what it is called.
        description: what the poster shows, in words, for those who do not see it.
        caption: a sentence to print below.

    Raises:
        TypeError: if an argument is of the wrong kind.
        ValueError: if an argument is out of its range, or the function's graph cannot be shown.
        EmitError: if the function cannot be compiled to JavaScript.

    Example:
        >>> import gdbook as gd
        >>> def miss(w, x, y):
        ...     return (w * x - y) ** 2
        >>> knob = gd.demos.slider(-2, 2, 1, log=False)
        >>> play = gd.demos.graph(
        ...     "miss", miss, {"w": knob, "x": knob, "y": knob}, ["w"],
        ...     gd.optimizers.gradient_descent, gd.demos.slider(0.01, 1, 0.1),
        ...     title="A miss", description="Three inputs and three operations.",
        ... )
        >>> [node["line"] for node in play.spec["nodes"]]
        ['a', 'b', 'c', 'd = mul a b', 'e = sub d c', 'f = integer_pow[y=2] e']
    """
    check_name(name)
    _check_inputs(loss, inputs, learned)
    program = trace(loss, list(inputs))
    places, moved = layout(program), [list(inputs).index(key) for key in learned]
    values = [control.value for control in inputs.values()]
    parts = {
        "look": emit(program.look, values),
        "turn": emit(_turn(program, rule, moved), values, learning_rate.value),
    }
    spec = {
        "id": name,
        "title": title,
        "description": description,
        "caption": caption,
        "inputs": [control.spec(key) for key, control in inputs.items()],
        "learned": moved,
        "nodes": _nodes(program, inputs, places),
        "edges": _edges(program),
        "rate": learning_rate.spec("learning_rate"),
        "python": {**expression(loss), "rule": f"gd.optimizers.{rule.__name__}"},
    }
    return Graph(spec, parts, _poster(spec, program, values))


def _check_inputs(loss: Any, inputs: Mapping[str, Slider], learned: Sequence[str]) -> None:
    if not callable(loss):
        raise TypeError(f"loss is {loss!r}; expected a function of numbers")
    taken = list(inspect.signature(loss).parameters)
    if taken != list(inputs):
        raise ValueError(f"inputs has {list(inputs)}; expected the loss's arguments, {taken}")
    unknown = [key for key in learned if key not in inputs]
    if unknown or not learned:
        raise ValueError(f"learned is {list(learned)!r}; expected some of {taken}")


def _turn(program: Program, rule: Callable[..., Optimizer], moved: list[int]) -> Any:
    """Return the function from the inputs to those after one step of a rule.

    Raises:
        ValueError: if the rule remembers more than how many steps it took.
    """
    runner = racer(rule)
    memory = runner.build({"learning_rate": 0.1}).init(np.zeros(len(moved)))
    if any(np.asarray(leaf).dtype.kind == "f" for leaf in jax.tree.leaves(memory)):
        raise ValueError(f"rule is {rule.__name__}; expected one that remembers nothing")

    def turn(inputs: Any, rate: Any) -> Any:
        optimizer = runner.build({"learning_rate": rate})
        slopes = program.look(inputs).slopes
        old = [inputs[k] for k in moved]
        updates, _ = optimizer.update([slopes[k] for k in moved], optimizer.init(old), old)
        new = dict(zip(moved, updates, strict=True))
        return [value + new.get(k, 0.0) for k, value in enumerate(inputs)]

    return turn


def _nodes(
    program: Program, inputs: Mapping[str, Slider], places: list[Place]
) -> list[dict[str, Any]]:
    titles = [control.spec(key)["label"] for key, control in inputs.items()]
    found = []
    for k, (node, (column, row)) in enumerate(zip(program.nodes, places, strict=True)):
        computed = k >= program.inputs
        found.append({
            "letter": node.name,
            "label": wording.label(node) if computed else titles[k],
            "formula": wording.formula(node) if computed else "",
            "line": wording.line(node, program.nodes),
            "column": column,
            "row": row,
        })  # fmt: skip
    return found


def _edges(program: Program) -> list[dict[str, Any]]:
    """Return the edges in the order in which the kernel writes their local slopes."""
    return [
        {"source": source, "target": target, "why": why}
        for target, node in enumerate(program.nodes)
        for source, why in zip(node.sources, wording.reasons(node), strict=True)
    ]


def _poster(spec: dict[str, Any], program: Program, values: list[float]) -> Figure:
    """Return the picture of all values and slopes at the first inputs."""
    with jax.enable_x64(True):
        look = jax.tree.map(float, jax.jit(program.look)(values))
    nodes = spec["nodes"]
    size = (
        0.95 * (1 + max(node["column"] for node in nodes)),
        0.3 + 0.95 * (1 + max(node["row"] for node in nodes)),
    )

    def paint(canvas: Any, theme: Theme) -> None:
        ax = canvas.add_subplot()
        for edge in spec["edges"]:
            ends = [nodes[edge[end]] for end in ("source", "target")]
            (x, y), (u, v) = [(end["column"], end["row"]) for end in ends]
            ax.plot([x + BOX[0] / 2, u - BOX[0] / 2], [y, v], color=theme.muted, lw=1.1, zorder=1)
        for node, value, slope in zip(nodes, look.values, look.slopes, strict=True):
            _paint_node(ax, theme, node, f"{value:.2f}", f"{slope:.2f}")
        ax.set_xlim(-0.55, 0.55 + max(node["column"] for node in nodes))
        ax.set_ylim(0.6 + max(node["row"] for node in nodes), -0.6)
        ax.axis("off")

    return draw(paint, size=size, alt=spec["description"], caption=spec["caption"])


def _paint_node(ax: Any, theme: Theme, node: dict[str, Any], value: str, slope: str) -> None:
    """Draw a box with its name, its value and its slope."""
    x, y, (width, height) = node["column"], node["row"], BOX
    corners = [x - width / 2, x + width / 2], [y - height / 2] * 2, [y + height / 2] * 2
    ax.fill_between(*corners, facecolor=theme.raised, edgecolor=theme.line, lw=1.2, zorder=2)
    for text, up, color in (
        (node["label"], 0.23, theme.text), (value, 0.0, theme.accent), (slope, -0.23, theme.bad),
    ):  # fmt: skip
        words = text.replace("-", "−")
        ax.text(x, y - up, words, color=color, ha="center", va="center", fontsize=11, zorder=3)
