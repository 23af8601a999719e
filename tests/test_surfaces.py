"""Surfaces: their minima are minima, their gradients are right, and what they carry is true."""

from __future__ import annotations

import functools
import math
import re
from typing import Any

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings

import gdbook as gd
from gdbook.surfaces import ALL, Surface

TURNED = gd.surfaces.quadratic(250.0, 0.7)
EVERY = (*ALL, TURNED)
SMOOTH = tuple(surface for surface in EVERY if surface is not gd.surfaces.ackley)
NAMES = [surface.name for surface in EVERY]

of_every_surface = pytest.mark.parametrize("surface", EVERY, ids=lambda surface: surface.name)
of_every_minimum = pytest.mark.parametrize(
    ("surface", "minimum"),
    [(surface, minimum) for surface in SMOOTH for minimum in surface.minima],
    ids=lambda value: getattr(value, "name", str(value)),
)


PLACES = 500  # looked at together, so that each surface is compiled once


@functools.cache
def compiled(surface: Surface) -> Any:
    """Return a surface's values and gradients at many places, as one compiled function."""
    return jax.jit(jax.vmap(jax.value_and_grad(surface)))


def look(surface: Surface, places: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return a surface's values and gradients at places, shape (n, 2) with n up to 500."""
    places = np.asarray(places, float)
    rest = np.broadcast_to(places[:1], (PLACES - len(places), 2))
    values, grads = compiled(surface)(np.concatenate([places, rest]))
    return np.asarray(values)[: len(places)], np.asarray(grads)[: len(places)]


@functools.cache
def curvature(surface: Surface) -> Any:
    """Return a surface's Hessian, compiled."""
    return jax.jit(jax.hessian(surface))


@functools.cache
def somewhere(surface: Surface) -> np.ndarray:
    """Return places spread over the domain, shape (500, 2)."""
    (x0, x1), (y0, y1) = surface.domain
    return np.random.default_rng(0).uniform((x0, y0), (x1, y1), (PLACES, 2))


def steepness(surface: Surface) -> float:
    """Return the typical length of the gradient in the domain, the scale of what counts as 0."""
    _, grads = look(surface, somewhere(surface))
    return float(np.median(np.linalg.norm(grads, axis=1)))


@of_every_minimum
def test_gradient_is_zero_at_every_minimum(surface: Surface, minimum: Any) -> None:
    """At each declared minimum the gradient is zero to nine digits of its usual length."""
    _, grads = look(surface, [minimum])
    assert np.linalg.norm(grads[0]) <= 1e-9 * steepness(surface)


@of_every_minimum
def test_hessian_is_positive_definite_at_every_minimum(surface: Surface, minimum: Any) -> None:
    """At each declared minimum the surface curves upward in every direction."""
    hessian = curvature(surface)(jnp.asarray(minimum, float))
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12, atol=1e-12)
    assert np.linalg.eigvalsh(hessian).min() > 0.1


@of_every_surface
@settings(max_examples=25)
@given(across=st.floats(0, 1), up=st.floats(0, 1))
def test_gradient_agrees_with_finite_differences(
    surface: Surface, across: float, up: float
) -> None:
    """Anywhere in the domain, jax.grad is the slope that two nearby values show."""
    (x0, x1), (y0, y1) = surface.domain
    at = np.array([x0 + across * (x1 - x0), y0 + up * (y1 - y0)])
    if surface is gd.surfaces.ackley and np.linalg.norm(at) < 0.1:
        return  # near its kink a difference across it says nothing
    h = 1e-5
    nearby = np.array([[0, 0], [h, 0], [-h, 0], [0, h], [0, -h]]) + at
    values, grads = look(surface, nearby)
    slope = np.array([values[1] - values[2], values[3] - values[4]]) / (2 * h)
    rounding = 4 * np.finfo(float).eps * abs(values[0]) / h
    np.testing.assert_allclose(grads[0], slope, rtol=1e-6, atol=1e-6 + rounding)


@of_every_surface
def test_no_place_is_lower_than_the_lowest_minimum(surface: Surface) -> None:
    """Of five hundred random places in the domain, none lies below the lowest declared minimum."""
    values, _ = look(surface, somewhere(surface))
    minima, _ = look(surface, surface.minima)
    assert minima.min() <= values.min() + 1e-12


@of_every_surface
@settings(max_examples=20)
@given(turn=st.floats(0, 2 * math.pi))
def test_every_step_from_a_minimum_leads_up(surface: Surface, turn: float) -> None:
    """A short way from each declared minimum, in any direction, the loss is larger."""
    minima = np.asarray(surface.minima, float)
    around = minima + 1e-3 * np.array([math.cos(turn), math.sin(turn)])
    assert (look(surface, around)[0] > look(surface, minima)[0]).all()


