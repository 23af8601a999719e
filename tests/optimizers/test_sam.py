"""Sharpness-aware minimization: its closed form, and what it does without a slope."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.optimizers import adam, gradient_descent, sam

pytestmark = pytest.mark.usefixtures("compile_quickly")


def test_sam_on_a_quadratic_in_closed_form() -> None:
    """On ½ θᵀAθ the step is -η A (θ + ρ Aθ / ‖Aθ‖)."""
    A, η, ρ = np.diag([1.0, 20.0]), 0.02, 0.3
    place = np.array([2.0, 1.0])
    wanted = [place]
    for _ in range(30):
        g = A @ place
        place = place - η * A @ (place + ρ * g / np.linalg.norm(g))
        wanted.append(place)
    path = gd.descend(gd.surfaces.quadratic(20), [2.0, 1.0], sam(gradient_descent(η), ρ), 30)
    np.testing.assert_allclose(path.params, wanted, rtol=1e-12, atol=1e-13)


def test_sam_does_not_settle_in_a_sharp_minimum() -> None:
    """On ½ L w², it ends by hopping across the minimum, at a distance of η L ρ / (2 - η L)."""
    L, η, ρ = 10.0, 0.1, 0.5
    path = gd.descend(lambda w: 0.5 * L * w**2, 3.0, sam(gradient_descent(η), ρ), 200)
    np.testing.assert_allclose(np.abs(path.params[-10:]), η * L * ρ / (2 - η * L), rtol=1e-10)
    assert (np.diff(np.sign(path.params[-10:])) != 0).all()


def test_without_a_slope_or_a_radius_sam_is_the_rule_inside() -> None:
    """At a stationary point it stays, finite; and with ρ = 0 it walks as the inner rule does."""
    path = gd.descend(gd.surfaces.bowl, [0.0, 0.0], sam(gradient_descent(0.1)), 3)
    np.testing.assert_array_equal(path.params, 0)
    start = jnp.asarray([1.0, 1.5])
    rules = (adam(0.1), sam(adam(0.1), 0))
    bare, same = (gd.descend(gd.surfaces.beale, start, rule, 20) for rule in rules)
    np.testing.assert_allclose(same.params, bare.params, rtol=1e-12)
