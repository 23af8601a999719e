"""Nadam: a closed form on slopes, and Dozat's algorithm."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

import gdbook as gd
from gdbook.optimizers import nadam


def test_on_a_slope_the_first_step_is_long_and_later_ones_tend_to_the_rate() -> None:
    """Where the gradient is constant, step t is η (β (1-β^t)/(1-β^(t+1)) + (1-β)/(1-β^t)) long."""
    path = gd.descend(lambda w: -7.0 * w, 0.0, nadam(0.1, 0.9, 0.99, 0.0), 300)
    kept = 0.9 ** np.arange(1, 302)
    lengths = 0.9 * (1 - kept[:-1]) / (1 - kept[1:]) + 0.1 / (1 - kept[:-1])
    np.testing.assert_allclose(np.diff(path.params), 0.1 * lengths, rtol=1e-9)
    assert lengths[0] > 1.4
    np.testing.assert_allclose(lengths[-1], 1, rtol=1e-9)


def test_nadam_is_the_published_algorithm_without_its_extra_factor() -> None:
    """A NumPy transcription of Dozat's Algorithm 2, with constant β₁, walks the same path."""
    surface, θ, η, b1, b2, ε = gd.surfaces.himmelblau, np.array([0.0, 1.0]), 0.05, 0.8, 0.95, 1e-6
    m = v = np.zeros(2)
    wanted, slope = [], jax.jit(jax.grad(surface))
    for t in range(1, 61):
        wanted.append(θ)
        g = np.asarray(slope(jnp.asarray(θ)))
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        ahead = b1 * m / (1 - b1 ** (t + 1)) + (1 - b1) * g / (1 - b1**t)
        θ = θ - η * ahead / (np.sqrt(v / (1 - b2**t)) + ε)
    path = gd.descend(surface, wanted[0], nadam(η, b1, b2, ε), 59)
    np.testing.assert_allclose(path.params, wanted, rtol=1e-10)
