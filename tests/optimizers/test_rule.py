"""What rules share: hyperparameters that are leaves, checked at the door and read at each step."""

from __future__ import annotations

import inspect
import math
import re
from typing import Any

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from jax.tree_util import Partial

import gdbook as gd
from gdbook.optimizers.rule import at, bind, constant, fraction, per_leaf, power, rate
from gdbook.types import Optimizer

CHECKS = {"rate": rate, "fraction": fraction}
of_every_check = pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS.keys())


def test_bound_hyperparameters_are_leaves() -> None:
    """An optimizer is a pytree whose leaves are its numbers: so it can be traced and batched."""
    optimizer = bind(len, max, learning_rate=0.1, b1=0.9)
    assert isinstance(optimizer, Optimizer)
    assert sorted(jax.tree.leaves(optimizer)) == [0.1, 0.9]
    doubled = jax.tree.map(lambda number: 2 * number, optimizer)
    assert doubled.update.keywords == {"learning_rate": 0.2, "b1": 1.8}


def test_a_bound_update_gets_its_hyperparameters_by_name() -> None:
    """Update is called with gradients, state and parameters, and knows the rest."""
    optimizer = bind(lambda params: "start", lambda *args, **kw: (args, kw), η=0.5)
    assert optimizer.init(None) == "start"
    assert optimizer.update(1, 2, 3) == ((1, 2, 3), {"η": 0.5})


def test_bound_choices_are_not_leaves() -> None:
    """A truth value decides what is compiled: it is no leaf, and the same choice one function."""

    def update(grads: Any, *, η: Any, twice: bool) -> Any:
        return 2 * η * grads if twice else η * grads

    yes, again, no = (bind(len, update, η=0.5, twice=choice) for choice in (True, True, False))
    assert jax.tree.leaves(yes) == [0.5]
    assert (yes.update(10), no.update(10)) == (10, 5)
    assert jax.tree.structure(yes) == jax.tree.structure(again)
    assert jax.tree.structure(yes) != jax.tree.structure(no)
    assert list(inspect.signature(yes.update).parameters) == ["grads", "η", "twice"]


def test_an_init_may_have_hyperparameters_of_its_own() -> None:
    """A Partial as init keeps its leaves."""
    optimizer = bind(Partial(lambda params, s: s, s=0.25), max, η=0.5)
    assert sorted(jax.tree.leaves(optimizer)) == [0.25, 0.5]
    assert optimizer.init(None) == 0.25


def test_two_optimizers_of_one_rule_have_one_structure() -> None:
    """Other numbers do not make another structure, which is why nothing is compiled again."""
    one, two = gd.optimizers.adam(0.1), gd.optimizers.adam(0.2, b1=0.5, b2=0.9, eps=1e-3)
    assert jax.tree.structure(one) == jax.tree.structure(two)


def test_what_is_read_before_the_first_step_may_not_be_a_schedule() -> None:
    """A schedule is refused where no step is known, by name; numbers pass as rates do."""
    assert constant("start", 0.1) == 0.1
    with pytest.raises(TypeError, match=r"start is .*expected a number in \[0, inf\), and no s"):
        constant("start", lambda step: 0.1)
    with pytest.raises(ValueError, match=r"start is -1.*expected a number in \[0, inf\), and no s"):
        constant("start", -1)


@of_every_check
@given(st.floats(0, 1, exclude_max=True))
def test_numbers_in_range_pass_unchanged(check: Any, value: float) -> None:
    """A number in range is returned as it is."""
    assert check("a", value) is value


@pytest.mark.parametrize("value", [0, 1, 1e300, np.float32(0.1), np.array(0.1), np.int64(1)])
def test_a_rate_may_be_any_finite_number_from_zero_on(value: Any) -> None:
    """Rates have no upper bound but infinity."""
    assert rate("learning_rate", value) is value


@given(st.floats(max_value=0, exclude_max=True))
def test_negative_numbers_are_refused(value: float) -> None:
    """A negative rate or fraction is named and shown."""
    for check in CHECKS.values():
        with pytest.raises(ValueError, match=rf"^b1 is {re.escape(repr(value))}; expected a numb"):
            check("b1", value)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, np.float32("nan")])
@of_every_check
def test_numbers_that_are_not_finite_are_refused(check: Any, value: float) -> None:
    """Infinity and nan are refused."""
    with pytest.raises(ValueError, match=rf"^eps is {re.escape(repr(value))}; expected a number"):
        check("eps", value)


