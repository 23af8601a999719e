"""Adafactor: the memory of a row and a column, exact where squares have rank one."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gdbook as gd
from gdbook.optimizers import adafactor
from tests.walks import PROBLEMS, assert_same, walk

SMALL = PROBLEMS[-1]


def test_a_matrix_costs_the_memory_of_its_edges() -> None:
    """For 30 by 50 weights the state holds 30 + 50 numbers, for a vector as many as it has."""
    state = adafactor(0.1).init({"W": jnp.zeros((30, 50)), "b": jnp.zeros(50)})
    sizes = sorted(leaf.size for leaf in jax.tree.leaves(state))
    assert sizes == [1, 1, 30, 50, 50]  # two of them: the step count, and no columns of b


def test_squares_of_rank_one_are_known_exactly() -> None:
    """Where |G| is an outer product the first step is η times the sign of G, entry by entry."""
    draw = np.random.default_rng(0)
    G = np.outer(draw.normal(size=4), draw.normal(size=3))
    rule = adafactor(0.1, multiply_by_parameter_scale=False)
    path = gd.descend(lambda p: jnp.sum(G * p), jnp.zeros((4, 3)), rule, 1)
    np.testing.assert_allclose(path.params[1], -0.1 * np.sign(G), rtol=1e-10)


@pytest.mark.parametrize("scale", [True, False])
def test_adafactor_is_optax_s_up_to_its_single_precision(scale: bool) -> None:
    """On a matrix and a vector the walk is optax.adafactor's, whose decay has 24 bits only."""
    rule = adafactor(0.05, multiply_by_parameter_scale=scale, clipping_threshold=0.5)
    twin = optax.adafactor(
        0.05,
        min_dim_size_to_factor=1,
        multiply_by_parameter_scale=scale,
        clipping_threshold=0.5,
    )
    path = gd.descend(SMALL.loss, SMALL.start, rule, 30)
    wanted = walk(SMALL.loss, SMALL.start, twin, 30)
    assert_same(path.params, wanted, rtol=1e-5, atol=1e-6)


def test_no_step_is_larger_than_the_threshold() -> None:
    """The root mean square of a step is at most η d, where steps are not relative."""
    rule = adafactor(0.05, clipping_threshold=0.7, multiply_by_parameter_scale=False)
    path = gd.descend(SMALL.loss, SMALL.start, rule, 30)
    for places in jax.tree.leaves(path.params):
        sizes = np.sqrt(np.mean(np.diff(places, axis=0).reshape(30, -1) ** 2, axis=1))
        assert sizes.max() <= 0.05 * 0.7 * (1 + 1e-12)
        assert sizes.max() >= 0.05 * 0.7 * (1 - 1e-12)  # and it is reached


def test_a_stack_of_matrices_is_many_matrices() -> None:
    """The first axes of a leaf only count matrices, where the clipping does not bind."""
    rule = adafactor(0.1, clipping_threshold=1e9, multiply_by_parameter_scale=False)
    G = np.random.default_rng(1).normal(size=(2, 4, 3))
    answer = jax.jit(lambda G: rule.update(G, rule.init(G), G)[0])
    for one, wanted in zip(G, answer(G), strict=True):
        np.testing.assert_allclose(answer(one), wanted, rtol=1e-12)
