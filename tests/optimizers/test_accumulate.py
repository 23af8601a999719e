"""Accumulation: k small batches are one large one."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.optimizers import accumulate, adam, gradient_descent
from tests.walks import answers_to

pytestmark = pytest.mark.usefixtures("compile_quickly")

GRADS = np.random.default_rng(11).normal(size=(12, 3))


@pytest.mark.parametrize("k", [1, 3, 4])
def test_accumulation_steps_on_the_mean_gradient(k: int) -> None:
    """Every k-th update is the inner rule's to the mean of k gradients, and the others are 0."""
    updates = np.asarray(answers_to(GRADS, accumulate(adam(0.1), every=k)))
    means = GRADS.reshape(12 // k, k, 3).mean(axis=1)
    np.testing.assert_allclose(updates[k - 1 :: k], answers_to(means, adam(0.1)), rtol=1e-12)
    assert np.count_nonzero(updates.any(axis=1)) == 12 // k


def test_k_batches_are_one_step_on_all_the_data() -> None:
    """An epoch of four batches of three, accumulated, ends where one step on all twelve does."""
    data = np.random.default_rng(0).normal(size=(12, 2))

    def loss(params: jax.Array, batch: jax.Array) -> jax.Array:
        return jnp.mean((batch @ params - 1) ** 2)

    rule, key = gradient_descent(0.1), jax.random.key(0)
    parts = gd.descend(
        loss, [1.0, 2.0], accumulate(rule, 4), 4, data=data, batch_size=3, key=key
    ).params
    whole = gd.descend(loss, [1.0, 2.0], rule, 1, data=data)
    np.testing.assert_array_equal(parts[:4], [[1, 2]] * 4)
    np.testing.assert_allclose(parts[4], whole.last, rtol=1e-13)


def test_k_may_be_traced() -> None:
    """The number of gradients to a step is a number like any other."""
    traced = jax.jit(lambda k: answers_to(GRADS, accumulate(gradient_descent(1.0), k)))(3)
    np.testing.assert_array_equal(traced, answers_to(GRADS, accumulate(gradient_descent(1.0), 3)))
