"""What models learn by: squared errors, and cross-entropy from scores."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp

from gdbook.models.model import Model
from gdbook.types import Params


def mean_squared_error(predictions: jax.Array, targets: jax.Array) -> jax.Array:
    r"""Return the mean of squared errors.

    .. math:: \frac{1}{n} \sum_i (\hat y_i - y_i)^2

    Args:
        predictions: any shape, in the targets' unit.
        targets: the same shape.

    Returns:
        One number, in the targets' unit squared.

    Raises:
        ValueError: if the shapes differ: (n,) against (n, 1) would silently compare all pairs.

    Example:
        >>> import gdbook as gd, jax.numpy as jnp
        >>> float(gd.models.mean_squared_error(jnp.array([1.0, 2.0]), jnp.array([1.0, 4.0])))
        2.0
    """
    if jnp.shape(predictions) != jnp.shape(targets):
        raise ValueError(
            f"targets has shape {jnp.shape(targets)}; expected that of predictions, "
            f"{jnp.shape(predictions)}"
        )
    return jnp.mean((predictions - targets) ** 2)


def cross_entropy(logits: jax.Array, labels: jax.Array) -> jax.Array:
    r"""Return the mean of -log P(label), from scores.

    .. math:: \frac{1}{n} \sum_i \left(\log \sum_c e^{z_{ic}} - z_{i y_i}\right)

    Args:
        logits: z, shape (..., classes).
        labels: y, integers from 0, shape (...).

    Returns:
        One number, in nats.

    Raises:
        ValueError: if the shapes do not fit.

    Example:
        >>> import gdbook as gd, jax.numpy as jnp
        >>> round(float(gd.models.cross_entropy(jnp.zeros((3, 2)), jnp.array([0, 1, 1]))), 3)
        0.693
    """
    if jnp.shape(logits)[:-1] != jnp.shape(labels):
        raise ValueError(
            f"labels has shape {jnp.shape(labels)}; expected that of logits without its last "
            f"axis, {jnp.shape(logits)[:-1]}"
        )
    labels = jnp.asarray(labels, int)
    own = jnp.take_along_axis(logits, labels[..., None], axis=-1)[..., 0]
    return jnp.mean(jax.nn.logsumexp(logits, axis=-1) - own)


def binary_cross_entropy(logits: jax.Array, targets: jax.Array) -> jax.Array:
    r"""Return the mean of -log P(target) for targets 0 and 1, from scores.

    .. math:: \frac{1}{n} \sum_i \left(\log(1 + e^{z_i}) - y_i z_i\right)

    Args:
        logits: z, any shape.
        targets: y, the same shape, 0 or 1 or a probability between.

    Returns:
        One number, in nats.

    Raises:
        ValueError: if the shapes differ.

    Example:
        >>> import gdbook as gd, jax.numpy as jnp
        >>> round(float(gd.models.binary_cross_entropy(jnp.zeros(2), jnp.array([0.0, 1.0]))), 3)
        0.693
    """
    if jnp.shape(logits) != jnp.shape(targets):
        raise ValueError(
            f"targets has shape {jnp.shape(targets)}; expected that of logits, {jnp.shape(logits)}"
        )
    return jnp.mean(jnp.logaddexp(jnp.zeros_like(logits), logits) - targets * logits)


def objective(
    model: Model, criterion: Callable[..., jax.Array]
) -> Callable[[Params, Any], jax.Array]:
    """Return the loss ``loss(params, (inputs, targets))`` of a model, to hand to ``gd.descend``.

    Args:
        model: its ``apply`` makes predictions of inputs.
        criterion: ``criterion(predictions, targets) -> scalar``, one of the losses here.

    Returns:
        The loss; the same function for the same arguments, so that nothing compiles twice.

    Example:
        >>> import gdbook as gd, jax, jax.numpy as jnp
        >>> model = gd.models.linear(2)
        >>> loss = gd.models.objective(model, gd.models.mean_squared_error)
        >>> float(loss(model.init(jax.random.key(0)), (jnp.ones((5, 2)), 3 * jnp.ones((5, 1)))))
        9.0
    """
    return _objective(model.apply, criterion)


@cache
def _objective(apply: Any, criterion: Any) -> Callable[[Params, Any], jax.Array]:
    def loss(params: Params, batch: Any) -> jax.Array:
        inputs, targets = batch
        value: jax.Array = criterion(apply(params, inputs), targets)
        return value

    return loss
