"""Schedule-Free: the paper's three sequences, and its average where the loss is evaluated."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdbook.optimizers import averaged, schedule_free, schedule_free_adamw
from tests.walks import assert_same, cast

pytestmark = pytest.mark.usefixtures("compile_quickly")

PARAMS = {"w": np.array([1.0, -2.0]), "b": np.array(0.5)}
draw = np.random.default_rng(4)
GRADS = {"w": draw.normal(size=(60, 2)), "b": draw.normal(size=60)}


def walked(optimizer: Any, evaluated: Any) -> Any:
    """Return y and x after each step, gradients being given in advance."""

    def step(carry: Any, grad: Any) -> Any:
        params, state = carry
        updates, state = optimizer.update(grad, state, params)
        params = optax.apply_updates(params, updates)
        return (params, state), (params, evaluated(state, params))

    params = cast(PARAMS)
    return jax.lax.scan(step, (params, optimizer.init(params)), GRADS)[1]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (schedule_free(0.1, 0.7), optax.contrib.schedule_free_sgd(0.1, b1=0.7)),
        (schedule_free_adamw(0.1), optax.contrib.schedule_free_adamw(0.1)),
    ],
    ids=["SGD", "AdamW"],
)
def test_the_average_to_evaluate_is_optax_s(ours: Any, theirs: Any) -> None:
    """Both the walk y and the average x, which averaged reads from the state, are optax's."""
    wanted = walked(theirs, optax.contrib.schedule_free_eval_params)
    assert_same(walked(ours, lambda state, _: averaged(state)), wanted, rtol=1e-11, atol=1e-12)


def test_schedule_free_is_the_published_algorithm() -> None:
    """With a warmup, a NumPy transcription of the paper's x, y and z walks the same path."""
    β, λ, warmup = 0.9, 0.02, 10
    rule = schedule_free(lambda t: 0.3 * jnp.minimum(1, (t + 1.0) / warmup), β, λ)
    ys, xs = walked(rule, lambda state, _: averaged(state))
    x = z = y = np.asarray(PARAMS["w"])
    total = 0.0
    for t, g in enumerate(np.asarray(GRADS["w"])):
        η = 0.3 * min(1, (t + 1) / warmup)
        total += η**2
        z = z - η * (g + λ * y)
        x = (1 - η**2 / total) * x + η**2 / total * z
        y = (1 - β) * z + β * x
        np.testing.assert_allclose(ys["w"][t], y, rtol=1e-11)
        np.testing.assert_allclose(xs["w"][t], x, rtol=1e-11)


def test_with_a_constant_rate_x_is_the_mean_of_z() -> None:
    """With β₁ = 0 the walk is that of z, and the average is the plain mean of its places."""
    ys, xs = walked(schedule_free(0.1, b1=0.0), lambda state, _: averaged(state))
    t = np.arange(1, 61)
    np.testing.assert_allclose(xs["b"], np.cumsum(ys["b"]) / t, rtol=1e-11, atol=1e-13)


def test_a_warmup_may_begin_at_zero() -> None:
    """A first rate of 0 moves nothing and divides by nothing."""
    ys, _ = walked(schedule_free(lambda t: 0.1 * t), lambda state, _: averaged(state))
    assert_same(jax.tree.map(lambda leaf: leaf[0], ys), cast(PARAMS))
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(ys))
