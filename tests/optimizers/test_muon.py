"""Muon: what Newton and Schulz's iteration does to singular values, and the published rule."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdbook.optimizers import adam, muon, newton_schulz
from tests.walks import answers_to, assert_same

pytestmark = pytest.mark.usefixtures("compile_quickly")

draw = np.random.default_rng(10)
GRADS = {
    "wide": draw.normal(size=(60, 2, 5)),
    "tall": draw.normal(size=(60, 5, 2)),
    "b": draw.normal(size=(60, 4)),
}


def iterated(X: np.ndarray) -> np.ndarray:
    """Return Jordan's iteration, in NumPy and on singular values."""
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    s = s / np.linalg.norm(s)
    for _ in range(5):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    return (U * s) @ Vt


def test_five_steps_bring_singular_values_near_one() -> None:
    """From [0.01, 1], five steps of the iteration land all singular values in [0.68, 1.14]."""
    s = jnp.linspace(0.01, 1, 20001)
    near_one = jax.vmap(newton_schulz)(s[:, None, None]).ravel()
    assert near_one.min() == pytest.approx(0.6818, abs=1e-4)
    assert near_one.max() == pytest.approx(1.1344, abs=1e-4)


def test_the_iteration_acts_on_singular_values_alone() -> None:
    """Of U diag(s) Vᵀ it keeps U and V, for matrices of any shape."""
    for shape in ((2, 5), (5, 2), (3, 3)):
        X = draw.normal(size=shape)
        got = newton_schulz(jnp.asarray(X / np.linalg.norm(X)))
        np.testing.assert_allclose(got, iterated(X), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("nesterov", [False, True])
def test_muon_is_the_published_algorithm(nesterov: bool) -> None:
    """A NumPy transcription of Jordan's rule answers with the same updates, matrix by matrix."""
    η, β, λ = 0.2, 0.9, 0.05
    updates = answers_to(GRADS, muon(η, β, nesterov, eps=0.0, weight_decay=λ))
    for name, scale in (("wide", np.sqrt(5 / 2)), ("tall", 1)):
        θ = M = np.zeros(GRADS[name].shape[1:])
        for t, G in enumerate(np.asarray(GRADS[name])):
            M = β * M + G  # a sum here, a mean in the library: only the direction counts
            wanted = -η * (scale * iterated(G + β * M if nesterov else M) + λ * θ)
            np.testing.assert_allclose(updates[name][t], wanted, rtol=1e-9, atol=1e-11)
            θ = θ + wanted


def test_without_matrices_muon_is_adam() -> None:
    """Vectors take Adam's steps, with numbers of their own."""
    b = GRADS["b"]
    own = muon(9.0, adam_learning_rate=0.1, adam_b1=0.8, adam_b2=0.9)
    assert_same(answers_to(b, own), answers_to(b, adam(0.1, 0.8, 0.9)))


def test_muon_differs_from_optax_by_its_bias_corrections_alone() -> None:
    """With Nesterov's step, optax weighs M and G by corrections that fade: so late steps agree."""
    β = 0.5
    ours = answers_to(GRADS["wide"], muon(0.1, β, eps=0.0))
    theirs = answers_to(GRADS["wide"], optax.contrib.muon(0.1, beta=β, eps=0.0))
    gap = np.abs(ours - theirs).max(axis=(1, 2))
    assert gap[1] > 1e-3
    assert gap[50:].max() < 1e-12


def test_a_zero_gradient_moves_nothing() -> None:
    """A matrix of zeros stays one: ε keeps the quotient finite."""
    assert not np.any(answers_to(jnp.zeros((3, 2, 2)), muon(0.1)))
