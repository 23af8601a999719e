"""Evaluation: random programs agree with JAX equation by equation, and what is refused says why."""

from __future__ import annotations

import os
import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import gdbook as gd
from tests.live.node import check
from tests.live.programs import check_program, function_of, inputs_of, programs, seeds

PROGRAMS = int(os.environ.get("GDBOOK_FUZZ", "2000"))
"""How many random programs are drawn; ``nox -s fuzz`` draws 100 000."""


@settings(max_examples=PROGRAMS, suppress_health_check=list(HealthCheck))
@given(programs, seeds)
def test_random_programs_agree_with_jax(program: Any, seed: int) -> None:
    """Each equation of a random program is JAX's to 1e-12, and alone it computes the same bits."""
    check_program(program, seed)


def test_random_programs_are_of_all_kinds() -> None:
    """Among 200 drawn programs most primitives of everyday losses occur, and special values."""
    draw = np.random.default_rng(0)
    seen: set[str] = set()
    for seed in range(200):
        program = [tuple(map(int, draw.integers(0, 2**16, 4))) for _ in range(6)]
        jaxpr = jax.make_jaxpr(function_of(program))(*inputs_of(seed))
        seen |= set(re.findall(r"= ([\w-]+)\b", str(jaxpr)))
    assert seen >= {
        "add", "mul", "div", "max", "exp", "log", "tanh", "pow", "integer_pow", "select_n",
        "dot_general", "reduce_sum", "reduce_max", "cumsum", "sort", "gather", "scatter",
        "argmax", "concatenate", "pad", "broadcast_in_dim", "convert_element_type", "rem",
    }  # fmt: skip
    assert not np.isfinite(np.concatenate([inputs_of(seed)[2].ravel() for seed in range(9)])).all()


def looping(x: jax.Array) -> jax.Array:
    """Halve until small."""
    return jax.lax.while_loop(lambda y: y > 1, lambda y: y / 2, x)


REFUSED = {
    "while": (looping, "unroll a short loop with Python's own for"),
    "scan": (
        lambda x: jax.lax.scan(lambda c, _: (c * x, c), x, None, length=3)[0],
        "in the page, the browser owns the loop",
    ),
    "random_bits": (
        lambda x: jax.random.normal(jax.random.fold_in(jax.random.key(0), x.astype(int))),
        "draw with a constant key, or make the drawn numbers an input",
    ),
    "gather": (
        lambda x: jnp.arange(3.0)[x.astype(int)],
        "its indices are computed from the inputs",
    ),
    "lgamma": (jax.lax.lgamma, "no rule writes it as scalar arithmetic"),
    "complex": (lambda x: jnp.abs(x + 1j * x), "there is no complex128 in JavaScript"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_emitted_says_why(name: str) -> None:
    """A refusal names a primitive, the function, where it stands, and the way out."""
    function, way_out = REFUSED[name]
    with pytest.raises(gd.live.EmitError, match=re.escape(way_out)) as caught:
        gd.live.emit(function, 1.0)
    place = "looping" if name == "while" else "a function|lgamma"
    assert re.match(
        rf"'[\w-]+' in ({place})( \(test_evaluate.py:\d+\))? cannot be", str(caught.value)
    )


def test_the_user_s_line_is_named() -> None:
    """The complaint has the file and line of the call that JAX traced."""
    line = looping.__code__.co_firstlineno + 2
    with pytest.raises(gd.live.EmitError, match=rf"\(test_evaluate.py:{line}\)"):
        gd.live.emit(looping, 1.0)


def test_loops_over_constants_are_computed_now() -> None:
    """A scan or a while that no input enters is no obstacle."""
    check(lambda x: x * looping(jnp.asarray(37.0)) + jnp.cumsum(jnp.arange(4.0)), 2.0)


def test_dead_code_is_gone() -> None:
    """What no output needs is not in the module, and equal expressions are there once."""

    def function(x: jax.Array) -> jax.Array:
        jnp.tan(x)
        return jnp.exp(x) + jnp.exp(x) * jnp.sin(x) * jnp.sin(x)

    module = check(function, 0.4)
    counts = [module.count(name) for name in ("Math.tan", "Math.exp", "Math.sin")]
    assert counts == [0, 1, 1]
