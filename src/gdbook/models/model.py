"""What a model is, and how its weights begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.types import Params


class Model(NamedTuple):
    """A model: two pure functions.

    Attributes:
        init: ``init(key) -> params``, a pytree of random weights and zero biases.
        apply: ``apply(params, inputs) -> outputs``, for any number of leading axes of examples.
    """

    init: Callable[[jax.Array], Params]
    apply: Callable[[Params, jax.Array], jax.Array]


ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "gelu": jax.nn.gelu,
    "sigmoid": jax.nn.sigmoid,
    "identity": lambda x: x,
}
GAINS: dict[str, Callable[[int, int], float]] = {
    "xavier": lambda fan_in, fan_out: (2 / (fan_in + fan_out)) ** 0.5,
    "he": lambda fan_in, fan_out: (2 / fan_in) ** 0.5,
    "lecun": lambda fan_in, fan_out: (1 / fan_in) ** 0.5,
    "zeros": lambda fan_in, fan_out: 0.0,
}


def weights(key: jax.Array, shape: tuple[int, ...], scheme: str) -> jax.Array:
    """Return normal weights of mean 0, of the standard deviation that a scheme asks for.

    The last two axes are inputs and outputs; those before them are places of a kernel.
    """
    places = 1
    for n in shape[:-2]:
        places *= n
    spread = GAINS[scheme](places * shape[-2], places * shape[-1])
    return spread * jax.random.normal(key, shape)


def chosen(name: str, value: Any, offered: Any) -> Any:
    """Return ``value`` if it is one of the names on offer.

    Raises:
        ValueError: if it is not.
    """
    if value not in offered:
        raise ValueError(f"{name} is {value!r}; expected one of {', '.join(sorted(offered))}")
    return value
