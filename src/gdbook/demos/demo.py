"""A demo, described as data: what the page's ``<gd-demo>`` element plays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gdbook import checks
from gdbook.demos import basins as attraction
from gdbook.demos import kernels, poster
from gdbook.demos.controls import Slider
from gdbook.demos.copied import expression
from gdbook.demos.playable import Playable, check_name
from gdbook.demos.points import Points
from gdbook.demos.racers import Racer, racer
from gdbook.demos.scene import Scene, scenes
from gdbook.display import DEMO
from gdbook.palette import mark
from gdbook.types import Optimizer

VIEWS = ("surface", "map", "loss", "data", "rates")


class Demo(Playable):
    """A demo that shows itself as a playable element in the book, and as a poster elsewhere.

    Attributes:
        id: its name in links and in the page's address.
        alt: what is seen at first, in words.
        spec: everything the element needs but the kernels, as plain data.
        kernels: names and the JavaScript compiled from the page's functions.
        poster: the figure shown where nothing can be played.
    """

    kind = DEMO
    word = "Demo"

    def __init__(self, spec: dict[str, Any], parts: kernels.Kernels, picture: Any):
        super().__init__(spec, picture)
        self.kernels = parts

    def parts(self) -> dict[str, Any]:
        """Return the JavaScript of the page."""
        return {"module": kernels.module(self.kernels)}


def demo(
    name: str,
    loss: Callable[..., Any] | Mapping[str, Callable[..., Any]],
    racers: Mapping[str, Callable[..., Optimizer] | Racer],
    learning_rate: Slider,
    *,
    title: str,
    description: str,
    settings: Mapping[str, Slider] | None = None,
    points: Points | None = None,
    domain: Any = None,
    start: tuple[float, float] | None = None,
    minima: tuple[tuple[float, float], ...] | None = None,
    views: tuple[str, ...] = ("map", "loss"),
    axes: tuple[str, str] = ("w", "b"),
    steps: int = 500,
    speed: float = 12.0,
    at_first: tuple[str, ...] | None = None,
    sensitivity: Mapping[str, tuple[ArrayLike, ArrayLike]] | None = None,
    view: tuple[float, float] = (40, -58),
    panels: bool = False,
    basins: int | None = None,
    log: bool = True,
    caption: str | None = None,
) -> Demo:
    """Return a demo of optimizers walking on a loss of two parameters.

    In the page the reader plays, steps, drags and turns; every number comes from the functions
    given here, compiled to JavaScript.

    Args:
        name: its name in links: lower-case letters, digits and hyphens, unique on the page.
        loss: a surface or ``loss(params)``; with ``points``, ``loss(params, data)``; or several
            by name, from which the reader chooses.
        racers: names and constructors from ``gd.optimizers``, or :func:`~gdbook.demos.racer`.
        learning_rate: the slider of the learning rate, of all racers that have none of their own.
        title: what it is called.
        description: what is seen at first, in words, for those who do not see it.
        settings: sliders of further hyperparameters, by name.
        points: the data, if the loss has any.
        domain: ``((low, high), (low, high))``, the window shown; a surface brings its own.
        start: where the walk starts; a surface brings its own.
        minima: the known minima; a surface brings its own.
        views: of ``"surface"``, ``"map"``, ``"loss"``, ``"data"`` and ``"rates"``; of the first
            two the reader chooses one.
        axes: the names of the two parameters.
        steps: how many steps the walk may have.
        speed: steps per second when it is played.
        at_first: names of the racers that run at first; all by default.
        sensitivity: for ``"rates"``: names, learning rates and the losses reached with them, such
            as :func:`~gdbook.race` measures.
        view: elevation and azimuth of the eye at first, in degrees.
        panels: whether each racer has a map of its own.
        basins: paint the map by the minimum at which so many steps of the first racer that runs
            end, for each of a grid of starts: its basins of attraction; by default, by height.
        log: whether heights are spaced by the log of the loss above its floor, or evenly.
        caption: a sentence to print below.

    Raises:
        TypeError: if an argument is of the wrong kind.
        ValueError: if an argument is out of its range, or a loss lacks a domain or a start.
        EmitError: if a function cannot be compiled to JavaScript.

    Example:
        >>> import gdbook as gd
        >>> bowl = gd.demos.demo(
        ...     "bowl", gd.surfaces.bowl, {"gradient descent": gd.optimizers.gradient_descent},
        ...     gd.demos.slider(0.01, 2, 0.1), title="A bowl",
        ...     description="A ball stands on the wall of a round bowl.",
        ... )
        >>> bowl.spec["scenes"][0]["start"]
        [2.5, 2.5]
    """
    check_name(name)
    if not racers:
        raise ValueError("racers is empty; expected at least one optimizer")
    _check_views(views, points, sensitivity)
    checks.finite("speed", speed, 0)
    steps = checks.count("steps", steps)
    field = {key: _racer(entry) for key, entry in racers.items()}
    for entry in field.values():
        _check_batch(entry.batch_size, points)
    sliders = {"learning_rate": learning_rate, **(settings or {})}
    for key in settings or {}:
        if not any(entry.accepts(key) for entry in field.values()):
            raise ValueError(f"settings has {key!r}; expected hyperparameters that a racer takes")
    places = scenes(loss, points.arrays if points else (), domain, start, minima)
    if points is not None and points.room is not None:
        places = tuple(scene.without_minima() for scene in places)
    attraction.check(basins, places, views, points, panels)
    running = tuple(field) if at_first is None else at_first
    if not running or set(running) - set(field):
        raise ValueError(f"at_first is {at_first!r}; expected of {tuple(field)}")

    parts, sizes = _compiled(places, field, sliders, points)
    curves = sensitivity or {}
    spec = {
        "id": name,
        "title": title,
        "description": description,
        "caption": caption,
        "axes": list(axes),
        "views": list(views),
        "log": log,
        "camera": [view[1], view[0], 1],
        "panels": panels,
        "basins": attraction.spec(basins),
        "steps": steps,
        "speed": speed,
        "running": list(running),
        "scenes": [scene.spec() | {"python": expression(scene.loss)} for scene in places],
        "runners": [
            _runner(key, j, entry, sliders)
            | {"state": sizes[j], "order": kernels.order(entry, points, steps)}
            | {"sensitivity": _curve(curves.get(key))}
            for j, (key, entry) in enumerate(field.items())
        ],
        "sliders": [control.spec(key) for key, control in sliders.items()],
        "points": None if points is None else _points(points),
    }
    still = poster.draw(spec, places[0], {key: field[key] for key in running}, sliders, views)
    return Demo(spec, parts, still)


def _compiled(
    places: tuple[Scene, ...],
    field: Mapping[str, Racer],
    sliders: Mapping[str, Slider],
    points: Points | None,
) -> tuple[kernels.Kernels, list[int]]:
    """Return all kernels, and how many numbers each racer's state has."""
    parts = {} if points is None else kernels.of_points(points)
    for j, entry in enumerate(field.values()):
        parts |= kernels.of_schedule(j, entry)
    sizes = [0] * len(field)
    for i, scene in enumerate(places):
        parts |= kernels.of_scene(i, scene)
        for j, entry in enumerate(field.values()):
            found, sizes[j] = kernels.of_racer(i, scene, j, entry, _heard(entry, sliders))
            parts |= found
    return parts, sizes


