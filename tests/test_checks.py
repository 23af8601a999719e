"""Arguments at the door: what fits passes, what does not is named, shown and explained."""

from __future__ import annotations

import math
import re
from typing import Any

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given
from jax.tree_util import Partial

import gdbook as gd
from gdbook import checks
from gdbook.types import Optimizer


@given(st.integers(1, 10**12))
def test_count_returns_positive_integers(value: int) -> None:
    """Every integer from 1 on passes, and comes back as Python's own int."""
    assert checks.count("n", value) == value
    assert type(checks.count("n", np.int64(value))) is int


@pytest.mark.parametrize("value", [np.int32(3), np.array(3), 3])
def test_count_takes_integers_of_any_make(value: Any) -> None:
    """NumPy's integers are integers too."""
    assert checks.count("n", value) == 3


def test_count_takes_integers_of_jax() -> None:
    """And so are JAX's."""
    assert checks.count("n", jnp.asarray(3)) == 3


@given(st.integers(max_value=0))
def test_count_refuses_what_is_below_one(value: int) -> None:
    """Zero and negative integers are refused, with their name and value."""
    with pytest.raises(ValueError, match=f"^steps is {value}; expected an integer >= 1$"):
        checks.count("steps", value)


@pytest.mark.parametrize(
    "value",
    [
        3.0,
        2.5,
        math.nan,
        True,
        False,
        None,
        "3",
        [3],
        1j,
        np.float64(3),
        np.True_,
        np.array(3.7),
        np.array([3]),
        np.array([1, 2]),
        np.array(True),
    ],
    ids=repr,
)
def test_count_refuses_what_is_no_integer(value: Any) -> None:
    """A float is no integer, even if whole or in an array, and neither is a truth value."""
    with pytest.raises(TypeError, match=rf"^n is {re.escape(repr(value))}; expected an integer"):
        checks.count("n", value)


@pytest.mark.parametrize("value", [3.7, True, [3]])
def test_count_does_not_round_arrays_of_jax(value: Any) -> None:
    """A JAX array that holds 3.7 is not taken for 3, nor one that holds True for 1."""
    with pytest.raises(TypeError, match=r"^n is Array\(.*; expected an integer >= 1$"):
        checks.count("n", jnp.asarray(value))


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(-10, 10))
def test_finite_compares_with_its_bound(value: float, low: float) -> None:
    """A finite number passes exactly if it is not below the bound."""
    checks.finite("a", value)
    if value >= low:
        checks.finite("a", value, low)
    else:
        with pytest.raises(ValueError, match=r"^a is .*; expected a number >= "):
            checks.finite("a", value, low)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_finite_refuses_what_is_not(value: float) -> None:
    """Infinities and nan are refused, with or without a bound."""
    with pytest.raises(ValueError, match=f"^angle is {value}; expected a finite number$"):
        checks.finite("angle", value)
    with pytest.raises(ValueError, match=f"^noise is {value}; expected a number >= 0$"):
        checks.finite("noise", value, 0)


@pytest.mark.parametrize("value", ["1", None, 1j, [1.0, 2.0]], ids=repr)
def test_finite_refuses_what_is_no_number(value: Any) -> None:
    """Strings, None, complex numbers and lists are not real numbers."""
    with pytest.raises(TypeError, match=rf"^angle is {re.escape(repr(value))}; expected"):
        checks.finite("angle", value)


@pytest.mark.parametrize("value", [0, 1, None, "yes", np.True_], ids=repr)
def test_a_flag_is_a_truth_value(value: Any) -> None:
    """Only True and False are."""
    assert checks.flag("averaged", True) is True
    with pytest.raises(TypeError, match=rf"^averaged is {re.escape(repr(value))}; expected True"):
        checks.flag("averaged", value)


@pytest.mark.parametrize(
    "value", [[1.0, 2.0], (1.0, 2.0), [1, 2.0], [np.float64(1), jnp.array(2.0)]]
)
def test_parameters_make_a_vector_of_numbers(value: Any) -> None:
    """A list or tuple of numbers is one vector."""
    params = checks.parameters(value)
    assert isinstance(params, jax.Array)
    np.testing.assert_array_equal(params, [1.0, 2.0])


def test_parameters_keep_their_structure() -> None:
    """Any other pytree keeps its structure, and its leaves become arrays of the same values."""
    given = {"W": np.ones((2, 3)), "rest": (1.5, [np.zeros(2), 0.5]), "none": None}
    params = checks.parameters(given)
    assert jax.tree.structure(params) == jax.tree.structure(given)
    assert all(isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(params))
    assert float(params["rest"][0]) == 1.5


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_parameters_keep_their_precision(dtype: str) -> None:
    """An array of any floating-point dtype keeps it."""
    assert checks.parameters(jnp.ones(2, dtype)).dtype == dtype


