"""Simulated annealing: Boltzmann's distribution while warm, random search when cold."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.optimizers import random_search, simulated_annealing

CURVATURES = np.array([1.0, 4.0])


def bowl(params: jax.Array) -> jax.Array:
    """Return ½ Σ h θ²."""
    return 0.5 * jnp.sum(CURVATURES * params**2)


@pytest.mark.parametrize("T", [0.5, 2.0])
def test_at_a_constant_temperature_places_follow_boltzmann(T: float) -> None:
    """On ½ Σ h θ², the variance of the places visited is T / h in each coordinate."""
    path = gd.descend(bowl, [0.0, 0.0], simulated_annealing(1.0, T), 30_000)
    np.testing.assert_allclose(np.var(path.params, axis=0), T / CURVATURES, rtol=0.1)


def test_at_zero_it_goes_down_only() -> None:
    """At T = 0 it is random search: with the same key, the same steps."""
    surface, start = gd.surfaces.himmelblau, jnp.array([0.0, 0.0])
    cold = gd.descend(surface, start, simulated_annealing(0.5, 0.0, 5), 200)
    search = gd.descend(surface, start, random_search(0.5, 5), 200)
    np.testing.assert_array_equal(cold.params, search.params)


def test_cooling_slowly_finds_the_deeper_valley() -> None:
    """From the shallow valley, most runs that cool end in the deep one; cold, none does."""
    surface = gd.surfaces.two_valleys
    keys = jax.vmap(jax.random.key)(jnp.arange(40))

    def run(key: jax.Array, first: jax.Array) -> jax.Array:
        rule = simulated_annealing(0.3, lambda t: first * 0.998**t, key)
        return gd.descend(surface, [0.96, 0.0], rule, 3000).last[0]

    ends = jax.vmap(run)(keys, jnp.repeat(jnp.array([0.0, 1.0]), 20))
    assert (ends[:20] > 0).all()
    assert (ends[20:] < 0).sum() >= 15
