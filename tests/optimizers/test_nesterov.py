"""Nesterov: the two sequences he wrote, his bound, and a loss on which the heavy ball cycles."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given

import gdbook as gd
from gdbook.optimizers import gradient_descent, nesterov
from tests.walks import assert_same, lessard

SURFACE = gd.surfaces.quadratic(30, 0.4)


def two_sequences(η: float, β: Any, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return Nesterov's x, each a step of gradient descent, and y, each a leap beyond it."""
    slope = jax.jit(jax.grad(SURFACE))
    x = y = np.array(SURFACE.start)
    xs, ys = [x], [y]
    for t in range(steps):
        last, x = x, y - η * np.asarray(slope(y))
        y = x + β(t) * (x - last)
        xs.append(x)
        ys.append(y)
    return np.array(xs), np.array(ys)


def constant(t: Any) -> Any:
    """Return 0.8 at every step."""
    return 0.8 + 0 * t


def growing(t: Any) -> Any:
    """Return the momentum that Nesterov's bound for convex losses is proved with."""
    return t / (t + 3.0)


@pytest.mark.parametrize("β", [constant, growing])
def test_nesterov_walks_the_second_of_his_two_sequences(β: Any) -> None:
    """The parameters are Nesterov's y; his x is θ + η β v, also where β is scheduled."""
    η = 0.02
    xs, ys = two_sequences(η, β, 60)
    rule = nesterov(η, β)
    path = gd.descend(SURFACE, SURFACE.start, rule, 60)
    np.testing.assert_allclose(path.params, ys, rtol=1e-11, atol=1e-13)

    def step(state: Any, grads: Any) -> Any:
        return rule.update(grads, state)[1], state.kept

    grads = jax.jit(jax.vmap(jax.grad(SURFACE)))(path.params)
    kept = jax.lax.scan(step, rule.init(path.params[0]), grads)[1]
    np.testing.assert_allclose(path.params + η * kept, xs, rtol=1e-11, atol=1e-13)


@given(η=st.floats(0, 3e-3))
def test_nesterov_without_momentum_is_gradient_descent(η: float) -> None:
    """A ball that keeps nothing has nothing to look ahead with."""
    one, two = (
        gd.descend(gd.surfaces.beale, [1.0, 1.5], rule, 40)
        for rule in (nesterov(η, 0.0), gradient_descent(η))
    )
    assert_same(one, two)


@given(angle=st.floats(0, 3), x=st.floats(-9, 9), y=st.floats(-9, 9))
def test_nesterov_keeps_his_promise(angle: float, x: float, y: float) -> None:
    """With η = 1/L and β = t / (t + 3), the loss of x after t steps is 2 L R² / (t + 1)² at most.

    The promise is on x; y, at which the path's loss is taken, is a leap of at most the last step
    of x beyond it, so the test looks at x = y - η ∇L(y) one step on.
    """
    start = np.array([x * np.cos(angle) - y * np.sin(angle), y])
    path = gd.descend(SURFACE, start, nesterov(1 / 30, growing), 80)
    down = np.asarray(jax.vmap(lambda y: SURFACE(y - jax.grad(SURFACE)(y) / 30))(path.params))
    t = np.arange(1, 82)
    assert (down <= 2 * 30 * np.sum(start**2) / (t + 1) ** 2 + 1e-12).all()


def test_nesterov_converges_where_the_heavy_ball_cycles() -> None:
    """On Lessard's function, with η = 1/L and the β for its L and µ, the walk ends at 0."""
    path = gd.descend(lessard, jnp.asarray(3.3), nesterov(1 / 25, 2 / 3), 300)
    assert abs(float(path.last)) < 1e-12
