"""Basins of attraction: at which minimum a racer ends, for each of a grid of starts."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from gdbook import checks
from gdbook.demos.points import Points
from gdbook.demos.scene import Scene
from gdbook.descend import descend
from gdbook.palette import LIGHT, PALEST
from gdbook.types import Optimizer

GRID = 128  # starts along each parameter
NEAR = 0.003  # of the window's width: how near to a minimum a walk is at it
NONE, GONE = -2, -1  # in place of a minimum's number: at none of them, and no finite place


class Fates(NamedTuple):
    """Where the walks from a grid of starts have come.

    Attributes:
        home: shape (n, n), from the low ends of both parameters: the minimum's number, ``NONE``
            or ``GONE``.
        since: shape (n, n), the step from which on the walk has been there; 0 where it is not.
        steps: how many steps each walk has.
    """

    home: np.ndarray
    since: np.ndarray
    steps: int


def spec(steps: int | None) -> dict[str, Any] | None:
    """Return what the page needs to know to paint basins, as plain data."""
    return None if steps is None else {"steps": steps, "grid": GRID, "near": NEAR, "palest": PALEST}


def check(
    steps: int | None, scenes: tuple[Scene, ...], views: tuple[str, ...], points: Points | None,
    panels: bool,
) -> None:  # fmt: skip
    """Refuse basins that could not be told, or not be seen.

    Raises:
        TypeError: if ``steps`` is not an integer.
        ValueError: if it is below 1, there is no map of one panel, there are data, or a scene's
            minima are unknown or too many.
    """
    if steps is None:
        return
    checks.count("basins", steps)
    if "map" not in views or panels or points is not None:
        raise ValueError(
            f"basins is {steps!r} with views {views!r}, panels {panels!r} and points {points!r}; "
            f"expected basins only with the view 'map', without panels and points"
        )
    most = len(LIGHT.basins)
    for scene in scenes:
        if not 1 <= len(scene.minima) <= most:
            raise ValueError(
                f"basins is {steps!r}, but {scene.name!r} has {len(scene.minima)} known minima; "
                f"expected 1 to {most}"
            )


def starts(scene: Scene, n: int) -> np.ndarray:
    """Return the middles of n by n equal tiles of a scene's window: shape (n, n, 2)."""
    along = (np.arange(n) + 0.5) / n
    x, y = (low + along * (high - low) for low, high in scene.domain)
    return np.stack(np.meshgrid(x, y), axis=-1)


def fates(scene: Scene, rule: Optimizer, steps: int, n: int) -> Fates:
    """Walk from each of n by n starts, by :func:`gdbook.descend`, and see where it ends.

    Args:
        scene: the ground and its known minima.
        rule: the optimizer.
        steps: how many steps each walk has, at least 1.
        n: how many starts there are along each parameter.
    """

    def walk(start: Any) -> Any:
        return descend(scene.height, start, rule, steps).params

    tiles = jnp.asarray(starts(scene, n).reshape(-1, 2))
    paths = np.asarray(jax.vmap(walk)(tiles))
    ends, minima = paths[:, -1], np.asarray(scene.minima, float)
    near = NEAR * (scene.domain[0][1] - scene.domain[0][0])
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.linalg.norm(ends[:, None] - minima, axis=-1)
        home = np.where((apart < near).any(axis=1), np.nan_to_num(apart).argmin(axis=1), NONE)
        home[~np.isfinite(ends).all(axis=1)] = GONE
        away = np.linalg.norm(paths - minima[home][:, None], axis=-1) >= near
    since = paths.shape[1] - np.argmax(away[:, ::-1], axis=1)
    since = np.where(away.any(axis=1), since, 0) * (home >= 0)
    return Fates(home.reshape(n, n), since.reshape(n, n), steps)
