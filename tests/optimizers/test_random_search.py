"""Random search: never uphill, blind to gradients, decided by its key."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.optimizers import random_search

pytestmark = pytest.mark.usefixtures("compile_quickly")


def steep(params: jax.Array) -> jax.Array:
    """Return a loss in stairs, whose gradient is zero everywhere."""
    return jnp.sum(jnp.floor(jnp.abs(4 * params)))


def test_random_search_descends_stairs() -> None:
    """Where the gradient is zero it still finds the bottom, and never goes up on the way."""
    path = gd.descend(steep, [2.0, -1.5], random_search(0.3), 300)
    assert not np.any(path.grad_norm)
    assert (np.diff(path.loss) <= 0).all()
    assert path.loss[-1] == 0


def test_a_step_is_taken_only_if_it_leads_lower() -> None:
    """Where the loss is level, it stays: as low is not lower."""
    path = gd.descend(lambda w: 0.0 * jnp.sum(w), [1.0, 2.0], random_search(1.0), 5)
    np.testing.assert_array_equal(path.params, [[1, 2]] * 6)


def test_the_key_decides_the_walk() -> None:
    """An integer stands for its key, and a vmap over keys is as many walks."""

    def run(key: Any) -> Any:
        return gd.descend(gd.surfaces.bowl, [2.0, 1.0], random_search(0.3, key), 30).params

    keys = jax.vmap(jax.random.key)(jnp.arange(3))
    rows = jax.vmap(run)(keys)
    np.testing.assert_allclose(rows[2], run(2), rtol=1e-12)
    assert not np.array_equal(rows[0], rows[1])


def test_accepted_steps_are_normal() -> None:
    """On a slope half of all steps lead lower: those down it are half-normal, others normal."""
    path = gd.descend(lambda w: w[0], [0.0, 0.0], random_search(0.5), 8000)
    steps = np.diff(path.params, axis=0)
    steps = steps[steps.any(axis=1)]
    assert abs(len(steps) / 8000 - 0.5) < 0.02
    np.testing.assert_allclose(steps[:, 0].mean(), -0.5 * np.sqrt(2 / np.pi), rtol=0.04)
    np.testing.assert_allclose(steps[:, 1].std(), 0.5, rtol=0.04)
