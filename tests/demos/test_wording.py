"""What operations are called: signs, formulas, and where their slopes come from."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import pytest

from gdbook.demos import wording
from gdbook.demos.program import Program, trace
from tests.demos.plays import curious


def of(operation: Any, *names: str) -> Program:
    """Return the program of an operation."""
    return trace(operation, names)


@pytest.mark.parametrize(
    ("function", "label", "formula", "why"),
    [
        (lambda x: x - 1.5, "− 1.5", "{0} − 1.5", "passes a change in this on as it is"),
        (lambda x: 1.5 - x, "1.5 −", "1.5 − {0}", "subtracted"),
        (lambda x: 3 * x, "3 ×", "3 × {0}", "the other factor"),
        (lambda x: x * x, "×", "{0} × {0}", "used twice"),
        (lambda x: x**3, "( )³", "{0}³", "the power rule"),
        (jnp.square, "( )²", "{0}²", "twice"),
        (jnp.tanh, "tanh", "tanh {0}", "1 − tanh²"),
        (jnp.arctan, "atan", "atan({0})", "its own slope"),
    ],
)
def test_an_operation_in_words(function: Any, label: str, formula: str, why: str) -> None:
    """The box has a sign, the sentence a formula and a reason."""
    node = of(function, "x").nodes[-1]
    assert wording.label(node) == label
    assert wording.formula(node) == formula
    (reason,) = wording.reasons(node)
    assert why in reason


def test_every_source_has_a_reason() -> None:
    """There are as many reasons as edges, for operations of two numbers too."""
    program = of(curious, "p", "q")
    reasons = [wording.reasons(node) for node in program.nodes]
    assert sum(map(len, reasons)) == len(program.edges)
    quotient = next(node for node in program.nodes if node.operation == "div")
    assert wording.reasons(quotient)[1] == "minus the result over the divisor"
    assert wording.line(quotient, program.nodes).endswith("= div b a")