@pytest.mark.parametrize("value", [None, {}, [], (), {"a": []}], ids=repr)
def test_parameters_refuse_nothing(value: Any) -> None:
    """Where there is no array there is nothing to learn."""
    with pytest.raises(ValueError, match=rf"^params is {re.escape(repr(value))}, which holds no"):
        checks.parameters(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"w": 1.0, "n": 3}, r"params['n'] is 3, of dtype int64"),
        ([np.zeros(2), np.zeros(2, int)], "params[1] is array([0, 0]), of dtype int64"),
        (1, "params is 1, of dtype int64"),
        (True, "params is True, of dtype bool"),
        (1j, "params is 1j, of dtype complex128"),
        ("float32", "params is 'float32', of type str"),
        ({"a": "b"}, "params['a'] is 'b', of type str"),
        ([1.0, "a"], "params[1] is 'a', of type str"),
        (np.array(["a"]), "params is array(['a'], dtype='<U1'), of type ndarray"),
        (gd.Path, f"params is {gd.Path!r}, of type type"),
    ],
)
def test_parameters_refuse_what_is_not_floating_point(value: Any, message: str) -> None:
    """The error says which leaf it is, what it holds, and of what kind that is."""
    with pytest.raises(TypeError, match=f"^{re.escape(message)}; expected floating point$"):
        checks.parameters(value)


def test_integers_in_a_list_are_not_floating_point() -> None:
    """[1, 2] is a vector of integers, on which there is no gradient."""
    with pytest.raises(TypeError, match=r"^params is Array\(\[1, 2\].*int64; expected floating"):
        checks.parameters([1, 2])


@pytest.mark.parametrize("value", [optax.adam(0.1), (lambda p: (), lambda g, s, p: (g, s))])
def test_optimizer_takes_any_pair_of_functions(value: Any) -> None:
    """A pair of functions is an optimizer, whoever made it."""
    optimizer = checks.optimizer(value)
    assert isinstance(optimizer, Optimizer)
    assert jax.tree.leaves(optimizer) == []


def test_optimizer_keeps_its_numbers_as_leaves() -> None:
    """The hyperparameters of this book's rules travel as numbers, not as constants."""
    assert jax.tree.leaves(checks.optimizer(gd.optimizers.momentum(0.25, 0.5))) == [0.25, 0.5]


@pytest.mark.parametrize(
    "value",
    [
        None,
        0.1,
        "adam",
        gd.optimizers.adam,
        (1, 2),
        (len,),
        (len, len, len),
        [len, len],
        (len, None),
    ],
)
def test_optimizer_refuses_what_is_no_pair_of_functions(value: Any) -> None:
    """The error shows what was given, and an example of what was expected."""
    shown = re.escape(repr(value))
    with pytest.raises(TypeError, match=rf"^optimizer is {shown}; expected a pair of functions"):
        checks.optimizer(value)


def test_loss_is_only_traced() -> None:
    """The loss is asked for its shape, not computed: it sees tracers alone, and only once."""
    seen = []

    def loss(params: Any) -> jax.Array:
        seen.append(params)
        return jnp.sum(params)

    assert isinstance(checks.loss(loss, jnp.ones(2)), Partial)
    assert len(seen) == 1
    assert isinstance(seen[0], jax.core.Tracer)


@pytest.mark.parametrize(
    ("loss", "got"),
    [
        (lambda p: p, r"an array of shape \(2,\)"),
        (lambda p: jnp.sum(p)[None], r"an array of shape \(1,\)"),
        (lambda p: (jnp.sum(p), p), "a tuple"),
        (lambda p: {"loss": jnp.sum(p)}, "a dict"),
        (lambda p: None, "a NoneType"),
        (lambda p: 1, "a number of dtype int64"),
        (lambda p: p[0] > 0, "a number of dtype bool"),
        (lambda p: p[0] * 1j, "a number of dtype complex128"),
    ],
)
def test_loss_must_return_one_number(loss: Any, got: str) -> None:
    """A loss that returns anything but one floating-point number is told what it returned."""
    with pytest.raises(ValueError, match=f"^loss returns {got}; expected one floating-point numb"):
        checks.loss(loss, jnp.ones(2))


@pytest.mark.parametrize("loss", [None, 3.0, "bowl", jnp.sum])
def test_loss_must_be_a_function(loss: Any) -> None:
    """What cannot be called is no loss."""
    if callable(loss):
        checks.loss(loss, jnp.ones(2))
    else:
        with pytest.raises(TypeError, match=rf"^loss is {loss!r}; expected a function of the par"):
            checks.loss(loss, jnp.ones(2))


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (1.5, "float64"),
        (1, "int64"),
        (True, "bool"),
        (np.ones(2, np.float32), "float32"),
        ("float32", None),
        (None, None),
        (object(), None),
        (np.array(["a"]), None),
    ],
)
def test_dtype_of_says_what_jax_would_make_of_it(value: Any, dtype: str | None) -> None:
    """dtype_of is the dtype an array would have, and None for what no array can be made of."""
    found = checks.dtype_of(value)
    assert (found is None) if dtype is None else (found == dtype)


def test_a_loss_is_traced_once_for_each_kind_of_arguments() -> None:
    """Asked again with other numbers, the answer is known; with another shape it is not."""
    traced = []

    def loss(x: jax.Array) -> jax.Array:
        traced.append(x.shape)
        return jnp.sum(x**2)

    for x in (jnp.ones(2), jnp.zeros(2), jnp.ones(3), jnp.ones(2)):
        checks.loss(loss, x)
    assert traced == [(2,), (3,)]
