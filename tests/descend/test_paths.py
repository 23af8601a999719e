"""The loop: what a path holds, and where it ends."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.types import Path
from tests.descend.rules import bowl, gentle, of_every_problem, of_every_rule, traced
from tests.walks import Problem, assert_same


@of_every_problem
def test_a_path_has_one_entry_more_than_steps(problem: Problem) -> None:
    """Every leaf of a Path has a leading axis of steps + 1, and entry 0 is the start."""
    path = gd.descend(problem.loss, problem.start, gd.optimizers.adam(problem.fast), 9)
    assert isinstance(path, Path)
    assert path.steps == 9
    assert path.loss.shape == path.grad_norm.shape == (10,)
    assert jax.tree.structure(path.params) == jax.tree.structure(problem.start)
    for leaf, start in zip(
        jax.tree.leaves(path.params), jax.tree.leaves(problem.start), strict=True
    ):
        assert leaf.shape == (10, *start.shape)
        np.testing.assert_array_equal(leaf[0], start)
    assert path.diverged_at is None


@of_every_problem
def test_loss_and_gradient_are_those_of_the_recorded_place(problem: Problem) -> None:
    """loss[t] and grad_norm[t] are the loss and the gradient's length at params[t], each t."""
    path = gd.descend(problem.loss, problem.start, gd.optimizers.adam(problem.fast), 9)
    values, grads = jax.jit(jax.vmap(jax.value_and_grad(problem.loss)))(path.params)
    np.testing.assert_allclose(path.loss, values, rtol=1e-12, atol=1e-14)
    squares = [np.reshape(leaf, (10, -1)) ** 2 for leaf in jax.tree.leaves(grads)]
    norms = np.sqrt(np.concatenate(squares, axis=1).sum(axis=1))
    np.testing.assert_allclose(path.grad_norm, norms, rtol=1e-11, atol=1e-14)


def test_one_step_is_enough() -> None:
    """The shortest walk has a start and an end."""
    path = gd.descend(bowl, [3.0, 4.0], gentle, 1)
    np.testing.assert_allclose(path.params, [[3, 4], [2.4, 3.2]], rtol=1e-15)
    np.testing.assert_allclose(path.loss, [25, 16], rtol=1e-15)
    np.testing.assert_allclose(path.grad_norm, [10, 8], rtol=1e-15)


def test_a_longer_walk_begins_with_the_shorter() -> None:
    """The number of steps decides only where the walk stops."""
    surface, rule = gd.surfaces.himmelblau, gd.optimizers.adam(0.1)
    long, short = (gd.descend(surface, [0.0, 1.0], rule, steps) for steps in (30, 12))
    assert_same(jax.tree.map(lambda leaf: leaf[:13], long), short)


@pytest.mark.parametrize("start", [2.0, np.float32(2), np.array(2.0)], ids=repr)
def test_parameters_may_be_one_number(start: Any) -> None:
    """A single number is a start too; its path has shape (steps + 1,)."""
    path = gd.descend(lambda w: 0.5 * w**2, start, gd.optimizers.gradient_descent(0.5), 3)
    np.testing.assert_array_equal(path.params, [2, 1, 0.5, 0.25])


def test_the_gradient_norm_is_over_all_leaves() -> None:
    """For a pytree, the gradient's length is Euclid's over all entries of all leaves."""
    start = {"a": jnp.array([1.0, 2.0]), "b": jnp.array([[2.0]]), "c": 4.0}

    def loss(p: Any) -> jax.Array:
        return 0.5 * (jnp.sum(p["a"] ** 2) + jnp.sum(p["b"] ** 2) + p["c"] ** 2)

    assert float(gd.descend(loss, start, gentle, 1).grad_norm[0]) == 5


@of_every_rule
def test_each_leaf_keeps_its_own_precision(rule: Any) -> None:
    """A pytree of mixed precision stays one: no leaf is widened or narrowed by a step."""
    start = {"half": jnp.ones(2, jnp.float16), "single": jnp.ones(2, jnp.float32), "double": 1.0}

    def loss(p: Any) -> jax.Array:
        return sum(jnp.sum(leaf.astype(float) ** 2) for leaf in jax.tree.leaves(p))

    path = traced(loss, start, rule(0.1), 3)
    dtypes = {name: str(leaf.dtype) for name, leaf in path.params.items()}
    assert dtypes == {"half": "float16", "single": "float32", "double": "float64"}


@of_every_rule
def test_a_reader_walks_in_single_precision(rule: Any, single_precision: None) -> None:
    """Where nothing is set, everything on the path is float32."""
    path = traced(gd.surfaces.beale, [1.0, 1.5], rule(0.001), 5)
    assert {str(leaf.dtype) for leaf in jax.tree.leaves(path)} == {"float32"}


@of_every_rule
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_loop_mixes_no_dtypes(rule: Any, dtype: str, strict_promotion: None) -> None:
    """With strict promotion, rates as floats, arrays or schedules pass through the loop."""
    start = jnp.asarray([1.0, 1.5], dtype)
    for rate in (0.001, jnp.asarray(0.001), lambda step: 0.001 / (1.0 + step.astype(float))):
        path = traced(gd.surfaces.beale, start, rule(rate), 3)
        assert {str(leaf.dtype) for leaf in jax.tree.leaves(path)} == {dtype}


class Line(NamedTuple):
    """Two numbers with names."""

    slope: float
    intercept: float


def test_named_numbers_keep_their_names() -> None:
    """A named tuple of numbers is a pytree, not a vector."""
    path = gd.descend(
        lambda line: (line.slope - 1) ** 2 + line.intercept**2,
        Line(2.0, 3.0), gd.optimizers.gradient_descent(0.25), 1,
    )  # fmt: skip
    assert path.last == Line(1.5, 1.5)


# Divergence.


def test_a_diverging_run_is_data() -> None:
    """A run that blows up returns its path, which says where it left and holds what was before."""
    path = gd.descend(bowl, [1.0, 0.0], gd.optimizers.gradient_descent(1e30), 30)
    losses = np.asarray(path.loss)
    first = next(t for t, value in enumerate(losses) if not np.isfinite(value))
    assert path.diverged_at is not None
    assert 0 < path.diverged_at <= first
    assert np.isfinite(losses[: path.diverged_at]).all()
    assert path.loss.shape == (31,)
    assert not np.isfinite(losses[-1])


def test_a_run_diverges_where_arithmetic_says() -> None:
    """In float64, growing by 10^30 a step from 1, the squared loss overflows at step 6."""
    surface = gd.surfaces.bowl
    path = gd.descend(surface, [1.0, 0.0], gd.optimizers.gradient_descent(0.5e30), 12)
    assert path.diverged_at == 6  # (10^30)^5 squared is 10^300, (10^30)^6 squared is too much


def test_leaving_the_domain_of_a_loss_is_divergence() -> None:
    """A step to where the loss is nan is where the run diverged."""
    path = gd.descend(lambda w: -jnp.log(w) + 3 * w, 1.0, gd.optimizers.gradient_descent(0.75), 4)
    assert path.params[1] < 0
    assert path.diverged_at == 1


def test_a_start_that_is_not_finite_diverges_at_once() -> None:
    """A start at infinity is divergence at step 0, not an error."""
    assert gd.descend(bowl, [np.inf, 0.0], gentle, 2).diverged_at == 0
