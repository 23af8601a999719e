"""Prodigy: it finds the distance that it has to go."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.optimizers import prodigy

pytestmark = pytest.mark.usefixtures("compile_quickly")


def distance(params: jax.Array) -> jax.Array:
    """Return a convex loss with a gradient of one length: the distance to the origin."""
    return jnp.sum(jnp.abs(params))


@pytest.mark.parametrize("far", [0.3, 30.0, 3000.0])
def test_the_distance_is_found_and_never_overshot(far: float) -> None:
    """On a convex loss d grows from 10⁻⁶ to within a factor of the distance, and never past it."""

    def step(carry, _):  # type: ignore[no-untyped-def]
        params, state = carry
        updates, state = rule.update(jax.grad(distance)(params), state, params)
        return (params + updates, state), state.d

    rule, start = prodigy(), jnp.array([far])
    d = jax.lax.scan(step, (start, rule.init(start)), length=300)[1]
    assert (np.diff(d) >= 0).all()
    assert far / 10 < d[-1] <= far * (1 + 1e-12)


def test_prodigy_stays_where_the_gradient_is_zero() -> None:
    """Where no gradient has been seen, the estimate stays what it was, and no step is nan."""
    path = gd.descend(gd.surfaces.bowl, [0.0, 0.0], prodigy(), 5)
    np.testing.assert_array_equal(path.params, 0)


def test_the_first_step_is_adam_s_times_d0() -> None:
    """The first step is against the gradient's sign, of length d0."""
    path = gd.descend(gd.surfaces.bowl, [3.0, -0.5], prodigy(eps=0.0, d0=0.01), 1)
    np.testing.assert_allclose(np.diff(path.params, axis=0), [[-0.01, 0.01]], rtol=1e-10)
