"""Lion: steps of one length, and the paper's algorithm."""

from __future__ import annotations

import hypothesis.strategies as st
import jax
import numpy as np
from hypothesis import given

import gdbook as gd
from gdbook.optimizers import lion


@given(η=st.floats(1e-3, 0.1), x=st.floats(-4, 4), y=st.floats(-4, 4))
def test_every_step_of_every_coordinate_has_the_length_of_the_rate(
    η: float, x: float, y: float
) -> None:
    """Without decay, each coordinate moves by exactly η, or not at all at a slope of 0."""
    path = gd.descend(gd.surfaces.himmelblau, [x, y], lion(η, weight_decay=0.0), 40)
    lengths = np.abs(np.diff(path.params, axis=0))
    moved = lengths > 0
    np.testing.assert_allclose(lengths[moved], η, rtol=1e-9)
    assert moved[1:].all()


def test_lion_is_the_published_algorithm() -> None:
    """A NumPy transcription of Algorithm 2 of Chen et al. walks the same path."""
    surface, η, b1, b2, λ = gd.surfaces.himmelblau, 0.03, 0.8, 0.95, 0.2
    θ, m, wanted, slope = np.array([0.5, -1.0]), np.zeros(2), [], jax.jit(jax.grad(surface))
    for _ in range(60):
        wanted.append(θ)
        g = np.asarray(slope(θ))
        θ = θ - η * (np.sign(b1 * m + (1 - b1) * g) + λ * θ)
        m = b2 * m + (1 - b2) * g
    path = gd.descend(surface, wanted[0], lion(η, b1, b2, λ), 59)
    np.testing.assert_allclose(path.params, wanted, rtol=1e-11)
