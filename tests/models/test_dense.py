"""Dense models: shapes, gradients against finite differences, and scikit-learn's fit."""

from __future__ import annotations

import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import gdbook as gd

KEY = jax.random.key(0)


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu", "sigmoid", "identity"])
def test_an_mlp_is_its_formula(activation: str) -> None:
    """A network of two layers is φ(x W + b) W + b, written in NumPy."""
    model = gd.models.mlp([3, 5, 2], activation)
    params = model.init(KEY)
    x = np.random.default_rng(0).normal(size=(7, 3))
    first, last = (jax.tree.map(np.asarray, layer) for layer in params)
    inner = x @ first["W"] + first["b"]
    φ = {
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0),
        "gelu": lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "identity": lambda z: z,
    }[activation]
    np.testing.assert_allclose(model.apply(params, x), φ(inner) @ last["W"] + last["b"], rtol=1e-12)


@pytest.mark.parametrize(
    ("init", "variance"),
    [("xavier", 2 / 500), ("he", 2 / 300), ("lecun", 1 / 300), ("zeros", 0.0)],
)
def test_weights_begin_with_the_variance_they_should(init: str, variance: float) -> None:
    """Of 300 · 200 weights the variance is the scheme's, to five standard errors; biases are 0."""
    (layer,) = gd.models.mlp([300, 200], init=init).init(KEY)
    error = variance * np.sqrt(2 / 60_000)
    assert abs(np.var(layer["W"]) - variance) <= 5 * error
    assert not layer["b"].any()


def test_the_gradient_is_that_of_finite_differences() -> None:
    """Central differences along random directions agree with jax.grad."""
    model = gd.models.mlp([2, 4, 1])
    loss = gd.models.objective(model, gd.models.mean_squared_error)
    draw = np.random.default_rng(1)
    batch = jnp.asarray(draw.normal(size=(6, 2))), jnp.asarray(draw.normal(size=(6, 1)))
    flat, unravel = ravel_pytree(model.init(KEY))
    value = jax.jit(lambda flat: loss(unravel(flat), batch))
    grad = jax.grad(value)(flat)
    for _ in range(5):
        v, h = draw.normal(size=flat.size), 1e-5
        slope = (value(flat + h * v) - value(flat - h * v)) / (2 * h)
        assert float(grad @ v) == pytest.approx(float(slope), rel=1e-7, abs=1e-9)


def test_logistic_descent_finds_scikit_learn_s_fit() -> None:
    """On two clouds, descent on cross-entropy plus a penalty ends where scikit-learn does."""
    from sklearn.linear_model import LogisticRegression

    data = gd.datasets.blobs(KEY, 60, noise=1.0)
    model = gd.models.logistic(2)
    C, n = 0.5, 60

    def loss(params: Any, batch: Any) -> jax.Array:
        x, y = batch
        fit = gd.models.binary_cross_entropy(model.apply(params, x), y)
        return fit + jnp.sum(params["w"] ** 2) / (2 * C * n)

    rule = gd.optimizers.gradient_descent(0.5)
    batch = data.inputs, data.targets.astype(float)
    path = gd.descend(loss, model.init(KEY), rule, 2000, data=batch, record="loss")
    fit = LogisticRegression(C=C, tol=1e-12, max_iter=10_000).fit(*map(np.asarray, batch))
    np.testing.assert_allclose(path.last["w"], fit.coef_[0], rtol=1e-5)
    assert float(path.last["b"]) == pytest.approx(float(fit.intercept_[0]), rel=1e-4, abs=1e-6)


def test_the_same_model_is_the_same_functions() -> None:
    """Models of one shape share their functions, so that nothing compiles twice."""
    assert gd.models.mlp([2, 3]) is gd.models.mlp((2, 3))
    assert gd.models.linear(2) is gd.models.linear(2)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: gd.models.linear(0), ValueError, "inputs is 0; expected an integer >= 1"),
        (lambda: gd.models.logistic(1.5), TypeError, "inputs is 1.5; expected an integer >= 1"),
        (lambda: gd.models.mlp([3]), ValueError, "sizes is (3,); expected two or more"),
        (lambda: gd.models.mlp([3, 0]), ValueError, "sizes[1] is 0; expected an integer >= 1"),
        (
            lambda: gd.models.mlp([3, 1], "swish"),
            ValueError,
            "activation is 'swish'; expected one of gelu, identity, relu, sigmoid, tanh",
        ),
        (
            lambda: gd.models.mlp([3, 1], init="ones"),
            ValueError,
            "init is 'ones'; expected one of he, lecun, xavier, zeros",
        ),
    ],
)
def test_dense_models_refuse_what_does_not_fit(
    make: Any, error: type[Exception], message: str
) -> None:
    """A size or name that does not fit is named, shown, and told what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        make()
