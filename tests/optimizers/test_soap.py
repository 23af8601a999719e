"""SOAP: Adam, seen from Shampoo's axes."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdbook import descend
from gdbook.optimizers import adam, soap
from tests.walks import answers_to, assert_same

pytestmark = pytest.mark.usefixtures("compile_quickly")

draw = np.random.default_rng(9)
GRADS = draw.normal(size=(200, 3, 3)) * np.array([1.0, 0.1, 5.0])
SETTINGS = {"b1": 0.9, "b2": 0.95, "eps": 1e-6}


def test_soap_is_the_published_algorithm() -> None:
    """A NumPy transcription of Algorithm 3 answers 200 gradients with the same updates.

    The bases are refreshed before the step instead of after it, the first by eigenvectors.
    """
    η, b1, b2, ε, k = 0.1, 0.9, 0.95, 1e-6, 7
    updates = answers_to(GRADS, soap(η, b1, b2, ε, k))
    M, V, L, R = np.zeros((4, 3, 3))
    for t, G in enumerate(np.asarray(GRADS)):
        L, R = b2 * L + (1 - b2) * G @ G.T, b2 * R + (1 - b2) * G.T @ G
        if t == 0:
            P, Q = (np.linalg.eigh(S)[1][:, ::-1] for S in (L, R))
        elif t % k == 0:
            P, Q = np.linalg.qr(L @ P)[0], np.linalg.qr(R @ Q)[0]
        M = b1 * M + (1 - b1) * G
        V = b2 * V + (1 - b2) * (P.T @ G @ Q) ** 2
        step = (P.T @ M @ Q) / (1 - b1 ** (t + 1)) / (np.sqrt(V / (1 - b2 ** (t + 1))) + ε)
        np.testing.assert_allclose(updates[t], -η * P @ step @ Q.T, rtol=1e-8, atol=1e-8)


def test_on_what_is_no_matrix_soap_is_adam() -> None:
    """Vectors, numbers and larger tensors take Adam's steps."""
    grads = {"b": GRADS[:, 0], "c": GRADS[:, 0, 0], "T": GRADS[:, None]}
    assert_same(answers_to(grads, soap(0.1, **SETTINGS)), answers_to(grads, adam(0.1, **SETTINGS)))


def test_soap_does_not_see_a_rotation() -> None:
    """Gradients turned from both sides give updates turned alike: it has no axes of its own."""
    U, V = (jnp.asarray(np.linalg.qr(draw.normal(size=(3, 3)))[0]) for _ in range(2))
    run = jax.jit(lambda grads: answers_to(grads, soap(0.1, **SETTINGS, every=1)))
    np.testing.assert_allclose(run(U @ GRADS @ V.T), U @ run(GRADS) @ V.T, rtol=1e-7, atol=1e-9)


def test_vmap_over_rates_and_gradients_is_as_many_runs() -> None:
    """Where gradients point in all directions, rows of a vmap are single runs."""
    run = lambda η, k, grads: answers_to(grads, soap(η, **SETTINGS, every=k))  # noqa: E731
    rates, every, grads = jnp.array([0.1, 0.3]), jnp.array([3, 10]), jnp.stack([GRADS, 2 * GRADS])
    rows = jax.vmap(run)(rates, every, grads)
    for i in range(2):
        one = run(float(rates[i]), int(every[i]), grads[i])
        np.testing.assert_allclose(rows[i], one, rtol=1e-8, atol=1e-9)


def test_the_basis_stays_near_eigenvectors_however_often_it_is_refreshed() -> None:
    """On a fixed stretched bowl, refreshing at every step descends as far as seldom."""
    stretch = jnp.asarray(np.outer([1.0, 0.1, 0.01], [1.0, 0.1, 0.01]))
    loss = lambda W: 0.5 * jnp.sum(stretch * (W - 1) ** 2)  # noqa: E731
    rule = soap(lambda t: 0.3 * (1 - t / 150), b1=0.9, b2=0.99, every=1)
    path = descend(loss, jnp.zeros((3, 3)), rule, 150, record="loss")
    assert path.loss[-1] < 1e-2 * path.loss[0]
