"""Losses: scikit-learn's numbers, safe where exponentials are not, and shapes that must fit."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sklearn.metrics

import gdbook as gd

DRAW = np.random.default_rng(0)


def test_losses_are_scikit_learn_s() -> None:
    """Squared error and both cross-entropies are those of sklearn.metrics."""
    logits, labels = DRAW.normal(size=(20, 3)), DRAW.integers(0, 3, 20)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    wanted = sklearn.metrics.log_loss(labels, shares)
    assert float(gd.models.cross_entropy(logits, labels)) == pytest.approx(wanted, rel=1e-12)
    z, y = DRAW.normal(size=20), np.arange(20) % 2
    wanted = sklearn.metrics.log_loss(y, 1 / (1 + np.exp(-z)))
    assert float(gd.models.binary_cross_entropy(z, y)) == pytest.approx(wanted, rel=1e-12)
    wanted = sklearn.metrics.mean_squared_error(y, z)
    assert float(gd.models.mean_squared_error(z, y)) == pytest.approx(wanted, rel=1e-12)


def test_large_scores_do_not_overflow() -> None:
    """Scores of ±1000 give 1000 or 0 nats, and finite gradients."""
    z = jnp.array([1000.0, -1000.0])
    assert float(gd.models.binary_cross_entropy(z, jnp.array([0.0, 0.0]))) == 500
    assert float(gd.models.cross_entropy(z[None], jnp.array([1]))) == 2000
    grad = jax.grad(gd.models.binary_cross_entropy)(z, jnp.array([0.0, 1.0]))
    np.testing.assert_allclose(grad, [0.5, -0.5])


def test_shapes_that_would_broadcast_are_refused() -> None:
    """(n,) against (n, 1) is an error, not n² comparisons."""
    flat, column = jnp.ones(3), jnp.ones((3, 1))
    for loss in (gd.models.mean_squared_error, gd.models.binary_cross_entropy):
        with pytest.raises(ValueError, match=r"^targets has shape \(3, 1\); expected that of"):
            loss(flat, column)
    with pytest.raises(ValueError, match=r"^labels has shape \(3, 1\); expected that of logits"):
        gd.models.cross_entropy(jnp.ones((3, 2)), column)


def test_an_objective_is_the_same_function_twice() -> None:
    """Asked for again, the loss is the same object, so that descend compiles nothing."""
    model = gd.models.linear(2)
    one, other = (gd.models.objective(model, gd.models.mean_squared_error) for _ in range(2))
    assert one is other
