"""Where a demo takes place: a loss, the window that is shown, its minima and a start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gdbook.surfaces import Grid, Point, Surface


@dataclass(frozen=True)
class Scene:
    """A loss of two parameters, perhaps of data too, and how to show it.

    Attributes:
        name: what it is called in the demo's menu.
        loss: ``loss(params)``, or ``loss(params, data)``.
        domain: the window of parameters that is shown.
        minima: the known minima; of data that the reader may change there are none.
        start: where the walk starts at first.
        data: what the loss is handed besides, or nothing.
    """

    name: str
    loss: Callable[..., Any]
    domain: tuple[Point, Point]
    minima: tuple[Point, ...]
    start: Point
    data: tuple[Any, ...] = ()

    def without_minima(self) -> Scene:
        """Return the scene of data that may change: where its minimum is, a kernel will say."""
        return replace(self, minima=())

    def of(self, params: Any, *data: Any) -> Any:
        """Return the loss of these data; without any, of the parameters alone."""
        return self.loss(params, data) if data else self.loss(params)

    def height(self, params: Any) -> Any:
        """Return the loss of the demo's own data."""
        return self.of(params, *self.data)

    def grid(self, n: int = 201) -> Grid:
        """Return the loss sampled on the window."""
        surface = Surface(self.name, self.height, self.domain, self.minima, self.start, "")
        return surface.grid(n=n)

    def facts(self, params: Any, *data: Any) -> tuple[Any, ...]:
        """Return the loss, the gradient, and the smallest and largest curvature at a place."""
        value, gradient = jax.value_and_grad(self.of)(params, *data)
        hessian = jax.hessian(self.of)(params, *data)
        middle = (hessian[0, 0] + hessian[1, 1]) / 2
        half = (hessian[0, 0] - hessian[1, 1]) / 2
        radius = jnp.sqrt(half**2 + hessian[0, 1] ** 2)
        return value, gradient, middle - radius, middle + radius

    def spec(self) -> dict[str, Any]:
        """Return what the page needs to know besides the kernels, as plain data."""
        grid = self.grid(n=101)
        floor = float(np.nanmin(np.asarray(grid.z))) if self.data else grid.floor
        plain = [list(map(float, pair)) for pair in self.domain]
        minima = [list(map(float, place)) for place in self.minima]
        start = list(map(float, self.start))
        return {"name": self.name, "domain": plain, "minima": minima, "start": start,
                "floor": floor}  # fmt: skip


def scenes(
    loss: Any, data: tuple[Any, ...], domain: Any, start: Any, minima: Any
) -> tuple[Scene, ...]:
    """Return the scenes of a demo: one, or those of its menu.

    Raises:
        TypeError: if there is a loss that is not callable.
        ValueError: if a loss that is no surface has no domain or start.
    """
    menu = loss if isinstance(loss, Mapping) else {None: loss}
    found = []
    for name, entry in menu.items():
        if not callable(entry):
            raise TypeError(f"loss is {entry!r}; expected a surface or a function")
        window: Any = domain or getattr(entry, "domain", None)
        first: Any = start or getattr(entry, "start", None)
        if window is None or first is None:
            raise ValueError(
                f"domain is {domain!r} and start is {start!r}; expected both for a loss that is "
                f"not from gd.surfaces"
            )
        least = minima if minima is not None else getattr(entry, "minima", ())
        title = name or getattr(entry, "name", None) or getattr(entry, "__name__", "loss")
        found.append(Scene(str(title), entry, window, tuple(least), tuple(first), data))
    return tuple(found)
