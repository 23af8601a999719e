"""Text: as few parentheses as the meaning needs, names for what is used twice, short lines."""

from __future__ import annotations

import math

import pytest

from gdbook.live import printer
from gdbook.live.expressions import Expressions, Node
from tests.live.node import SPECIAL, run


@pytest.fixture
def e() -> Expressions:
    """A maker of expressions."""
    return Expressions()


def text(*results: Node) -> list[str]:
    """Return definitions and results, with inputs x, y, z."""
    lines, values = printer.statements(list(results), ["x", "y", "z"])
    return [*lines, *values]


def test_parentheses_stand_where_they_are_needed(e: Expressions) -> None:
    """Sums in products, differences on the right, negatives under powers: and nowhere else."""
    x, y, z = map(e.input, range(3))
    assert text(e("add", e("add", x, y), z)) == ["x + y + z"]
    assert text(e("sub", x, e("sub", y, z))) == ["x - (y - z)"]
    assert text(e("mul", e("add", x, y), z)) == ["(x + y) * z"]
    assert text(e("div", x, e("mul", y, z))) == ["x / (y * z)"]
    assert text(e("power", e("neg", x), y)) == ["(-x) ** y"]
    assert text(e("power", x, e("neg", y))) == ["x ** -y"]
    assert text(e("neg", e("add", x, y))) == ["-(x + y)"]
    assert text(e("int32", e("add", x, y))) == ["(x + y) | 0"]
    assert text(e("exp", e("add", x, y))) == ["Math.exp(x + y)"]


def test_choices_read_from_left_to_right(e: Expressions) -> None:
    """A chain of choices needs no parentheses; a choice inside a sum does."""
    x, y, z = map(e.input, range(3))
    inner = e("select", e("lt", y, z), y, z)
    assert text(e("select", e("lt", x, y), x, inner)) == ["x < y ? x : y < z ? y : z"]
    assert text(e("add", inner, x)) == ["(y < z ? y : z) + x"]


def test_what_is_used_twice_has_a_name(e: Expressions) -> None:
    """Shared expressions are defined once, in order, with short names that are free."""
    x, y = e.input(0), e.input(1)
    both = e("add", x, y)
    assert text(e("mul", both, both)) == ["const a = x + y;", "a * a"]
    names = printer.statements([e("mul", both, both)], ["a", "b"], ["c"])
    assert names == (["const d = a + b;"], ["d * d"])


def test_long_expressions_are_cut(e: Expressions) -> None:
    """A sum of sixty products is written on several short lines, and computes the same."""
    x, y, z = map(e.input, range(3))
    total = x
    for number in range(60):
        total = e("add", e("mul", total, e.constant(number + 0.25)), e("sin", e("mul", y, total)))
    lines = text(e("add", total, z))
    assert max(map(len, lines)) < 110


@pytest.mark.parametrize("value", [*SPECIAL, 0.1, 1e21, -1e-7, 123456789.0, 1e22, 100000.0])
def test_numbers_read_back(value: float) -> None:
    """A constant's text is the same double in JavaScript."""
    literal, _ = printer.literal(value)
    module = (
        "export const inputs = 0, outputs = 2;\n"
        f"export function kernel(_, o) {{ o[0] = {literal}; o[1] = 1 / ({literal}); }}"
    )
    got = run(module, [])[0]
    assert got[0] == value or math.isnan(value)
    assert math.copysign(1, got[1]) == math.copysign(1, value) or value


def test_numbers_are_short() -> None:
    """Numbers are written as one would."""
    written = [printer.literal(x)[0] for x in (2.0, 0.5, 1e-8, -3.0, 1e300, 100000.0, True, -0.0)]
    assert written == ["2", "0.5", "1e-8", "-3", "1e300", "100000", "true", "-0"]
