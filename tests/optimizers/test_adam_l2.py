"""Adam with L2: Adam on a penalised loss, in which steep weights hardly decay."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

import gdbook as gd
from gdbook.optimizers import adam, adam_l2, adamw
from tests.walks import assert_same


def test_adam_l2_is_adam_on_the_loss_with_a_penalty() -> None:
    """Decay in the gradient is the gradient of λ ‖θ‖² / 2."""
    λ, surface = 0.3, gd.surfaces.himmelblau

    def penalised(params: jax.Array) -> jax.Array:
        return surface(params) + 0.5 * λ * jnp.sum(params**2)

    one = gd.descend(surface, [0.5, -1.0], adam_l2(0.05, weight_decay=λ), 60)
    two = gd.descend(penalised, [0.5, -1.0], adam(0.05), 60)
    assert_same(one.params, two.params, rtol=1e-10, atol=1e-10)


def test_steep_weights_decay_less_than_flat_ones_unlike_in_adamw() -> None:
    """Of two weights whose gradients flip sign, the noisier keeps more; with AdamW both the same.

    With b1 = 0 and b2 = 1/2, a gradient of ±G in turn moves a weight to and fro by η; the penalty,
    divided by G as well, pulls by about η λ θ / G.
    """

    def kept(rule: object) -> np.ndarray:
        def update(grads: jax.Array, state: object, params: jax.Array) -> object:
            sign = jnp.where(state.step % 2 == 0, 1.0, -1.0)
            return rule.update(sign * jnp.array([1.0, 100.0]), state, params)

        path = gd.descend(lambda p: 0 * p[0], [1.0, 1.0], (rule.init, update), 400)
        return np.asarray(path.params[400])

    settings = {"b1": 0.0, "b2": 0.9, "weight_decay": 0.5}
    flat, steep = kept(adam_l2(0.01, **settings))
    assert flat < 0.5
    assert steep > 0.95
    np.testing.assert_allclose(*kept(adamw(0.01, **settings)), rtol=0.02)
