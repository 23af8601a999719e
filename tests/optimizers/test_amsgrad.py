"""AMSGrad: steps that never grow again, and the loss on which Adam walks the wrong way."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gdbook as gd
from gdbook.optimizers import adam, amsgrad
from gdbook.types import Optimizer
from tests.walks import assert_same, replies


@pytest.mark.parametrize("corrected", [True, False])
def test_amsgrad_answers_gradients_as_optax_does(corrected: bool) -> None:
    """To 200 gradients of all sizes the answers are optax's, with and without the correction."""
    mine = replies(amsgrad(0.1, 0.8, 0.95, 1e-6, bias_correction=corrected))
    other = optax.amsgrad(
        0.1, 0.8, 0.95, 1e-6, bias_correction_mu=corrected, bias_correction_nu=corrected
    )
    assert_same(mine, replies(other))


def reddi(rule: Any) -> Optimizer:
    """Return a rule that meets slope 3, then -1 twice, and so on, and never leaves [-1, 1]."""

    def update(grads: Any, state: Any, params: Any) -> Any:
        slope = jnp.where(state.step % 3 == 0, 3.0, -1.0)
        step, state = rule.update(slope * grads, state, params)
        return jnp.clip(params + step, -1, 1) - params, state

    return Optimizer(rule.init, update)


def test_adam_walks_uphill_where_amsgrad_does_not() -> None:
    """With C = 3, β₁ = 0, β₂ = 1/10 and rate 1/√t, Adam ends at +1, AMSGrad at the minimum, -1."""
    settings = {"b1": 0.0, "b2": 0.1, "eps": 0.0, "bias_correction": False}

    def ends(rule: Any) -> np.ndarray:
        rule = rule(lambda step: 1 / jnp.sqrt(step + 1.0), **settings)
        path = gd.descend(lambda x: x, 0.0, reddi(rule), 30_000)
        return np.asarray(path.params[-300:])

    assert ends(adam).min() > 0.98
    assert ends(amsgrad).max() < -0.98


def test_after_one_large_gradient_amsgrad_treads_softly_for_ever() -> None:
    """A gradient of 100 in front of many of 1: Adam's steps recover, AMSGrad's do not."""
    slopes = np.concatenate([[100.0], np.ones(400)])

    def last_step(rule: Any) -> float:
        def update(grads: Any, state: Any, params: Any) -> Any:
            return rule.update(jnp.asarray(slopes)[state.step], state, params)

        path = gd.descend(lambda x: x, 0.0, Optimizer(rule.init, update), 399)
        return -float(path.params[-1] - path.params[-2])

    assert last_step(adam(0.1, 0.9, 0.9)) == pytest.approx(0.1, rel=0.01)
    assert last_step(amsgrad(0.1, 0.9, 0.9)) == pytest.approx(0.001, rel=0.01)
