"""Newton's method: one step on a quadratic, digits that double, and where it fails."""

from __future__ import annotations

import hypothesis.strategies as st
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from jax.tree_util import Partial

import gdbook as gd
from gdbook.optimizers import newton

pytestmark = pytest.mark.usefixtures("compile_quickly")


def quadratic(A, b, params):  # type: ignore[no-untyped-def]
    """Return ½ θᵀAθ - bᵀθ, whose minimum is A⁻¹b."""
    return 0.5 * params @ A @ params - b @ params


@given(st.integers(0, 10_000), st.floats(1, 1e4))
def test_a_quadratic_takes_one_step(seed: int, κ: float) -> None:
    """From anywhere, on any quadratic, the first step ends at the minimum A⁻¹b."""
    draw = np.random.default_rng(seed)
    Q = np.linalg.qr(draw.normal(size=(3, 3)))[0]
    A = Q @ np.diag([1, κ**0.5, κ]) @ Q.T
    b, start = draw.normal(size=(2, 3))
    loss = Partial(quadratic, jnp.asarray(A), jnp.asarray(b))
    path = gd.descend(loss, jnp.asarray(start), newton(), 1)
    np.testing.assert_allclose(path.last, np.linalg.solve(A, b), rtol=1e-8, atol=1e-8)


def test_damping_is_in_the_closed_form() -> None:
    """With damping and a rate, a parabola of curvature h shrinks by 1 - η h / (h + λ) a step."""
    path = gd.descend(lambda w: 1.5 * w**2, 2.0, newton(0.5, damping=1.0), 4)
    np.testing.assert_allclose(path.params, 2 * (1 - 0.5 * 3 / 4) ** np.arange(5), rtol=1e-13)


def test_digits_double() -> None:
    """For e^w - w, whose minimum is 0, the next error is half the square of the last, nearly."""
    errors = np.abs(gd.descend(lambda w: jnp.exp(w) - w, 0.5, newton(), 4).params)
    np.testing.assert_allclose(errors[2:4] / errors[1:3] ** 2, 0.5, rtol=0.05)
    assert errors[4] < 1e-8


def test_newton_walks_to_the_saddle() -> None:
    """Between two minima it ends on the saddle, which is as flat to it as they are."""
    path = gd.descend(gd.surfaces.saddle, [1.5, 0.1], newton(), 8)
    np.testing.assert_allclose(path.last, [0, 0], atol=1e-12)


def test_a_singular_hessian_is_divergence_and_damping_its_cure() -> None:
    """On a loss that is flat in a direction, the first step is not finite; damped, it is."""

    def gutter(params):  # type: ignore[no-untyped-def]
        return params[0] ** 2

    assert gd.descend(gutter, [1.0, 1.0], newton(), 2).diverged_at == 1
    path = gd.descend(gutter, [1.0, 1.0], newton(damping=1e-6), 2)
    np.testing.assert_allclose(path.last, [0, 1], atol=1e-6)
