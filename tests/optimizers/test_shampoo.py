"""Shampoo: the published algorithm, and a first step that does not see condition numbers."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.optimizers import shampoo
from tests.walks import answers_to

pytestmark = pytest.mark.usefixtures("compile_quickly")

draw = np.random.default_rng(8)
GRADS = {
    "W": draw.normal(size=(200, 3, 2)),
    "b": draw.normal(size=(200, 4)),
}


def power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    """Return a power of a symmetric matrix, by its singular values."""
    U, s, _ = np.linalg.svd(matrix)
    return (U * s**exponent) @ U.T


def test_shampoo_is_the_published_algorithm() -> None:
    """A NumPy transcription of Algorithm 1 answers 200 gradients with the same updates."""
    η, ε = 0.3, 1e-3
    updates = answers_to(GRADS, shampoo(η, ε))
    L, R, squares = ε * np.eye(3), ε * np.eye(2), np.full(4, ε)
    for t, (G, g) in enumerate(zip(np.asarray(GRADS["W"]), np.asarray(GRADS["b"]), strict=True)):
        L, R, squares = L + G @ G.T, R + G.T @ G, squares + g**2
        wanted = -η * power(L, -0.25) @ G @ power(R, -0.25)
        np.testing.assert_allclose(updates["W"][t], wanted, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(updates["b"][t], -η * g / np.sqrt(squares), rtol=1e-12)


@pytest.mark.parametrize("κ", [1.0, 1e2, 1e4])
def test_the_first_step_is_the_orthogonal_factor_of_the_gradient(κ: float) -> None:
    """Whatever the gradient's condition number, all singular values of the first step are η."""
    U, V = (np.linalg.qr(draw.normal(size=(4, 4)))[0] for _ in range(2))
    G = U @ np.diag(np.geomspace(1, κ, 4)) @ V.T
    step = answers_to(jnp.asarray(G)[None], shampoo(0.5, eps=1e-13))[0]
    np.testing.assert_allclose(step, -0.5 * U @ V.T, atol=1e-6)


def test_a_valley_across_a_matrix_is_no_valley_to_shampoo() -> None:
    """On ½ ‖A W‖² with κ(AᵀA) = 10⁴, Shampoo gets down the valley and gradient descent does not."""
    A = jnp.diag(jnp.array([1.0, 100.0]))

    def loss(W):  # type: ignore[no-untyped-def]
        return 0.5 * jnp.sum((A @ W) ** 2)

    start = jnp.array([[3.0, -2.0], [1e-4, 2e-4]])
    plain = gd.descend(loss, start, gd.optimizers.gradient_descent(2 / (1 + 1e4)), 100)
    path = gd.descend(loss, start, shampoo(1.0), 100)
    assert path.loss[-1] < 0.1 * path.loss[0]
    assert plain.loss[-1] > 0.9 * plain.loss[0]


def test_where_no_gradient_is_shampoo_stays() -> None:
    """A gradient of zero, first and for ever, moves nothing and is no nan."""
    zeros = {"W": jnp.zeros((3, 2, 2)), "b": jnp.zeros((3, 2))}
    updates = answers_to(zeros, shampoo(1.0))
    assert not any(np.any(leaf) for leaf in updates.values())
