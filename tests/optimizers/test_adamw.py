"""AdamW: Adam at decay zero, and weights that decay whatever their gradients are."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

import gdbook as gd
from gdbook.optimizers import adam, adamw
from tests.walks import assert_same


@given(η=st.floats(0, 0.3), b1=st.floats(0, 0.99), b2=st.floats(0.5, 0.9999))
def test_adamw_without_decay_is_adam(η: float, b1: float, b2: float) -> None:
    """With λ = 0 the walk is Adam's."""
    one, two = (
        gd.descend(gd.surfaces.himmelblau, [0.5, -1.0], rule, 40)
        for rule in (adamw(η, b1, b2, 1e-3, 0.0), adam(η, b1, b2, 1e-3))
    )
    assert_same(one, two, rtol=1e-9, atol=1e-9)


def test_where_the_loss_is_flat_weights_decay_geometrically() -> None:
    """Without gradients, weights are multiplied by 1 - ηλ at each step."""
    path = gd.descend(lambda p: 0 * p[0], [2.0, -3.0], adamw(0.1, weight_decay=0.5), 30)
    closed = 0.95 ** np.arange(31)[:, None] * np.array([2.0, -3.0])
    np.testing.assert_allclose(path.params, closed, rtol=1e-12)


def test_decay_does_not_pass_through_adam_s_quotient() -> None:
    """On a slope, a step is η (sign + λ θ) long, however steep the slope."""
    path = gd.descend(lambda p: 1e4 * p[0] - 1e-3 * p[1], [1.0, 1.0], adamw(0.1, eps=0.0), 20)
    wanted = -0.1 * (np.array([1, -1]) + 1e-4 * np.asarray(path.params[:-1]))
    np.testing.assert_allclose(np.diff(path.params, axis=0), wanted, rtol=1e-9)
