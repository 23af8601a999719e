"""Models made of matrices: a line, a logistic score, a network of layers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp

from gdbook import checks
from gdbook.models.model import ACTIVATIONS, GAINS, Model, chosen, weights


def linear(inputs: int, outputs: int = 1) -> Model:
    r"""Return the linear model, which begins at zero.

    .. math:: \hat y = x W + b

    Args:
        inputs: how many numbers an example has.
        outputs: how many numbers are predicted of it.

    Returns:
        The model; its parameters are ``{"W": (inputs, outputs), "b": (outputs,)}``.

    Raises:
        TypeError: if an argument is not an integer.
        ValueError: if an argument is below 1.

    Example:
        >>> import gdbook as gd, jax, jax.numpy as jnp
        >>> model = gd.models.linear(2)
        >>> model.apply(model.init(jax.random.key(0)), jnp.ones((5, 2))).shape
        (5, 1)
    """
    return _layers((checks.count("inputs", inputs), checks.count("outputs", outputs)))


def logistic(inputs: int) -> Model:
    r"""Return the logistic model's score, which begins at zero; learn it by cross-entropy.

    .. math:: z = x · w + b, \qquad P(y = 1) = \frac{1}{1 + e^{-z}}

    Args:
        inputs: how many numbers an example has.

    Returns:
        The model; its parameters are ``{"w": (inputs,), "b": ()}`` and its output is z, one
        number for each example.

    Raises:
        TypeError: if ``inputs`` is not an integer.
        ValueError: if ``inputs`` is below 1.

    Example:
        >>> import gdbook as gd, jax, jax.numpy as jnp
        >>> model = gd.models.logistic(2)
        >>> model.apply(model.init(jax.random.key(0)), jnp.ones((5, 2))).shape
        (5,)
    """
    return _logistic(checks.count("inputs", inputs))


def mlp(sizes: Sequence[int], activation: str = "tanh", init: str = "xavier") -> Model:
    r"""Return a network of fully connected layers.

    .. math:: h_0 = x, \qquad h_{i+1} = φ(h_i W_i + b_i), \qquad \hat y = h_n W_n + b_n

    Args:
        sizes: how many numbers go in, how many units each hidden layer has, how many come out.
        activation: φ: ``"tanh"``, ``"relu"``, ``"gelu"``, ``"sigmoid"`` or ``"identity"``.
        init: ``"xavier"`` (variance 2 / (in + out)), ``"he"`` (2 / in), ``"lecun"`` (1 / in) or
            ``"zeros"``; biases begin at zero.

    Returns:
        The model; its parameters are a list of ``{"W": ..., "b": ...}``, one for each layer.

    Raises:
        TypeError: if a size is not an integer.
        ValueError: if there are fewer than two sizes, or a name is not known.

    Example:
        >>> import gdbook as gd, jax, jax.numpy as jnp
        >>> model = gd.models.mlp([1, 40, 40, 1])
        >>> model.apply(model.init(jax.random.key(0)), jnp.ones((20, 1))).shape
        (20, 1)

    Source:
        X. Glorot and Y. Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural
        Networks", AISTATS 2010; K. He et al., "Delving Deep into Rectifiers", ICCV 2015.
    """
    sizes = tuple(checks.count(f"sizes[{i}]", size) for i, size in enumerate(sizes))
    if len(sizes) < 2:
        raise ValueError(f"sizes is {sizes!r}; expected two or more")
    return _mlp(sizes, chosen("activation", activation, ACTIVATIONS), chosen("init", init, GAINS))


# Models of the same shape are one pair of functions, so that what was compiled is used again.


@cache
def _layers(sizes: tuple[int, int]) -> Model:
    def init(key: jax.Array) -> Any:
        return {"W": jnp.zeros(sizes), "b": jnp.zeros(sizes[1])}

    return Model(init, affine)


@cache
def _logistic(inputs: int) -> Model:
    def init(key: jax.Array) -> Any:
        return {"w": jnp.zeros(inputs), "b": jnp.zeros(())}

    def apply(params: Any, inputs: jax.Array) -> jax.Array:
        return jnp.asarray(inputs @ params["w"] + params["b"])

    return Model(init, apply)


@cache
def _mlp(sizes: tuple[int, ...], activation: str, scheme: str) -> Model:
    def init(key: jax.Array) -> Any:
        keys = jax.random.split(key, len(sizes) - 1)
        shapes = pairwise(sizes)
        return [
            {"W": weights(key, shape, scheme), "b": jnp.zeros(shape[1])}
            for key, shape in zip(keys, shapes, strict=True)
        ]

    def apply(params: Any, inputs: jax.Array) -> jax.Array:
        *hidden, last = params
        for layer in hidden:
            inputs = ACTIVATIONS[activation](affine(layer, inputs))
        return affine(last, inputs)

    return Model(init, apply)


def affine(params: Any, inputs: jax.Array) -> jax.Array:
    """Return ``x W + b``."""
    return jnp.asarray(inputs @ params["W"] + params["b"])
