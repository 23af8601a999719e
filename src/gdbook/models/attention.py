"""A small attention model that writes: each character's scores look only at those before it."""

from __future__ import annotations

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp

from gdbook import checks
from gdbook.models.dense import affine
from gdbook.models.model import Model, weights


def attention(
    vocabulary: int, context: int, width: int = 32, heads: int = 2, layers: int = 1
) -> Model:
    r"""Return a causal attention model over characters.

    .. math::
        \mathrm{head}(x)_i = \sum_{j ≤ i} \mathrm{softmax}_j\!
        \left(\frac{q_i · k_j}{\sqrt{d}}\right) v_j

    Each layer adds to the characters' vectors what its heads read from earlier ones, and then
    what a network of one hidden layer makes of each; vectors are normalised before either.

    Args:
        vocabulary: how many different characters there are.
        context: how many characters at most are looked at together.
        width: the length of a character's vector, a multiple of ``heads``.
        heads: how many heads a layer has.
        layers: how many layers there are.

    Returns:
        The model: characters as integers, shape (..., length) with length at most ``context``, to
        scores of the next one, shape (..., length, vocabulary).

    Raises:
        TypeError: if an argument is not an integer.
        ValueError: if an argument is below 1, or ``width`` is not a multiple of ``heads``.

    Example:
        >>> import gdbook as gd, jax, jax.numpy as jnp
        >>> model = gd.models.attention(27, 16)
        >>> model.apply(model.init(jax.random.key(0)), jnp.zeros((3, 16), int)).shape
        (3, 16, 27)

    Source:
        A. Vaswani et al., "Attention Is All You Need", NeurIPS 2017.
    """
    sizes = {"vocabulary": vocabulary, "context": context, "width": width}
    sizes |= {"heads": heads, "layers": layers}
    sizes = {name: checks.count(name, value) for name, value in sizes.items()}
    if width % heads:
        raise ValueError(f"width is {width}; expected a multiple of heads, which is {heads}")
    return _attention(*sizes.values())


@cache
def _attention(vocabulary: int, context: int, width: int, heads: int, layers: int) -> Model:
    def layer(key: jax.Array) -> Any:
        shapes = {"read": 3 * width, "mix": width, "up": 4 * width}
        keys = jax.random.split(key, 4)
        made = {name: _affine(k, width, n) for k, (name, n) in zip(keys, shapes.items())}  # noqa: B905
        return made | {"down": _affine(keys[3], 4 * width, width)}

    def init(key: jax.Array) -> Any:
        first, second, last, *rest = jax.random.split(key, 3 + layers)
        return {
            "characters": weights(first, (vocabulary, width), "lecun") * vocabulary**0.5,
            "places": 0.1 * jax.random.normal(second, (context, width)),
            "layers": [layer(key) for key in rest],
            "scores": _affine(last, width, vocabulary),
        }

    def apply(params: Any, characters: jax.Array) -> jax.Array:
        length = characters.shape[-1]
        x = params["characters"][characters] + params["places"][:length]
        for layer in params["layers"]:
            x = x + affine(layer["mix"], _heads(affine(layer["read"], _normal(x)), heads))
            x = x + affine(layer["down"], jax.nn.gelu(affine(layer["up"], _normal(x))))
        return affine(params["scores"], _normal(x))

    return Model(init, apply)


def _affine(key: jax.Array, inputs: int, outputs: int) -> Any:
    return {"W": weights(key, (inputs, outputs), "lecun"), "b": jnp.zeros(outputs)}


def _heads(read: jax.Array, heads: int) -> jax.Array:
    """Return what each place reads from the places up to it, all heads side by side."""
    *batch, length, _ = read.shape
    parts = read.reshape(*batch, length, 3, heads, -1)
    q, k, v = (parts[..., i, :, :] for i in range(3))
    scores = jnp.einsum("...ihd,...jhd->...hij", q, k) / q.shape[-1] ** 0.5
    past = jnp.tril(jnp.ones((length, length), bool))
    share = jax.nn.softmax(jnp.where(past, scores, -jnp.inf), axis=-1)
    return jnp.einsum("...hij,...jhd->...ihd", share, v).reshape(*batch, length, -1)


def _normal(x: jax.Array) -> jax.Array:
    """Return vectors of mean 0 and variance 1."""
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / jnp.sqrt(jnp.mean(centred**2, axis=-1, keepdims=True) + 1e-5)
