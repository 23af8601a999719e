"""Names: those of the function's own arguments, as short as tells them apart."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import gdbook as gd
from gdbook.live import names


class State(NamedTuple):
    """What some optimizer remembers."""

    step: Any
    m: Any


def identifiers(**trees: Any) -> list[str]:
    """Return the identifiers of all leaves' entries."""
    return [leaf.identifier for leaf in names.of_leaves(trees.items())]


def test_entries_are_called_after_their_argument() -> None:
    """A vector's entries are numbered, a matrix's by row and column, a scalar's name is enough."""
    assert identifiers(params=np.ones(2), rate=0.1) == ["params0", "params1", "rate"]
    assert identifiers(W=np.ones((1, 2))) == ["W_0_0", "W_0_1"]
    assert identifiers(state=State(0, np.ones(2))) == ["step", "m0", "m1"]
    assert identifiers(p={"w1": np.ones(1)}) == ["w1_0"]


def test_names_that_clash_grow_until_they_differ() -> None:
    """Two leaves of one name take more of their path; words of JavaScript get a tail."""
    assert identifiers(a={"x": 1, "y": 2}, b={"x": 3}) == ["a_x", "y", "b_x"]
    assert identifiers(input=1, let=2) == ["input_", "let_"]
    layers = [(np.ones(1), 1.0), (np.ones(1), 2.0)]
    found = identifiers(params=layers)
    assert len(set(found)) == 4
    assert all(name.isidentifier() for name in found)


def test_no_entry_is_called_as_another_or_as_a_helper() -> None:
    """Numbered entries may meet a name, and a name may be that of a function of the module."""
    assert identifiers(x=np.ones(2), x1=1.0) == ["x0", "x1", "x1_"]
    assert identifiers(pow=1.0, erf=2.0) == ["pow_", "erf_"]


def test_titles_are_python() -> None:
    """In comments an entry is called what Python calls it."""
    titles = [leaf.title for leaf in names.of_leaves([("state", State(0, np.ones(2)))])]
    assert titles == ["state.step", "state.m[0]", "state.m[1]"]


def test_functions_have_names() -> None:
    """A derivative is called after its function, a surface by its name, a lambda not at all."""
    assert names.of_function(jax.value_and_grad(gd.surfaces.two_valleys)) == "two valleys"
    assert names.of_function(partial(jnp.sum, axis=0)) == "sum"
    assert names.of_function(lambda x: x) == "a function"


def test_arguments_have_their_names() -> None:
    """Positional arguments are called as the function calls them, others are numbered."""

    def step(params: Any, state: Any, *more: Any) -> None:
        """Do nothing."""

    assert names.of_arguments(step, 3) == ["params", "state", "argument2"]
    assert names.of_arguments(jax.grad(gd.surfaces.bowl), 1) == ["params"]


def test_letters_pass_over_what_is_taken() -> None:
    """Names of values go on after z, and are never those of inputs or words of the language."""
    found = list(islice(names.letters(["b", "c"]), 400))
    assert found[:2] == ["a", "d"]
    assert "aa" in found
    assert not set(found) & {"b", "c", "do", "if", "in", "of", "as"}