@of_every_surface
def test_start_and_minima_are_in_the_domain(surface: Surface) -> None:
    """The window worth looking at holds the start and all declared minima."""
    for place in (surface.start, *surface.minima):
        for coordinate, (low, high) in zip(place, surface.domain, strict=True):
            assert low < coordinate < high


@of_every_surface
def test_the_walk_from_the_start_has_somewhere_to_go(surface: Surface) -> None:
    """The start is no stationary point, and lies higher than the lowest minimum."""
    values, grads = look(surface, [surface.start, *surface.minima])
    assert np.linalg.norm(grads[0]) > 1e-3
    assert values[0] > values[1:].min()


@of_every_surface
def test_a_surface_says_what_it_is(surface: Surface) -> None:
    """Each surface has a name and a source in words."""
    assert surface.name.strip()
    assert surface.source.strip()


def test_there_are_at_least_ten_surfaces_with_names_of_their_own() -> None:
    """The book has at least ten surfaces, and no two share a name."""
    assert len(ALL) >= 10
    assert len({surface.name for surface in ALL}) == len(ALL)


def test_all_lists_every_surface_of_the_module() -> None:
    """No surface of the module is missing from ALL, which is what these tests go through."""
    surfaces = [thing for thing in vars(gd.surfaces).values() if isinstance(thing, Surface)]
    assert all(any(surface is one for one in ALL) for surface in surfaces)
    assert all(surface.__doc__ != Surface.__doc__ for surface in surfaces)


@of_every_surface
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_surface_keeps_the_precision_it_is_given(
    surface: Surface, dtype: str, strict_promotion: None
) -> None:
    """Value and gradient have the dtype of the parameters, without mixing dtypes on the way."""
    params = jax.ShapeDtypeStruct((2,), dtype)
    value, grad = jax.eval_shape(jax.value_and_grad(surface), params)
    assert value.dtype == dtype
    assert grad.dtype == dtype
    assert value.shape == ()


@of_every_surface
@pytest.mark.parametrize("params", [[1.0], [1.0, 2.0, 3.0], 1.0, [[1.0, 2.0]]], ids=repr)
def test_a_surface_refuses_other_shapes(surface: Surface, params: Any) -> None:
    """Anything but two parameters is refused, with the surface's name and the shape it got."""
    shape = re.escape(str(np.shape(params)))
    name = re.escape(surface.name)
    with pytest.raises(ValueError, match=rf"^params of {name} has shape {shape}; expected \(2,\)"):
        surface(params)


def test_surfaces_are_fixed() -> None:
    """A surface cannot be changed, and can be told from others, so that compiled loops keep it."""
    with pytest.raises(AttributeError):
        gd.surfaces.bowl.start = (0, 0)  # type: ignore[misc]
    assert len({*EVERY}) == len(EVERY)


# Known values.


