"""Formulas: what is understood, and what is refused."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdbook.demos.formula import FUNCTIONS, formula


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2x + 3 y", 2 * 0.7 + 3 * 1.3),
        ("-x^2", -(0.7**2)),
        ("2^-x", 2**-0.7),
        ("2^x^2", 2 ** (0.7**2)),
        ("(1 - x)(1 + y)", 0.3 * 2.3),
        ("2 pi x y", 2 * math.pi * 0.7 * 1.3),
        ("x / 2 / y", 0.7 / 2 / 1.3),
        ("1.5e-1 x", 0.15 * 0.7),
        (".5x", 0.35),
        ("e^(x y) + tau", math.exp(0.7 * 1.3) + math.tau),
        ("3 abs(x - y) cos(2x)", 3 * 0.6 * math.cos(1.4)),
        ("+x", 0.7),
    ],
)
def test_it_reads_what_people_write(text: str, wanted: float) -> None:
    """Products without their sign, powers, and the minus that is weaker than they are."""
    assert float(formula(text)(jnp.array([0.7, 1.3]))) == pytest.approx(wanted, rel=1e-6)


def test_jax_differentiates_it() -> None:
    """A formula is a loss like any other."""
    slope = jax.grad(formula("(1 - x)^2 + 10 (y - x^2)^2"))(jnp.array([0.0, 1.0]))
    np.testing.assert_allclose(slope, [-2, 20], rtol=1e-6)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_those_of_numpy(name: str) -> None:
    """Each function is NumPy's of that name, or of its older one."""
    older = name.replace("a", "arc", 1) if name[0] == "a" and name != "abs" else name
    x = 1.25 if name == "acosh" else 0.5
    assert float(formula(f"{name}(x)")((x, 0.0))) == pytest.approx(getattr(np, older)(x), rel=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "", "x +", "x + z", "sin x", "max(x, y)", "x.real", "x[0]", "f(x)", "x if y else 1", "'x'",
        "__import__('os')", "lambda: x", "x < y", "x = 1", "x; y", "log(x, 2)", "sin(x=1)", "True",
        "1j x", "x @ y", "(x, y)", "sin", "x // 2", "abs(*x)",
    ],
)  # fmt: skip
def test_it_refuses_all_else(text: str) -> None:
    """What is no arithmetic of x and y is refused, and nothing of it runs."""
    with pytest.raises(ValueError, match="expression is "):
        formula(text)((1.0, 2.0))


def test_a_quotient_wants_its_products_written() -> None:
    """Whether 1/2x is a half of x or one over 2x, people do not agree."""
    with pytest.raises(ValueError, match=r"each \* of a quotient"):
        formula("1/2x")
