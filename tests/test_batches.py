"""Batches: every example once in each epoch, shuffled anew, and rows that stay together."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdbook.batches import Batches, checked_batches


@partial(jax.jit, static_argnums=(0, 1, 2))
def _seen(count: int, batch_size: int, steps: int, key: jax.Array) -> jax.Array:
    batches = checked_batches(jnp.arange(count), batch_size, key)

    def step(order: Any, t: jax.Array) -> Any:
        order, (batch,) = batches.at(t, order)
        return order, batch

    return jax.lax.scan(step, batches.first_order(), jnp.arange(steps))[1]


def seen(count: int, batch_size: int, epochs: int, key: int = 0) -> np.ndarray:
    """Return which examples each step looks at, shape (epochs, steps per epoch, batch_size)."""
    steps = epochs * (count // batch_size)
    chosen = _seen(count, batch_size, steps, jax.random.key(key))
    return np.asarray(chosen).reshape(epochs, -1, batch_size)


@pytest.mark.parametrize(("count", "batch_size"), [(1, 1), (7, 3), (6, 2)])
def test_an_epoch_shows_each_example_at_most_once(count: int, batch_size: int) -> None:
    """In an epoch no example comes twice, and fewer than a batch of them are left over."""
    for epoch in seen(count, batch_size, 400):
        examples = epoch.ravel().tolist()
        assert len(set(examples)) == len(examples)
        assert set(examples) <= set(range(count))
        assert 0 <= count - len(examples) < batch_size


def test_each_epoch_has_an_order_of_its_own() -> None:
    """Four hundred epochs of six examples take most of the orders there are."""
    orders = {tuple(epoch.ravel().tolist()) for epoch in seen(6, 2, 400)}
    assert 250 < len(orders) <= 720  # by chance, 720 (1 - e^(-400 / 720)) = 307


def test_the_key_decides_the_order() -> None:
    """The same key gives the same batches, another key gives others."""
    np.testing.assert_array_equal(seen(7, 3, 400, key=1), seen(7, 3, 400, key=1))
    assert not np.array_equal(seen(7, 3, 400, key=1), seen(7, 3, 400, key=2))


def test_every_example_has_its_turn() -> None:
    """Over many epochs the leftovers change, so that each example is seen about equally often."""
    counts = np.bincount(seen(7, 3, 400).ravel(), minlength=7)
    expected = 400 * 6 / 7
    np.testing.assert_allclose(counts, expected, atol=5 * np.sqrt(400 * 6 / 7 * 1 / 7))


def test_rows_of_all_leaves_stay_together() -> None:
    """A batch takes the same examples from every leaf of the data."""
    data = {"x": np.arange(20.0).reshape(10, 2), "y": np.arange(10) * 10}
    batches = checked_batches(data, 4, jax.random.key(0))
    _, (batch,) = jax.jit(batches.at)(0, np.arange(10))
    assert batch["x"].shape == (4, 2)
    np.testing.assert_array_equal(np.asarray(batch["x"])[:, 0] / 2, np.asarray(batch["y"]) / 10)


def test_without_a_batch_size_all_examples_are_seen_in_order() -> None:
    """Full batches are the data itself."""
    batches = checked_batches((np.arange(5.0),), None, None)
    _, (batch,) = batches.at(jnp.asarray(3), batches.first_order())
    np.testing.assert_array_equal(batch[0], np.arange(5.0))
    assert batches.count == 5


def test_without_data_the_loss_gets_nothing_else() -> None:
    """No data: no further argument for the loss, and nothing to carry along."""
    batches = checked_batches(None, None, None)
    assert batches == Batches()
    assert batches.first_order() is None
    assert batches.at(jnp.asarray(0), None) == (None, ())
    assert batches.example() == ()


@pytest.mark.parametrize(("batch_size", "length"), [(None, 6), (4, 4), (6, 6), (1, 1)])
def test_example_has_the_shapes_of_a_batch(batch_size: int | None, length: int) -> None:
    """The shapes announced to the loss are those it gets."""
    key = None if batch_size is None else jax.random.key(0)
    batches = checked_batches(np.ones((6, 3), np.float32), batch_size, key)
    (example,) = batches.example()
    assert example.shape == (length, 3)
    assert example.dtype == np.float32


def test_old_style_keys_work() -> None:
    """A key made by jax.random.PRNGKey is a key."""
    assert checked_batches(jnp.ones(3), 2, jax.random.PRNGKey(0)).batch_size == 2


KEY = jax.random.key(0)
TEN = np.ones((10, 2))


@pytest.mark.parametrize(
    ("data", "batch_size", "key", "message"),
    [
        (None, 2, None, "batch_size is 2 and key is None, but data is None; expected data"),
        (None, None, 7, "batch_size is None and key is 7, but data is None; expected data"),
        (TEN, 11, KEY, "batch_size is 11, but data has 10 examples; expected 1 to 10"),
        (TEN, 0, KEY, "batch_size is 0; expected an integer >= 1"),
        (TEN, -3, KEY, "batch_size is -3; expected an integer >= 1"),
        (TEN, 2, None, "key is None; expected a key such as jax.random.key(0)"),
        ((TEN, np.ones(9)), None, None, "data has leaves of shapes [(10, 2), (9,)]; expected a"),
        (np.ones((0, 2)), None, None, "data has leaves of shapes [(0, 2)]; expected a leading"),
        (1.5, None, None, "data has leaves of shapes [()]; expected a leading axis"),
        ([], None, None, "data has leaves of shapes []; expected a leading axis"),
    ],
)
def test_what_does_not_fit_is_refused(data: Any, batch_size: Any, key: Any, message: str) -> None:
    """Data, batch size and key that do not fit together: the error says which, and by how much."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        checked_batches(data, batch_size, key)


@pytest.mark.parametrize(
    ("data", "batch_size", "key", "message"),
    [
        (TEN, 2.0, KEY, "batch_size is 2.0; expected an integer >= 1"),
        (TEN, True, KEY, "batch_size is True; expected an integer >= 1"),
        (TEN, 2, 0, "key is 0; expected one key such as jax.random.key(0)"),
        (TEN, 2, "seed", "key is 'seed'; expected one key such as jax.random.key(0)"),
        ("words", None, None, "data is 'words'; expected an array of examples"),
        ({"x": TEN, "about": "ones"}, None, None, "data['about'] is 'ones'; expected an array"),
    ],
)
def test_what_is_of_the_wrong_kind_is_refused(
    data: Any, batch_size: Any, key: Any, message: str
) -> None:
    """A batch size, key or leaf of the wrong type is named and shown."""
    with pytest.raises(TypeError, match=f"^{re.escape(message)}"):
        checked_batches(data, batch_size, key)


def test_many_keys_are_not_one() -> None:
    """An array of keys is refused: the loop shuffles with one."""
    with pytest.raises(TypeError, match=r"(?s)^key is Array\(\(2,\).*; expected one key"):
        checked_batches(TEN, 2, jax.random.split(KEY))