@given(st.floats(min_value=1, allow_infinity=False))
def test_a_fraction_is_below_one(value: float) -> None:
    """What keeps everything forgets nothing: fractions of 1 or more are refused."""
    with pytest.raises(
        ValueError, match=r"^momentum is .*; expected a number in \[0, 1\), or a sc"
    ):
        fraction("momentum", value)


@pytest.mark.parametrize(
    "value", [None, "0.1", True, 1j, [0.1], np.array([0.1]), {}, np.True_, object], ids=repr
)
@of_every_check
def test_what_is_no_number_is_refused(check: Any, value: Any) -> None:
    """Only real scalars and schedules are hyperparameters; truth values and strings are not."""
    if callable(value):
        assert isinstance(check("a", value), Partial)  # any function may be a schedule
        return
    with pytest.raises(TypeError, match=rf"^learning_rate is {re.escape(repr(value))}; expected"):
        check("learning_rate", value)


def test_arrays_of_jax_are_checked_like_numbers() -> None:
    """A JAX scalar passes if its value does, and an array of two is no scalar."""
    number = jnp.asarray(0.5)
    assert rate("a", number) is number
    with pytest.raises(ValueError, match=r"^a is Array\(-1\..*; expected a number in \[0, inf\)"):
        rate("a", jnp.asarray(-1.0))
    with pytest.raises(TypeError, match=r"^a is Array\(\[0\.1, 0\.2\].*; expected a number in"):
        rate("a", jnp.array([0.1, 0.2]))


def test_traced_numbers_pass_and_traced_vectors_do_not() -> None:
    """While tracing, a scalar's value is not known and passes; a vector is still refused."""
    jax.jit(lambda η: jnp.asarray(rate("a", η)))(0.1)
    with pytest.raises(TypeError, match=r"^a is .*; expected a number in \[0, inf\)"):
        jax.jit(lambda η: rate("a", η))(jnp.ones(2))


def test_a_schedule_becomes_a_pytree() -> None:
    """A function is wrapped so that it can travel into a compiled loop, and only once."""
    schedule = rate("learning_rate", lambda step: 0.1 * step)
    assert isinstance(schedule, Partial)
    assert rate("learning_rate", schedule) is schedule
    assert schedule(3) == pytest.approx(0.3)


def test_at_asks_schedules_and_leaves_numbers() -> None:
    """At gives each hyperparameter's value at a step, in the order given."""
    assert at(jnp.asarray(4), 0.5, lambda step: 10 * step, 0.25) == [0.5, 40, 0.25]


def test_per_leaf_applies_a_rule_to_each_leaf() -> None:
    """A rule of two results gives two pytrees, each with the structure of the first."""
    grads = {"w": jnp.array([1.0, 2.0]), "b": [jnp.array(3.0)]}
    state = jax.tree.map(lambda leaf: 10 * leaf, grads)
    sums, products = per_leaf(lambda g, s, η: (g + s, η * g * s), (grads, state), [0.5])
    assert jax.tree.structure(sums) == jax.tree.structure(products) == jax.tree.structure(grads)
    np.testing.assert_array_equal(sums["w"], [11, 22])
    assert float(products["b"][0]) == 45


def test_per_leaf_works_on_a_bare_array() -> None:
    """An array is the smallest pytree."""
    (half,) = per_leaf(lambda g, η: (η * g,), (jnp.array([2.0]),), [0.5])
    np.testing.assert_array_equal(half, [1])


@pytest.mark.parametrize("scalar", [0.5, np.float64(0.5), np.float32(0.5)])
def test_per_leaf_computes_in_each_leaf_s_precision(scalar: Any, strict_promotion: None) -> None:
    """A scalar of another dtype does not change a leaf's."""
    leaves = [jnp.ones(2, dtype) for dtype in ("float16", "bfloat16", "float32", "float64")]
    (scaled,) = per_leaf(lambda g, η: (η * g,), (leaves,), [scalar])
    assert [leaf.dtype for leaf in scaled] == [leaf.dtype for leaf in leaves]


@given(st.floats(0, 0.99999), st.integers(1, 10_000))
def test_a_power_is_a_power(β: float, t: int) -> None:
    """A logarithm and an exponential make the power, also of zero and where it vanishes."""
    with jax.enable_x64(True):
        found = power(jnp.asarray(β), t)
    assert found == pytest.approx(β**t, rel=1e-11, abs=1e-300)
