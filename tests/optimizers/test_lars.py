"""LARS: first steps in proportion to the weights, layer by layer."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gdbook as gd
from gdbook.optimizers import lars, momentum
from tests.walks import assert_same, replies

SETTINGS = ({}, {"weight_decay": 0.1, "trust_coefficient": 0.02, "eps": 1e-3, "momentum": 0.5})


@pytest.mark.parametrize("settings", SETTINGS, ids=repr)
def test_lars_answers_gradients_as_optax_does(settings: dict[str, float]) -> None:
    """To 200 gradients of all sizes the answers are optax's, with decay and ε as well."""
    mine, other = replies(lars(0.1, **settings)), replies(optax.lars(0.1, **settings))
    assert_same(mine, other, rtol=1e-11)


def test_without_momentum_each_layer_s_step_is_a_fraction_of_its_length() -> None:
    """A leaf's step is η c times the leaf's norm long, whatever its gradient."""

    def loss(params: Any) -> jax.Array:
        return jnp.sum(1e4 * params["a"] ** 2) + jnp.sum(1e-3 * jnp.cos(params["b"]))

    start = {"a": jnp.array([3.0, 4.0]), "b": jnp.array([1.0, 2.0, 2.0])}
    path = gd.descend(loss, start, lars(0.5, 0.0, trust_coefficient=0.2), 10)
    for places in path.params.values():
        lengths = np.linalg.norm(np.diff(places, axis=0), axis=1)
        norms = np.linalg.norm(places[:-1], axis=1)
        np.testing.assert_allclose(lengths, 0.1 * norms, rtol=1e-10)


def test_a_layer_of_zeros_takes_the_heavy_ball_s_step() -> None:
    """Where the weights are 0 the ratio is 1, so that the first step is momentum's."""
    one, two = (
        gd.descend(lambda p: jnp.sum(3 * p), [0.0, 0.0], rule, 1)
        for rule in (lars(0.1), momentum(0.1))
    )
    assert_same(one, two)
