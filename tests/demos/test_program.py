"""Programs: a function's lines as JAX writes them down, calls opened, and what is refused."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdbook.demos.program import letters, trace
from gdbook.demos.wording import line
from tests.demos.plays import POINT, curious, small


def test_its_lines_are_those_of_the_jaxpr() -> None:
    """Each line stands in what JAX prints of the function, letter by letter."""
    with jax.enable_x64(True):
        printed = str(jax.make_jaxpr(small)(*POINT.values())).replace(":f64[]", "")
    nodes = trace(small, list(POINT)).nodes
    lines = [line(node, nodes) for node in nodes]
    assert len(lines) == 19
    assert all(text in printed for text in lines)
    assert lines[-1] == "s = integer_pow[y=2] r"


def test_names_go_on_after_z() -> None:
    """The names are those of a jaxpr: a to z, then two letters."""
    names = [name for name, _ in zip(letters(), range(28), strict=False)]
    assert names[:3] == ["a", "b", "c"]
    assert len({*names}) == 28
    assert names[26:] == ["ba", "bb"]


def test_calls_are_opened_and_rules_are_kept() -> None:
    """Softplus is a call, whose rule of its own is one line; an unused line is left out."""

    def wordy(p: Any, q: Any) -> Any:
        jnp.sin(p)
        return curious(p, q)

    program = trace(wordy, ["p", "q"])
    operations = [node.operation for node in program.nodes[2:]]
    assert {"logaddexp", "relu", "logistic", "div"} <= {*operations}
    assert not {"jit", "pjit", "sin", "custom_jvp_call"} & {*operations}
    with jax.enable_x64(True):
        value, _ = program.values([1.1, 0.7], np.zeros(len(program.nodes)))
        assert float(value) == pytest.approx(float(curious(1.1, 0.7)), rel=1e-12)


def vector(x: Any) -> Any:
    """Return a number by way of a vector."""
    return jnp.sum(jnp.stack([x, x * x]))


def branching(x: Any) -> Any:
    """Return a number by way of a truth value."""
    return jnp.where(x > 0, x, 2 * x)


def lengthy(x: Any) -> Any:
    """Return a number by way of many."""
    for _ in range(50):
        x = jnp.sin(x)
    return x


@pytest.mark.parametrize(
    ("loss", "names", "message"),
    [
        (vector, ["x"], "expected of each line one real number"),
        (branching, ["x"], "expected of each line one real number"),
        (lengthy, ["x"], "loss has 51 numbers; expected at most 48"),
        (lambda x: x, ["x"], "expected one number computed from"),
        (lambda x, y: (x * y, x), ["x", "y"], "expected one number computed from"),
        (lambda x, y: x * x, ["x", "y"], "inputs has 'y', which the loss does not use"),
    ],
)
def test_what_cannot_be_shown_is_refused(loss: Any, names: list[str], message: str) -> None:
    """Each refusal says what was expected."""
    with pytest.raises(ValueError, match=message):
        trace(loss, names)
