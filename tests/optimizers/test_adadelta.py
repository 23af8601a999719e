"""Adadelta: no unit of its own, a slow start decided by ε, and the paper's algorithm."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.optimizers import adadelta


@pytest.mark.parametrize("ε", [1e-8, 1e-6, 1e-2])
def test_the_guard_decides_the_first_step(ε: float) -> None:
    """On a steep slope the first step is √(ε / (1 - ρ)) long, whatever the slope."""
    slopes = jnp.array([1e4, -3e5])
    path = gd.descend(lambda p: p @ slopes, [0.0, 0.0], adadelta(1.0, 0.9, ε), 3)
    length = np.sqrt(ε / 0.1)
    np.testing.assert_allclose(path.params[1], [-length, length], rtol=1e-6)


def test_steps_grow_while_gradients_agree() -> None:
    """On a slope every step is longer than the one before."""
    path = gd.descend(lambda w: 3.0 * w, 0.0, adadelta(), 300)
    lengths = -np.diff(path.params)
    assert (np.diff(lengths) > 0).all()


def test_adadelta_is_the_published_algorithm() -> None:
    """A NumPy transcription of Zeiler's Algorithm 1 walks the same path."""
    surface, θ, ρ, ε = gd.surfaces.himmelblau, np.array([0.0, 1.0]), 0.8, 1e-3
    v = w = np.zeros(2)
    wanted, slope = [], jax.jit(jax.grad(surface))
    for _ in range(60):
        wanted.append(θ)
        g = np.asarray(slope(θ))
        v = ρ * v + (1 - ρ) * g**2
        Δ = -np.sqrt(w + ε) / np.sqrt(v + ε) * g
        w = ρ * w + (1 - ρ) * Δ**2
        θ = θ + Δ
    path = gd.descend(surface, wanted[0], adadelta(1.0, ρ, ε), 59)
    np.testing.assert_allclose(path.params, wanted, rtol=1e-10)
