"""The loop: how it treats data."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import gdbook as gd
from tests.walks import assert_same


def test_full_batches_use_all_the_data() -> None:
    """Without a batch size every step sees all examples, in a pytree shaped like the data."""
    data = {"x": np.arange(6.0), "y": np.arange(6.0) ** 2}

    def with_data(w: jax.Array, batch: Any) -> jax.Array:
        return jnp.mean((w * batch["x"] - batch["y"]) ** 2)

    path = gd.descend(with_data, 0.0, gd.optimizers.gradient_descent(0.01), 20, data=data)
    closed = gd.descend(lambda w: with_data(w, data), 0.0, gd.optimizers.gradient_descent(0.01), 20)
    assert_same(path, closed)


def steps_seen(n: int, steps: int, **options: Any) -> np.ndarray:
    """Return how often each step saw each of n examples, shape (steps, n).

    The data are unit vectors and the loss is linear, so each step moves by the sum of its batch.
    """
    rule = gd.optimizers.gradient_descent(1.0)
    path = gd.descend(_minus_sum, np.zeros(n), rule, steps, data=np.eye(n), **options)
    return np.diff(np.asarray(path.params), axis=0)


def test_a_step_sees_a_batch_and_an_epoch_every_example_once() -> None:
    """Each step moves by its own batch, and four batches of three are twelve examples."""
    seen = steps_seen(12, 8, batch_size=3, key=jax.random.key(3))
    assert set(np.unique(seen)) == {0, 1}
    np.testing.assert_array_equal(seen.sum(axis=1), 3)
    np.testing.assert_array_equal(seen.reshape(2, 4, 12).sum(axis=1), 1)
    assert not np.array_equal(seen[:4], seen[4:])


def test_leftovers_of_an_epoch_are_not_used() -> None:
    """Of 7 examples in batches of 3, one is left over in each epoch."""
    seen = steps_seen(7, 6, batch_size=3, key=jax.random.key(0))
    np.testing.assert_array_equal(np.sort(seen.reshape(3, 2, 7).sum(axis=1)), [[0] + [1] * 6] * 3)


def test_without_a_batch_size_no_key_is_needed() -> None:
    """Full batches are in no order: each step sees each example once."""
    np.testing.assert_array_equal(steps_seen(4, 3), 1)


def test_the_same_key_walks_the_same_path() -> None:
    """A walk on batches is decided by its key."""
    one, same, other = (
        steps_seen(12, 8, batch_size=3, key=jax.random.key(seed)) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_with_batches_the_recorded_loss_is_the_batch_s() -> None:
    """loss[t] is the loss of the batch that step t looked at, taken before the step."""
    data = np.array([1.0, 10.0, 100.0])
    rule = gd.optimizers.gradient_descent(0.0)
    path = gd.descend(
        lambda w, x: jnp.sum(w * x), 1.0, rule, 8, data=data, batch_size=1, key=jax.random.key(0)
    )
    np.testing.assert_array_equal(np.sort(path.loss.reshape(3, 3)), [[1, 10, 100]] * 3)
    np.testing.assert_array_equal(path.loss, path.grad_norm)


def _minus_sum(params: jax.Array, batch: jax.Array) -> jax.Array:
    return -jnp.sum(batch @ params)
