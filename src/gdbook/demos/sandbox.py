"""A sandbox: a demo whose formula the reader types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gdbook import checks
from gdbook.demos.controls import Slider
from gdbook.demos.demo import Demo, demo
from gdbook.demos.formula import formula
from gdbook.demos.kernels import PARAMS
from gdbook.demos.racers import Racer, racer
from gdbook.live.emit import emit
from gdbook.surfaces import Point, Surface
from gdbook.types import Optimizer


@dataclass(frozen=True)
class Example:
    """A formula worth walking on.

    Attributes:
        expression: the formula, of x and y.
        domain: the window that is shown.
        start: where the walk starts.
        rates: learning rates of those racers that should have another than their own.
    """

    expression: str
    domain: tuple[Point, Point]
    start: Point
    rates: Mapping[str, float] = field(default_factory=dict)

    @property
    def height(self) -> Callable[[Any], Any]:
        """The formula as a function of the parameters."""
        return formula(self.expression)

    def spec(self, name: str) -> dict[str, Any]:
        """Return the example as plain data."""
        plain = [list(map(float, pair)) for pair in self.domain]
        start = list(map(float, self.start))
        return {"name": name, "expression": self.expression, "domain": plain, "start": start,
                "rates": {key: float(rate) for key, rate in self.rates.items()}}  # fmt: skip


def sandbox(
    name: str,
    examples: Mapping[str, Example],
    racers: Mapping[str, Racer | Callable[..., Optimizer]],
    learning_rate: Slider,
    **more: Any,
) -> Demo:
    """Return a demo of optimizers walking on a formula that the reader types.

    The formula is read and differentiated in the page; the steps are taken by the optimizers given
    here, of which what follows the gradient is compiled to JavaScript.

    Args:
        name: its name in links: lower-case letters, digits and hyphens, unique on the page.
        examples: names and formulas for its menu; the first is the one it begins with.
        racers: names and constructors from ``gd.optimizers``, or :func:`~gdbook.demos.racer`.
        learning_rate: the slider of the learning rate, of all racers that have none of their own.
        **more: title, description, settings, views, steps, speed, at_first, view and caption, as
            of :func:`~gdbook.demos.demo`.

    Raises:
        TypeError: if an argument is of the wrong kind, or a racer needs more than the gradient.
        ValueError: if an argument is out of its range, or a formula cannot be read.
        EmitError: if a rule cannot be compiled to JavaScript.

    Example:
        >>> import gdbook as gd
        >>> valley = gd.demos.example("x^2 + 20 y^2", ((-3, 3), (-2, 2)), (-2, 1))
        >>> box = gd.demos.sandbox(
        ...     "box", {"a ravine": valley}, {"Adam": gd.optimizers.adam},
        ...     gd.demos.slider(0.001, 2, 0.1), title="A sandbox", description="A ball on a wall.",
        ... )
        >>> box.spec["sandbox"][0]["expression"]
        'x^2 + 20 y^2'
    """
    if not examples:
        raise ValueError("examples is empty; expected at least one formula")
    menu = [entry.spec(title) for title, entry in examples.items()]
    _check_rates(examples, racers)
    title, first = next(iter(examples.items()))
    ground = Surface(title, first.height, first.domain, (), first.start, "", code="f")
    axes = more.pop("axes", ("x", "y"))
    made = demo(name, ground, racers, learning_rate, axes=axes, **more)
    parts = {key: text for key, text in made.kernels.items() if key.startswith("start")}
    for j, (entry, runner) in enumerate(zip(racers.values(), made.spec["runners"], strict=True)):
        rule = entry if isinstance(entry, Racer) else racer(entry)
        parts[f"update{j}"] = _update(rule, runner["settings"])
    return Demo({**made.spec, "sandbox": menu}, parts, made.poster)


def example(
    expression: str,
    domain: tuple[Point, Point],
    start: Point,
    *,
    rates: Mapping[str, float] | None = None,
) -> Example:
    """Return a formula for a sandbox.

    Args:
        expression: the formula, of x and y, with + - * / ^, the usual functions, pi, e and tau.
        domain: ``((x low, x high), (y low, y high))``, the window shown.
        start: where the walk starts.
        rates: learning rates of those racers that should have another than their own.

    Raises:
        TypeError: if a number is none.
        ValueError: if the formula cannot be read, or a range is empty.

    Example:
        >>> import gdbook as gd
        >>> float(gd.demos.example("2x - y^2", ((-1, 1), (-1, 1)), (0, 0)).height((3.0, 1.0)))
        5.0
    """
    formula(expression)
    for pair in domain:
        for number in pair:
            checks.finite("domain", number)
        if not pair[0] < pair[1]:
            raise ValueError(f"domain is {domain!r}; expected low < high along x and along y")
    for number in start:
        checks.finite("start", number)
    return Example(expression, domain, start, dict(rates or {}))


def _update(rule: Racer, settings: list[str]) -> str:
    """Return, compiled, what a rule's step does with a gradient that comes from elsewhere.

    Raises:
        TypeError: if the rule asks for more than the gradient.
    """
    numbers = dict.fromkeys(settings, 0.1)

    def update(params: Any, state: Any, settings: Any, gradient: Any) -> Any:
        updates, state = rule.build(settings).step(gradient, state, params)
        return params + updates, state

    return emit(update, PARAMS, rule.build(numbers).init(PARAMS), numbers, PARAMS)


def _check_rates(examples: Mapping[str, Example], racers: Mapping[str, Any]) -> None:
    """Refuse learning rates of nobody, or of a racer whose rate is not its own."""
    own = {
        key for key, entry in racers.items() if getattr(entry, "learning_rate", None) is not None
    }
    for title, entry in examples.items():
        if set(entry.rates) - own:
            raise ValueError(
                f"rates of {title!r} is {dict(entry.rates)!r}; expected of {sorted(own)}, the "
                f"racers with a learning rate of their own"
            )
