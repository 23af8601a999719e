"""Losses of two parameters to walk on, each with its domain, minima, a good start and its source.

A surface is called like any loss, ``surface(params)`` with ``params`` of shape (2,), and any other
function can take its place; what it carries besides is for tests and for drawing.
"""

# mypy: disable-error-code="no-any-return"
# (the entries of a JAX array are Any to a type checker, and so is all that is computed from them)

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from gdbook import checks

Point = tuple[float, float]
"""A place in the plane: two parameters."""


class Grid(NamedTuple):
    """A surface sampled for drawing.

    Attributes:
        x: shape (n,), the first parameter.
        y: shape (n,), the second parameter.
        z: shape (n, n), the loss at ``(x[j], y[i])`` in entry ``[i, j]``.
        minima: the surface's known minima inside the window.
        floor: the smallest loss there, at a grid point or at a minimum.
    """

    x: jax.Array
    y: jax.Array
    z: jax.Array
    minima: tuple[Point, ...]
    floor: float


@dataclass(frozen=True)
class Surface:
    """A loss of two parameters.

    Attributes:
        name: what it is called in figures.
        loss: the function itself, from shape (2,) to a scalar.
        domain: ``((x low, x high), (y low, y high))``, the window worth looking at.
        minima: the known minima; all of them, unless the docstring says otherwise.
        start: a start from which the walk is instructive.
        source: who published it.
        code: the Python that makes it, with which a demo's state is copied; empty if unknown.
    """

    name: str
    loss: Callable[[jax.Array], jax.Array]
    domain: tuple[Point, Point]
    minima: tuple[Point, ...]
    start: Point
    source: str
    code: str = ""

    def __call__(self, params: ArrayLike) -> jax.Array:
        """Return the loss at one place, ``params`` of shape (2,).

        Raises:
            ValueError: if ``params`` has another shape.
        """
        params = jnp.asarray(params)
        if params.shape != (2,):
            raise ValueError(f"params of {self.name} has shape {params.shape}; expected (2,)")
        return self.loss(params)

    def grid(self, domain: tuple[Point, Point] | None = None, n: int = 201) -> Grid:
        """Return the loss sampled on ``n`` by ``n`` places of the domain, or of another window.

        Raises:
            TypeError: if ``n`` is not an integer.
            ValueError: if ``n`` is below 1.
        """
        n = checks.count("n", n)
        (x0, x1), (y0, y1) = domain or self.domain
        x, y = jnp.linspace(x0, x1, n), jnp.linspace(y0, y1, n)
        places = jnp.stack(jnp.meshgrid(x, y), axis=-1)
        z = _heights(self, places)
        minima = tuple(m for m in self.minima if x0 <= m[0] <= x1 and y0 <= m[1] <= y1)
        floor = min([float(z.min()), *(float(self(jnp.asarray(m, z.dtype))) for m in minima)])
        return Grid(x, y, z, minima, floor)


@partial(jax.jit, static_argnums=0)  # one program, where eager operations would each be one
def _heights(surface: Surface, places: jax.Array) -> jax.Array:
    heights: jax.Array = jax.vmap(jax.vmap(surface))(places)
    return heights


def _surface(
    *, domain: tuple[Point, Point], minima: tuple[Point, ...], start: Point, source: str
) -> Callable[[Callable[[jax.Array], jax.Array]], Surface]:
    """Make a surface of the function below it, named after that function."""

    def wrap(loss: Callable[[jax.Array], jax.Array]) -> Surface:
        name = loss.__name__.replace("_", " ")
        code = f"gd.surfaces.{loss.__name__}"
        # As parameters, whole numbers would make integers.
        first, *lowest = ((float(x), float(y)) for x, y in (start, *minima))
        surface = Surface(name, loss, domain, tuple(lowest), first, source, code)
        object.__setattr__(surface, "__doc__", loss.__doc__)
        return surface

    return wrap


@_surface(
    domain=((-3, 3), (-3, 3)),
    minima=((0, 0),),
    start=(2.5, 2.5),
    source="the simplest there is",
)
def bowl(params: jax.Array) -> jax.Array:
    """A round bowl, ``w² + b²``; its curvature is 2 in every direction."""
    w, b = params
    return w**2 + b**2


def quadratic(condition_number: float = 10.0, angle: float = 0.0) -> Surface:
    """Return an elongated bowl ``½ θᵀAθ`` whose curvatures are 1 and ``condition_number``.

    Args:
        condition_number: κ = L/µ, the ratio of the largest curvature to the smallest, >= 1.
        angle: how far the valley is turned, counter-clockwise from the first axis, in radians.

    Raises:
        TypeError: if an argument is not a number.
        ValueError: if ``condition_number`` is below 1 or an argument is not finite.

    Example:
        >>> import gdbook as gd
        >>> float(gd.surfaces.quadratic(100)([0.0, 1.0]))
        50.0
    """
    checks.finite("condition_number", condition_number, 1)
    checks.finite("angle", angle)
    return _quadratic(float(condition_number), float(angle))