@pytest.mark.parametrize(
    ("surface", "at", "value"),
    [
        (gd.surfaces.bowl, (3, 4), 25),
        (gd.surfaces.rosenbrock, (-1.2, 1), 24.2),
        (gd.surfaces.rosenbrock, (1, 1), 0),
        (gd.surfaces.curved_valley, (-1.5, 2), 6.875),
        (gd.surfaces.himmelblau, (0, 0), 170),
        (gd.surfaces.himmelblau, (3, 2), 0),
        (gd.surfaces.beale, (3, 0.5), 0),
        (gd.surfaces.beale, (0, 0), 1.5**2 + 2.25**2 + 2.625**2),
        (gd.surfaces.two_valleys, (-1, 0), -0.3),
        (gd.surfaces.two_valleys, (0, 2), 5),
        (gd.surfaces.saddle, (0, 0), 0),
        (gd.surfaces.saddle, (0, 1), -0.25),
        (gd.surfaces.plateau, (0, 0), 0),
        (gd.surfaces.plateau, (4, 0), 1 - math.exp(-8)),
        (gd.surfaces.rastrigin, (1, -1), 2),
        (gd.surfaces.rastrigin, (0.5, 0.5), 40.5),
        (gd.surfaces.ackley, (0, 0), 0),
        (gd.surfaces.ackley, (1, 1), 20 - 20 * math.exp(-0.2)),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_known_values(surface: Surface, at: tuple[float, float], value: float) -> None:
    """Values worked out by hand."""
    assert float(surface(np.array(at, float))) == pytest.approx(value, rel=1e-13, abs=1e-14)


def test_rosenbrock_is_ill_conditioned_at_its_minimum() -> None:
    """The Hessian at (1, 1) is [[802, -400], [-400, 200]], with condition number 2508.01."""
    hessian = curvature(gd.surfaces.rosenbrock)(jnp.ones(2))
    np.testing.assert_allclose(hessian, [[802, -400], [-400, 200]], rtol=1e-13)
    assert np.linalg.cond(hessian) == pytest.approx(2508.0096, abs=1e-3)


def test_himmelblau_has_four_minima_of_loss_zero() -> None:
    """All four places at which both squares vanish are declared, and no other."""
    minima = np.asarray(gd.surfaces.himmelblau.minima, float)
    assert len(minima) == 4
    np.testing.assert_allclose([gd.surfaces.himmelblau(m) for m in minima], 0, atol=1e-24)
    distances = np.linalg.norm(minima[:, None] - minima[None], axis=-1)
    assert distances[~np.eye(4, dtype=bool)].min() > 3


def test_two_valleys_are_unequal() -> None:
    """The left valley is the deeper one, and the way from the right one leads over a hill."""
    (left, _), (right, _) = gd.surfaces.two_valleys.minima
    low, high = (float(gd.surfaces.two_valleys([x, 0.0])) for x in (left, right))
    assert left < 0 < right
    assert low < high - 0.5
    across = np.stack([np.linspace(left, right, 101), np.zeros(101)], axis=1)
    between, _ = look(gd.surfaces.two_valleys, across)
    assert between.max() > high + 0.5


def test_saddle_has_a_saddle_at_the_origin() -> None:
    """At the origin the gradient is zero, and curvature is +1 one way and -1 the other."""
    _, grads = look(gd.surfaces.saddle, [(0, 0)])
    hessian = curvature(gd.surfaces.saddle)(jnp.zeros(2))
    np.testing.assert_array_equal(grads[0], [0, 0])
    np.testing.assert_array_equal(hessian, [[1, 0], [0, -1]])


def test_plateau_is_flat_far_from_its_dip() -> None:
    """At the domain's corners the gradient has all but vanished, and the loss is almost 1."""
    values, grads = look(gd.surfaces.plateau, [(4, 4)])
    assert np.linalg.norm(grads[0]) < 1e-5
    assert values[0] == pytest.approx(1, abs=1e-6)


def test_rastrigin_has_a_minimum_near_every_pair_of_integers() -> None:
    """From each pair of integers, Newton's method finds a minimum less than 0.1 away."""
    places = np.stack(np.meshgrid(*[np.arange(-5.0, 6.0)] * 2), -1).reshape(-1, 2)
    grad, hessian = jax.grad(gd.surfaces.rastrigin), jax.hessian(gd.surfaces.rastrigin)

    @jax.jit
    @jax.vmap
    def newton(at: jax.Array) -> Any:
        def step(_: Any, at: jax.Array) -> jax.Array:
            return at - grad(at) / jnp.diag(hessian(at))  # the two coordinates are separate

        at = jax.lax.fori_loop(0, 8, step, at)
        return at, grad(at), jnp.diag(hessian(at))

    found, slopes, curvatures = newton(places)
    np.testing.assert_allclose(slopes, 0, atol=1e-10)
    assert curvatures.min() > 0
    assert np.linalg.norm(found - places, axis=1).max() < 0.1


@given(st.floats(0, 2 * math.pi))
def test_ackley_rises_in_every_direction_from_its_tip(turn: float) -> None:
    """At the tip the slope in every direction is 4 / sqrt(2), uphill."""
    direction = np.array([math.cos(turn), math.sin(turn)])
    values, grads = look(gd.surfaces.ackley, [1e-7 * direction])
    assert values[0] / 1e-7 == pytest.approx(4 / math.sqrt(2), rel=1e-5)
    np.testing.assert_allclose(grads[0] @ direction, 4 / math.sqrt(2), rtol=1e-5)


def test_ackley_has_gradient_zero_at_its_tip() -> None:
    """At the tip, where no gradient exists, the gradient is 0 by convention and never nan."""
    values, grads = look(gd.surfaces.ackley, [(0, 0)])
    np.testing.assert_array_equal(grads[0], [0, 0])
    assert values[0] == pytest.approx(0, abs=1e-14)


# The quadratic of any condition number and rotation.


@given(st.floats(1, 1e4), st.floats(-7, 7))
def test_quadratic_has_the_curvatures_asked_for(condition_number: float, angle: float) -> None:
    """Its Hessian has eigenvalues 1, along the angle, and the condition number, across it."""
    surface = gd.surfaces.quadratic(condition_number, angle)
    along = np.array([math.cos(angle), math.sin(angle)])
    across = np.array([-math.sin(angle), math.cos(angle)])

    def curvature(u: np.ndarray, v: np.ndarray) -> float:
        """Return uᵀAv, of which a form ½ θᵀAθ is made."""
        return float(surface.loss(u + v) - surface.loss(u) - surface.loss(v))

    rounding = 1e-14 * condition_number
    assert curvature(along, along) == pytest.approx(1, abs=rounding)
    assert curvature(across, across) == pytest.approx(condition_number, abs=rounding)
    assert curvature(along, across) == pytest.approx(0, abs=rounding)


@settings(max_examples=25)
@given(st.floats(1, 1e4), st.floats(-7, 7))
def test_quadratic_starts_at_the_same_place_of_its_valley(κ: float, angle: float) -> None:
    """The start turns with the valley: 2 along it and 1 across, so the loss is (4 + κ) / 2."""
    surface = gd.surfaces.quadratic(κ, angle)
    assert float(surface(surface.start)) == pytest.approx((4 + κ) / 2, rel=1e-12)
    assert all(low < c < high for c, (low, high) in zip(surface.start, surface.domain, strict=True))


def test_quadratic_names_its_condition_number() -> None:
    """Figures can tell two quadratics apart by name."""
    assert gd.surfaces.quadratic(100).name == "quadratic, κ = 100"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"condition_number": 0.5}, ValueError, "condition_number is 0.5; expected a number >= 1"),
        ({"condition_number": -3}, ValueError, "condition_number is -3; expected a number >= 1"),
        ({"condition_number": math.inf}, ValueError, "condition_number is inf; expected a number"),
        ({"condition_number": math.nan}, ValueError, "condition_number is nan; expected a number"),
        ({"condition_number": "ten"}, TypeError, "condition_number is 'ten'; expected a number"),
        ({"angle": math.nan}, ValueError, "angle is nan; expected a finite number"),
        ({"angle": math.inf}, ValueError, "angle is inf; expected a finite number"),
        ({"angle": None}, TypeError, "angle is None; expected a finite number"),
    ],
)
def test_quadratic_refuses_what_is_none(
    arguments: Any, error: type[Exception], message: str
) -> None:
    """A condition number below 1, or an argument that is no finite number, is named and shown."""
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        gd.surfaces.quadratic(**arguments)


