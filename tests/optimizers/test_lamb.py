"""LAMB: steps in proportion to the weights, layer by layer."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.optimizers import lamb
from tests.walks import PROBLEMS


@pytest.mark.parametrize("λ", [0.0, 0.3])
def test_each_layer_s_step_is_a_fraction_of_its_length(λ: float) -> None:
    """A leaf's step is η times the leaf's norm long, whatever its gradient."""
    problem = next(problem for problem in PROBLEMS if problem.name == "network")
    path = gd.descend(problem.loss, problem.start, lamb(0.02, weight_decay=λ), 30)

    def check(places: jax.Array) -> None:
        flat = np.asarray(places).reshape(31, -1)
        lengths = np.linalg.norm(np.diff(flat, axis=0), axis=1)
        np.testing.assert_allclose(lengths, 0.02 * np.linalg.norm(flat[:-1], axis=1), rtol=1e-10)

    jax.tree.map(check, path.params)


def test_a_layer_of_zeros_takes_adam_s_step() -> None:
    """Where the weights are 0 the ratio is 1, or they would stay 0; without gradient they do."""

    def loss(params: Any) -> jax.Array:
        return jnp.sum(3 * params["a"]) + 0 * params["b"]

    path = gd.descend(loss, {"a": jnp.zeros(2), "b": jnp.asarray(0.0)}, lamb(0.1, eps=0.0), 1)
    np.testing.assert_allclose(path.params["a"][1], -0.1, rtol=1e-12)
    still = lamb(0.1).update({"b": jnp.zeros(2)}, lamb(0.1).init({"b": jnp.ones(2)}), {"b": 1.0})
    np.testing.assert_array_equal(still[0]["b"], 0)