@cache  # so that the same surface is the same function, and compiles once
def _quadratic(condition_number: float, angle: float) -> Surface:
    cos, sin = math.cos(angle), math.sin(angle)

    def loss(params: jax.Array) -> jax.Array:
        x, y = params
        along, across = cos * x + sin * y, cos * y - sin * x
        return 0.5 * along**2 + 0.5 * condition_number * across**2

    start = (2 * cos - 1 * sin, 2 * sin + 1 * cos)
    return Surface(
        name=f"quadratic, κ = {condition_number:g}",
        loss=loss,
        domain=((-2.5, 2.5), (-2.5, 2.5)),
        minima=((0.0, 0.0),),
        start=start,
        source="classic",
        code=f"gd.surfaces.quadratic({condition_number!r}, {angle!r})",
    )


@_surface(
    domain=((-2, 2), (-1, 3)),
    minima=((1, 1),),
    start=(-1.2, 1),
    source="H. H. Rosenbrock, The Computer Journal 3(3), 1960",
)
def rosenbrock(params: jax.Array) -> jax.Array:
    """A curved valley with a nearly flat floor: easy to find, slow to follow."""
    x, y = params
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


@_surface(
    domain=((-2, 2), (-1, 3)),
    minima=((1, 1),),
    start=(-1.5, 2),
    source="Rosenbrock's function with 10 in place of 100",
)
def curved_valley(params: jax.Array) -> jax.Array:
    """A gentler Rosenbrock, on which optimizers race."""
    x, y = params
    return (1 - x) ** 2 + 10 * (y - x**2) ** 2


@_surface(
    domain=((-5, 5), (-5, 5)),
    minima=(
        (3, 2),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    ),
    start=(0, 0),
    source="D. M. Himmelblau, Applied Nonlinear Programming, McGraw-Hill, 1972",
)
def himmelblau(params: jax.Array) -> jax.Array:
    """Four minima, all of loss 0: where the walk ends depends on where it began."""
    x, y = params
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


@_surface(
    domain=((-4.5, 4.5), (-4.5, 4.5)),
    minima=((3, 0.5),),
    start=(1, 1.5),
    source="E. M. L. Beale, On an Iterative Method for Finding a Local Minimum, Princeton, 1958",
)
def beale(params: jax.Array) -> jax.Array:
    """A flat valley with steep corners, where one learning rate does not fit all places."""
    x, y = params
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


_TILT = 0.3


def _two_valleys_minima() -> tuple[Point, Point]:
    """Return the outer roots of 4x³ - 4x + tilt, by Viète's trigonometric formula."""
    third = math.acos(-3 * math.sqrt(3) * _TILT / 8) / 3
    right, left = (2 / math.sqrt(3) * math.cos(third - turn) for turn in (0, 4 * math.pi / 3))
    return (left, 0), (right, 0)


@_surface(
    domain=((-2, 2), (-1.5, 1.5)),
    minima=_two_valleys_minima(),
    start=(1.6, 1.1),
    source="the tilted double well, classic",
)
def two_valleys(params: jax.Array) -> jax.Array:
    """Two valleys, the left one deeper; from the right, the way to it leads uphill."""
    x, y = params
    return (x**2 - 1) ** 2 + _TILT * x + y**2


@_surface(
    domain=((-2, 2), (-2, 2)),
    minima=((0, 1), (0, -1)),
    start=(1.5, 0.001),
    source="Y. Nesterov, Introductory Lectures on Convex Optimization, Springer, 2004, sec. 1.2.3",
)
def saddle(params: jax.Array) -> jax.Array:
    """A saddle at the origin between two minima: downhill into it, then hardly at all."""
    x, y = params
    return 0.5 * x**2 + 0.25 * y**4 - 0.5 * y**2


@_surface(
    domain=((-4, 4), (-4, 4)),
    minima=((0, 0),),
    start=(2.6, 1.4),
    source="an inverted Gaussian, classic",
)
def plateau(params: jax.Array) -> jax.Array:
    """A dip in a plain: far from it the ground is so flat that the gradient says almost nothing."""
    x, y = params
    return 1 - jnp.exp(-0.5 * (x**2 + y**2))


@_surface(
    domain=((-5.12, 5.12), (-5.12, 5.12)),
    minima=((0, 0),),
    start=(3.2, -2.3),
    source="L. A. Rastrigin, Systems of Extremal Control, Nauka, 1974",
)
def rastrigin(params: jax.Array) -> jax.Array:
    """An egg box: a minimum near every pair of integers; only the lowest one is declared."""
    return 10 * params.size + jnp.sum(params**2 - 10 * jnp.cos(2 * jnp.pi * params))


@_surface(
    domain=((-5, 5), (-5, 5)),
    minima=((0, 0),),
    start=(3.6, -2.7),
    source="D. H. Ackley, A Connectionist Machine for Genetic Hillclimbing, Kluwer, 1987",
)
def ackley(params: jax.Array) -> jax.Array:
    """A funnel with dimples all the way down; only the lowest minimum is declared.

    Its tip is a kink, where no gradient exists; there, this function's gradient is 0.
    """
    square = jnp.mean(params**2)
    tip = square == 0
    radius = jnp.where(tip, 0, jnp.sqrt(jnp.where(tip, 1, square)))
    ripples = jnp.mean(jnp.cos(2 * jnp.pi * params))
    return 20 - 20 * jnp.exp(-0.2 * radius) + jnp.e - jnp.exp(ripples)


ALL: tuple[Surface, ...] = (
    bowl,
    quadratic(),
    rosenbrock,
    curved_valley,
    himmelblau,
    beale,
    two_valleys,
    saddle,
    plateau,
    rastrigin,
    ackley,
)
"""One of each."""
