"""The nouns: an optimizer is a pair, a path knows its length, its end and where it diverged."""

from __future__ import annotations

from typing import Any

import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given

import gdbook as gd
from gdbook.types import Optimizer, Path

LENGTH = 7
anything = st.floats(allow_nan=True, allow_infinity=True, width=64)
mostly_finite = st.one_of(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), anything)


def series(*shape: int) -> Any:
    """Draw an array in which an entry now and then is not finite."""
    return arrays.arrays(np.float64, (LENGTH, *shape), elements=mostly_finite)


def first_not_finite(path: Path) -> int | None:
    """Return what diverged_at must be, by looking at one step after the other."""
    for step in range(len(path.loss)):
        values = [path.loss[step], path.grad_norm[step]]
        values += [leaf[step] for leaf in jax.tree.leaves(path.params)]
        if not all(np.isfinite(value).all() for value in values):
            return step
    return None


def test_optimizer_has_the_shape_of_optax() -> None:
    """An Optimizer has the two fields of optax's GradientTransformation, in the same order."""
    assert Optimizer._fields == optax.GradientTransformation._fields


def test_a_step_hands_over_the_keywords_that_an_update_takes() -> None:
    """Of what is offered, update gets what it names, or all if it takes any, or nothing."""
    updates = {
        "value": lambda grads, state, params, *, value: {"value": value},
        "all": lambda grads, state, params, **extras: extras,
        "none": lambda grads, state, params: {},
    }
    got = {
        name: Optimizer(len, update).step(0, 0, 0, value=1, grad=2)
        for name, update in updates.items()
    }
    assert got == {"value": {"value": 1}, "all": {"value": 1, "grad": 2}, "none": {}}


@given(
    st.one_of(
        series(2),
        series(),
        st.fixed_dictionaries({"W": series(2, 3), "b": series(), "none": series(0)}),
    ),
    series(),
    series(),
)
def test_diverged_at_is_the_first_step_that_is_not_finite(
    params: Any, loss: np.ndarray, norm: np.ndarray
) -> None:
    """diverged_at agrees with a loop over steps, leaves and entries, whatever the parameters."""
    path = Path(jax.tree.map(jnp.asarray, params), jnp.asarray(loss), jnp.asarray(norm))
    assert path.diverged_at == first_not_finite(path)


@pytest.mark.parametrize("field", ["params", "loss", "grad_norm"])
@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_diverged_at_looks_at_each_field(field: str, value: float) -> None:
    """One entry that is not finite, in any of the three fields, is where the run diverged."""
    fields = {
        "params": np.zeros((LENGTH, 2)),
        "loss": np.zeros(LENGTH),
        "grad_norm": np.zeros(LENGTH),
    }
    assert Path(**fields).diverged_at is None
    fields[field].reshape(LENGTH, -1)[4, -1] = value
    diverged_at = Path(**jax.tree.map(jnp.asarray, fields)).diverged_at
    assert diverged_at == 4
    assert isinstance(diverged_at, int)


def test_steps_and_last_speak_of_the_end() -> None:
    """A path of n + 1 entries took n steps, and its last entry is where it ended."""
    params = {"w": jnp.arange(8.0).reshape(4, 2), "b": jnp.arange(4.0)}
    path = Path(params, jnp.zeros(4), jnp.zeros(4))
    assert path.steps == 3
    np.testing.assert_array_equal(path.last["w"], [6.0, 7.0])
    assert path.last["b"].shape == ()
    assert float(path.last["b"]) == 3.0


def test_many_runs_at_once_keep_their_ends() -> None:
    """Under vmap, steps counts one run's steps and last holds each run's last parameters."""
    rates = jnp.array([0.1, 0.2, 0.3])
    rule = gd.optimizers.gradient_descent
    paths = jax.vmap(lambda η: gd.descend(gd.surfaces.bowl, [2.0, 1.0], rule(η), 5))(rates)
    assert paths.steps == 5
    assert paths.last.shape == (3, 2)
    np.testing.assert_array_equal(paths.last, paths.params[:, -1])


def test_diverged_at_refuses_many_runs_at_once() -> None:
    """diverged_at of several runs has no single answer: the error names the shape it got."""
    path = Path(jnp.zeros((3, 4, 2)), jnp.zeros((3, 4)), jnp.zeros((3, 4)))
    with pytest.raises(ValueError, match=r"loss of shape \(3, 4\); expected shape \(steps \+ 1,\)"):
        _ = path.diverged_at
    one = jax.tree.map(lambda leaf: leaf[1], path)
    assert one.diverged_at is None
