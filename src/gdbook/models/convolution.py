"""A small convolutional network, for images of one side length."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp

from gdbook import checks
from gdbook.models.dense import affine
from gdbook.models.model import ACTIVATIONS, GAINS, Model, chosen, weights


def correlate(images: jax.Array, kernel: jax.Array) -> jax.Array:
    r"""Slide kernels over images, with zeros around them: as many pixels come out as go in.

    .. math:: y_{ijo} = \sum_{a, b, c} x_{i + a - ⌊k/2⌋,\, j + b - ⌊k/2⌋,\, c}\; w_{abco}

    Args:
        images: shape (n, height, width, channels).
        kernel: shape (k, k, channels, outputs), with k odd.

    Returns:
        Shape (n, height, width, outputs).

    Example:
        >>> import gdbook as gd, jax.numpy as jnp
        >>> gd.models.correlate(jnp.ones((1, 3, 3, 1)), jnp.ones((3, 3, 1, 1)))[0, :, :, 0].tolist()
        [[4.0, 6.0, 4.0], [6.0, 9.0, 6.0], [4.0, 6.0, 4.0]]
    """
    return jax.lax.conv_general_dilated(
        images, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def convolutional(
    side: int,
    channels: Sequence[int] = (1, 8, 16),
    classes: int = 10,
    *,
    kernel: int = 3,
    activation: str = "relu",
    init: str = "he",
) -> Model:
    """Return layers of sliding kernels, each followed by an activation and a halving of the side.

    Args:
        side: height and width of an image, in pixels; even as often as there are layers.
        channels: how many numbers a pixel has, and how many after each layer.
        classes: how many scores come out.
        kernel: the side of the kernels, odd.
        activation: a name, as of :func:`~gdbook.models.mlp`.
        init: a name, as of :func:`~gdbook.models.mlp`.

    Returns:
        The model: images of shape (n, side, side, channels[0]) to scores of shape (n, classes).

    Raises:
        TypeError: if a size is not an integer.
        ValueError: if a size does not fit, or a name is not known.

    Example:
        >>> import gdbook as gd, jax, jax.numpy as jnp
        >>> model = gd.models.convolutional(8, (1, 4))
        >>> model.apply(model.init(jax.random.key(0)), jnp.ones((5, 8, 8, 1))).shape
        (5, 10)

    Source:
        Y. LeCun et al., "Gradient-Based Learning Applied to Document Recognition", Proceedings of
        the IEEE 86(11), 1998.
    """
    side, kernel = checks.count("side", side), checks.count("kernel", kernel)
    channels = tuple(checks.count(f"channels[{i}]", n) for i, n in enumerate(channels))
    if len(channels) < 2:
        raise ValueError(f"channels is {channels!r}; expected two or more")
    halvings = len(channels) - 1
    if side % 2**halvings:
        raise ValueError(f"side is {side}; expected a multiple of {2**halvings}, to halve it")
    if kernel % 2 == 0:
        raise ValueError(f"kernel is {kernel}; expected an odd number")
    chosen("activation", activation, ACTIVATIONS)
    chosen("init", init, GAINS)
    return _convolutional(
        side, channels, checks.count("classes", classes), kernel, activation, init
    )


@cache
def _convolutional(
    side: int, channels: tuple[int, ...], classes: int, kernel: int, activation: str, scheme: str
) -> Model:
    flat = (side >> (len(channels) - 1)) ** 2 * channels[-1]

    def init(key: jax.Array) -> Any:
        *keys, last = jax.random.split(key, len(channels))
        shapes = [(kernel, kernel, *pair) for pair in pairwise(channels)]
        kernels = [
            {"W": weights(key, shape, scheme), "b": jnp.zeros(shape[-1])}
            for key, shape in zip(keys, shapes, strict=True)
        ]
        scores = {"W": weights(last, (flat, classes), scheme), "b": jnp.zeros(classes)}
        return {"kernels": kernels, "scores": scores}

    def apply(params: Any, images: jax.Array) -> jax.Array:
        for layer in params["kernels"]:
            images = ACTIVATIONS[activation](correlate(images, layer["W"]) + layer["b"])
            images = _halved(images)
        return affine(params["scores"], images.reshape(len(images), -1))

    return Model(init, apply)


def _halved(images: jax.Array) -> jax.Array:
    """Return images of half the side, each pixel the mean of four."""
    n, height, width, channels = images.shape
    return images.reshape(n, height // 2, 2, width // 2, 2, channels).mean(axis=(2, 4))