def _heard(entry: Racer, sliders: Mapping[str, Slider]) -> tuple[str, ...]:
    """Return the sliders that a racer listens to, in the order in which JAX flattens them."""
    return tuple(sorted(key for key in sliders if entry.accepts(key)))


def _check_views(views: tuple[str, ...], points: Any, sensitivity: Any) -> None:
    """Refuse views that are unknown, or that have nothing to show."""
    unknown = [view for view in views if view not in VIEWS]
    if unknown or not {"surface", "map"} & set(views):
        raise ValueError(f"views is {views!r}; expected of {VIEWS}, with 'surface' or 'map'")
    if ("data" in views) != (points is not None):
        raise ValueError(f"views is {views!r} and points {points!r}; expected 'data' with points")
    if ("rates" in views) != (sensitivity is not None):
        raise ValueError(
            f"views is {views!r} and sensitivity {sensitivity!r}; expected 'rates' with sensitivity"
        )


def _racer(entry: Callable[..., Optimizer] | Racer) -> Racer:
    return entry if isinstance(entry, Racer) else racer(entry)


def _check_batch(size: int | None, points: Points | None) -> None:
    """Refuse batches of what is not there, or may go."""
    if size is None:
        return
    if points is None:
        raise ValueError(f"batch_size is {size}, but there are no points; expected None")
    if points.room is not None:
        raise ValueError(f"batch_size is {size}, but points have room to change; expected None")
    if size > len(points.x):
        raise ValueError(
            f"batch_size is {size}, but there are {len(points.x)} points; "
            f"expected 1 to {len(points.x)}"
        )


def _runner(name: str, place: int, entry: Racer, sliders: Mapping[str, Slider]) -> dict[str, Any]:
    """Return a racer as plain data."""
    style = mark(name, place)
    return {
        "name": name,
        "color": {"light": style.light, "dark": style.dark},
        "marker": style.marker,
        "settings": list(_heard(entry, sliders)),
        "learning_rate": entry.learning_rate,
        "batch": entry.batch_size,
        "exact": entry.rule.__name__ == "gradient_descent"
        and entry.batch_size is None
        and entry.schedule is None,
        "schedule": entry.schedule is not None,
        "python": {
            "rule": f"gd.optimizers.{entry.rule.__name__}",
            "fixed": dict(entry.fixed),
            "seed": entry.seed,
        }
        | _schedule(entry),
    }


def _schedule(entry: Racer) -> dict[str, Any]:
    """Return the Python of a racer's schedule, if it has one."""
    if entry.schedule is None:
        return {}
    return {"schedule": f"gd.schedules.{entry.schedule.__name__}", "shape": dict(entry.shape)}


def _curve(curve: tuple[ArrayLike, ArrayLike] | None) -> dict[str, Any] | None:
    """Return a sensitivity curve as plain data; JSON has no infinity, so what diverged is None."""
    if curve is None:
        return None
    rates, losses = (np.asarray(values, float) for values in curve)
    finite = [float(loss) if np.isfinite(loss) else None for loss in losses]
    return {"rates": rates.tolist(), "losses": finite}


def _points(points: Points) -> dict[str, Any]:
    return {
        "x": points.x.tolist(),
        "y": points.y.tolist(),
        "window": [list(pair) for pair in points.window],
        "axes": list(points.axes),
        "room": points.room,
        "solution": points.solution is not None,
    }
