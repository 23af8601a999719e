"""AdaGrad: rates that shrink with the root of the steps, and the paper's algorithm."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

import gdbook as gd
from gdbook.optimizers import adagrad


def test_on_a_slope_steps_shrink_with_the_root_of_their_number() -> None:
    """With δ = ε = 0, step t on any slope is η / √t long, against the slope's sign."""
    slopes = jnp.array([1e-4, -3.0, 500.0])
    path = gd.descend(lambda p: p @ slopes, [0.0, 0.0, 0.0], adagrad(0.5, 0.0, 0.0), 50)
    lengths = 0.5 / np.sqrt(np.arange(1, 51))[:, None]
    np.testing.assert_allclose(np.diff(path.params, axis=0), -lengths * np.sign(slopes), rtol=1e-10)


def test_adagrad_stays_where_no_gradient_ever_was() -> None:
    """With δ = ε = 0, a coordinate without gradient is not divided by 0."""
    path = gd.descend(lambda p: p[0], [1.0, 1.0], adagrad(0.5, 0.0, 0.0), 5)
    np.testing.assert_array_equal(path.params[:, 1], 1)


def test_adagrad_is_the_published_algorithm() -> None:
    """With δ in the sum and ε = 0, a NumPy transcription of the diagonal form walks alike."""
    surface, θ, s, wanted = gd.surfaces.himmelblau, np.array([0.0, 1.0]), 0.3, []
    slope = jax.jit(jax.grad(surface))
    for _ in range(60):
        wanted.append(θ)
        g = np.asarray(slope(θ))
        s = s + g**2
        θ = θ - 0.4 * g / np.sqrt(s)
    path = gd.descend(surface, wanted[0], adagrad(0.4, 0.3, 0.0), 59)
    np.testing.assert_allclose(path.params, wanted, rtol=1e-11)
