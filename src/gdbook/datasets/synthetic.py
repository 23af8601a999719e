"""Made data: each set follows from its key, which may be any JAX random key."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from gdbook import checks
from gdbook.datasets.dataset import Dataset

MADE = "made from a random key"


def line(
    key: jax.Array,
    n: int = 20,
    *,
    slope: float = 0.5,
    intercept: float = 1.0,
    noise: float = 0.3,
) -> Dataset:
    r"""Return points scattered about a line, with inputs spread evenly over [-3, 3].

    .. math:: y_i = slope · x_i + intercept + noise · ε_i, \qquad ε_i ∼ N(0, 1)

    Args:
        key: a JAX random key; the same key gives the same points.
        n: how many points, at least 1.
        slope: rise per unit of input.
        intercept: height at input 0.
        noise: standard deviation of the scatter, >= 0.

    Raises:
        TypeError: if ``n`` is not an integer or ``noise`` is not a number.
        ValueError: if ``n`` is below 1, or ``noise`` is negative or not finite.
    """
    n = checks.count("n", n)
    checks.finite("noise", noise, 0)
    inputs = jnp.linspace(-3.0, 3.0, n)
    targets = slope * inputs + intercept + noise * jax.random.normal(key, (n,))
    sign = "-" if intercept < 0 else "+"
    about = f"{n} points about y = {slope:g} x {sign} {abs(intercept):g}"
    return Dataset(inputs, targets, about, MADE)


def sine(key: jax.Array, n: int = 40, *, noise: float = 0.1) -> Dataset:
    r"""Return points scattered about a sine, with inputs spread evenly over [-π, π].

    .. math:: y_i = \sin x_i + noise · ε_i, \qquad ε_i ∼ N(0, 1)

    Args:
        key: a JAX random key; the same key gives the same points.
        n: how many points, at least 1.
        noise: standard deviation of the scatter, >= 0.

    Raises:
        TypeError: if ``n`` is not an integer or ``noise`` is not a number.
        ValueError: if ``n`` is below 1, or ``noise`` is negative or not finite.
    """
    n = checks.count("n", n)
    checks.finite("noise", noise, 0)
    inputs = jnp.linspace(-jnp.pi, jnp.pi, n)
    targets = jnp.sin(inputs) + noise * jax.random.normal(key, (n,))
    return Dataset(inputs, targets, f"{n} points about y = sin x", MADE)


def chebyshev(n: int = 20, degree: int = 4) -> Dataset:
    r"""Return a Chebyshev polynomial at evenly spread points of [-1, 1], without noise.

    .. math:: y_i = T_d(x_i) = \cos(d \arccos x_i)

    Args:
        n: how many points, at least 1.
        degree: d, at least 1.

    Raises:
        TypeError: if an argument is not an integer.
        ValueError: if an argument is below 1.

    Source:
        J. Cohen et al., "Gradient Descent on Neural Networks Typically Occurs at the Edge of
        Stability", ICLR 2021, who watch a network learn it.
    """
    n, degree = checks.count("n", n), checks.count("degree", degree)
    inputs = jnp.linspace(-1.0, 1.0, n)
    targets = jnp.cos(degree * jnp.arccos(inputs))
    return Dataset(inputs, targets, f"T{degree} at {n} points of [-1, 1]", "Chebyshev")


def blobs(
    key: jax.Array,
    n: int = 60,
    *,
    centres: Sequence[Sequence[float]] = ((-1.0, -1.0), (1.0, 1.0)),
    noise: float = 0.5,
) -> Dataset:
    """Return round clouds of points about centres, as many about each, in turn.

    Args:
        key: a JAX random key; the same key gives the same points.
        n: how many points in all, at least 1.
        centres: shape (classes, features).
        noise: standard deviation in each direction, >= 0.

    Raises:
        TypeError: if ``n`` is not an integer or ``noise`` is not a number.
        ValueError: if ``n`` is below 1, or ``noise`` is negative or not finite.
    """
    n = checks.count("n", n)
    checks.finite("noise", noise, 0)
    places = jnp.asarray(centres, float)
    classes = jnp.arange(n) % len(places)
    inputs = places[classes] + noise * jax.random.normal(key, (n, places.shape[1]))
    return Dataset(inputs, classes, f"{n} points in {len(places)} clouds", MADE)


def moons(key: jax.Array, n: int = 100, *, noise: float = 0.1) -> Dataset:
    """Return two half circles that reach into each other.

    Args:
        key: a JAX random key; the same key gives the same points.
        n: how many points in all, at least 1.
        noise: standard deviation in each direction, >= 0.

    Raises:
        TypeError: if ``n`` is not an integer or ``noise`` is not a number.
        ValueError: if ``n`` is below 1, or ``noise`` is negative or not finite.
    """
    n = checks.count("n", n)
    checks.finite("noise", noise, 0)
    classes = jnp.arange(n) % 2
    angle = jnp.pi * (jnp.arange(n) // 2) / max((n - 1) // 2, 1)
    upper = jnp.stack([jnp.cos(angle), jnp.sin(angle)], axis=1)
    lower = jnp.stack([1 - jnp.cos(angle), 0.5 - jnp.sin(angle)], axis=1)
    clean = jnp.where(classes[:, None] == 0, upper, lower)
    inputs = clean + noise * jax.random.normal(key, (n, 2))
    return Dataset(inputs, classes, f"{n} points on two moons", MADE)


def spirals(key: jax.Array, n: int = 200, *, turns: float = 1.5, noise: float = 0.02) -> Dataset:
    """Return two spirals wound about each other, from the middle out to radius 1.

    Args:
        key: a JAX random key; the same key gives the same points.
        n: how many points in all, at least 1.
        turns: how often each goes round, >= 0.
        noise: standard deviation in each direction, >= 0.

    Raises:
        TypeError: if ``n`` is not an integer, or another argument is not a number.
        ValueError: if ``n`` is below 1, or another argument is negative or not finite.
    """
    n = checks.count("n", n)
    checks.finite("turns", turns, 0)
    checks.finite("noise", noise, 0)
    classes = jnp.arange(n) % 2
    radius = (jnp.arange(n) // 2 + 1) / ((n + 1) // 2)
    angle = 2 * jnp.pi * turns * radius + jnp.pi * classes
    clean = radius[:, None] * jnp.stack([jnp.cos(angle), jnp.sin(angle)], axis=1)
    inputs = clean + noise * jax.random.normal(key, (n, 2))
    return Dataset(inputs, classes, f"{n} points on two spirals", MADE)