# Grids.


def test_grid_has_its_first_parameter_along_columns() -> None:
    """Entry [i, j] of a grid is the loss at (x[j], y[i])."""
    surface, n = gd.surfaces.beale, 7
    grid = surface.grid(((-1, 2), (0.5, 1)), n=n)
    assert grid.x.shape == grid.y.shape == (n,)
    assert grid.z.shape == (n, n)
    assert (grid.x[0], grid.x[-1], grid.y[0], grid.y[-1]) == (-1, 2, 0.5, 1)
    x, y, z = map(np.asarray, grid[:3])
    for i in range(n):
        values, _ = look(surface, [(x[j], y[i]) for j in range(n)])
        np.testing.assert_allclose(z[i], values, rtol=1e-13)


def test_grid_spans_the_domain() -> None:
    """Without a window, a grid of 201 by 201 places covers the domain, in even steps."""
    grid = gd.surfaces.two_valleys.grid()
    assert grid.z.shape == (201, 201)
    np.testing.assert_allclose(grid.x, np.linspace(-2, 2, 201), atol=1e-15)
    np.testing.assert_allclose(grid.y, np.linspace(-1.5, 1.5, 201), atol=1e-15)


@of_every_surface
def test_no_grid_value_is_below_its_floor(surface: Surface) -> None:
    """The floor is the lowest loss that a figure of the domain can show, minima included."""
    grid = surface.grid(n=24)
    assert grid.minima == surface.minima
    lowest = look(surface, surface.minima)[0].min()
    assert grid.floor == pytest.approx(min(lowest, float(grid.z.min())), abs=1e-12)
    assert np.isfinite(grid.z).all()


def test_grid_knows_only_the_minima_in_its_window() -> None:
    """A window without a minimum has none, and its floor is its lowest sample."""
    right = gd.surfaces.himmelblau.grid(((0, 5), (0, 5)), n=11)
    assert right.minima == ((3, 2),)
    assert right.floor == 0
    none = gd.surfaces.himmelblau.grid(((-1, 1), (-1, 1)), n=11)
    assert none.minima == ()
    assert none.floor == float(none.z.min())


@pytest.mark.parametrize(("n", "error"), [(0, ValueError), (2.5, TypeError)])
def test_grid_refuses_a_size_that_is_none(n: Any, error: type[Exception]) -> None:
    """A grid has a whole, positive number of places on each side."""
    with pytest.raises(error, match=rf"^n is {n}; expected an integer >= 1"):
        gd.surfaces.bowl.grid(n=n)


def test_every_known_minimum_can_be_walked_from() -> None:
    """Places are floating-point, as parameters must be, and the same bowl is the same function."""
    for surface in vars(gd.surfaces).values():
        if isinstance(surface, gd.surfaces.Surface):
            assert all(isinstance(x, float) for place in surface.minima for x in place)
    assert gd.surfaces.quadratic(30) is gd.surfaces.quadratic(np.float64(30))
    assert gd.surfaces.quadratic(np.float64(30)).code == "gd.surfaces.quadratic(30.0, 0.0)"
