"""RMSProp: every choice of centre, ε and momentum answers gradients as optax does."""

from __future__ import annotations

from itertools import product
from typing import Any

import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gdbook as gd
from gdbook.optimizers import rmsprop
from tests.walks import assert_same, replies

CHOICES = [
    {"centered": centered, "eps_in_sqrt": inside, "momentum": momentum}
    for (centered, inside), momentum in zip(
        product([False, True], [False, True]), [0.0, 0.9, 0.5, 0.0], strict=True
    )
]


@pytest.mark.parametrize("choices", CHOICES, ids=repr)
def test_rmsprop_answers_gradients_as_optax_does(choices: dict[str, Any]) -> None:
    """To 200 gradients of all sizes the answers are optax's, for every choice of form.

    With ε as large as 1e-2, the difference v - m² is not divided by where rounding is all of it.
    """
    settings = {"decay": 0.8, "eps": 1e-2, **choices}
    mine, other = replies(rmsprop(0.1, **settings)), replies(optax.rmsprop(0.1, **settings))
    assert_same(mine, other, rtol=1e-9, atol=1e-11)


def test_on_a_slope_the_steps_tend_to_the_rate() -> None:
    """Where the gradient is constant, step t is η / √(1 - γ^t) long: at first too long."""
    slopes = jnp.array([1e-3, -20.0])
    path = gd.descend(lambda p: p @ slopes, [0.0, 0.0], rmsprop(0.1, 0.9, 0.0), 40)
    lengths = 0.1 / np.sqrt(1 - 0.9 ** np.arange(1, 41))[:, None]
    np.testing.assert_allclose(np.diff(path.params, axis=0), -lengths * np.sign(slopes), rtol=1e-10)


def test_centred_rmsprop_strides_where_gradients_agree() -> None:
    """On a slope the gradient's deviation dies out, and centred steps grow where plain ones do not.

    The deviation √(v - m²) after t steps is |g| √(γ^t (1 - γ^t)).
    """
    path = gd.descend(lambda w: 3.0 * w, 0.0, rmsprop(0.1, 0.9, 0.0, centered=True), 40)
    kept = 0.9 ** np.arange(1, 41)
    np.testing.assert_allclose(np.diff(path.params), -0.1 / np.sqrt(kept * (1 - kept)), rtol=1e-9)


def test_centred_it_bears_gradients_that_hardly_change(single_precision: None) -> None:
    """A mean square may be below the squared mean by rounding, and its root is still a number."""
    rule = gd.optimizers.rmsprop(1e-6, centered=True)
    assert gd.descend(gd.surfaces.bowl, [1e4, 3e3], rule, 2000).diverged_at is None
