"""Scenes: where a demo takes place, and what is known of a place there."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.demos.scene import scenes
from tests.demos.plays import X, Y, squared_error

DOMAIN = ((-1.0, 1.0), (-2.0, 2.0))


def one(
    loss: Any, data: Any = (), domain: Any = None, start: Any = None, minima: Any = None
) -> Any:
    """Return the only scene of a loss."""
    (scene,) = scenes(loss, data, domain, start, minima)
    return scene


def test_a_surface_brings_its_window() -> None:
    """A surface's own domain, start, minima and name are the scene's."""
    scene, surface = one(gd.surfaces.himmelblau), gd.surfaces.himmelblau
    assert scene.name == surface.name
    assert scene.domain == surface.domain
    assert scene.start == surface.start
    assert scene.minima == tuple(surface.minima)


def test_what_is_said_here_comes_first() -> None:
    """A domain, a start or minima that are given replace the surface's."""
    scene = one(gd.surfaces.bowl, domain=DOMAIN, start=(0.5, 0.5), minima=())
    assert (scene.domain, scene.start, scene.minima) == (DOMAIN, (0.5, 0.5), ())


def test_a_menu_is_a_scene_each() -> None:
    """Several losses by name are as many scenes, in their order, under their names."""
    found = scenes({"A": gd.surfaces.bowl, "B": gd.surfaces.saddle}, (), None, None, None)
    assert [scene.name for scene in found] == ["A", "B"]
    assert found[1].domain == gd.surfaces.saddle.domain


def test_a_function_needs_a_window_and_a_start() -> None:
    """A loss that is no surface is refused where one of them is missing."""
    words = r"domain is None and start is \(0, 0\); expected both for a loss that is not from"
    with pytest.raises(ValueError, match=words):
        one(jnp.sum, start=(0, 0))
    assert one(squared_error, (X, Y), DOMAIN, (0, 0)).name == "squared_error"


def test_a_loss_is_a_function() -> None:
    """What cannot be called is refused."""
    with pytest.raises(TypeError, match="loss is 'bowl'; expected a surface or a function"):
        one("bowl")


def test_heights_are_those_of_the_own_data() -> None:
    """The grid, and the floor that heights are measured from, are the loss of the demo's data."""
    scene = one(squared_error, (X, Y), DOMAIN, (0.0, 0.0))
    grid = scene.grid(5)
    np.testing.assert_allclose(
        grid.z[1, 3], squared_error(np.array([grid.x[3], grid.y[1]]), (X, Y)), rtol=1e-12
    )
    spec = scene.spec()
    assert spec["floor"] == pytest.approx(float(np.min(scene.grid(101).z)))
    assert spec["start"] == [0.0, 0.0]
    assert one(gd.surfaces.bowl).spec()["floor"] == 0.0


@pytest.mark.parametrize("place", [(0.3, -0.2), (-1.5, 2.0), (1.0, 1.0)])
def test_facts_are_slope_and_curvatures(place: tuple[float, float]) -> None:
    """At any place: the loss, its gradient, and the Hessian's eigenvalues, the smaller first."""
    surface = gd.surfaces.himmelblau
    value, gradient, *curvatures = one(surface).facts(jnp.array(place))
    assert float(value) == pytest.approx(float(surface(jnp.array(place))), rel=1e-14)
    np.testing.assert_allclose(gradient, jax.grad(surface)(jnp.array(place)), rtol=1e-13)
    wanted = np.linalg.eigvalsh(jax.hessian(surface)(jnp.array(place)))
    np.testing.assert_allclose(curvatures, wanted, rtol=1e-11)
