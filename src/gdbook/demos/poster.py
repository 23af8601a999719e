"""What stands for a demo where nothing can be played: a figure of the same functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from gdbook.demos import basins
from gdbook.demos.controls import Slider
from gdbook.demos.racers import Racer
from gdbook.demos.scene import Scene
from gdbook.descend import descend
from gdbook.figures import contour, surface3d
from gdbook.figures.axes import inside
from gdbook.figures.figure import Figure
from gdbook.types import Optimizer

STEPS = 60  # as many as can still be told apart
STARTS = 96  # along each parameter, of basins


def draw(
    spec: dict[str, Any],
    scene: Scene,
    racers: Mapping[str, Racer],
    sliders: Mapping[str, Slider],
    views: tuple[str, ...],
) -> Figure:
    """Return the first scene with the racers' first steps on it."""
    paths = {}
    for name, racer in racers.items():
        path = _walk(scene, racer, sliders, min(spec["steps"], STEPS))
        stay = inside(np.asarray(path.params), scene.domain)
        paths[name] = np.asarray(path.params)[stay]
    words: dict[str, Any] = {"alt": spec["description"], "caption": spec["caption"]}
    if views[0] == "surface":
        axes, (azimuth, elevation, _) = (*spec["axes"], "loss"), spec["camera"]
        words |= {"axes": axes, "view": (elevation, azimuth), "heights_of": _heights(scene, paths)}
        return surface3d(scene.grid(), paths, log=spec["log"], **words)
    if spec["basins"] is not None:
        first = _built(next(iter(racers.values())), sliders)
        words |= {"basins": basins.fates(scene, first, spec["basins"]["steps"], STARTS)}
    return contour(scene.grid(), paths, axes=tuple(spec["axes"]), log=spec["log"], **words)


def _built(racer: Racer, sliders: Mapping[str, Slider]) -> Optimizer:
    """Return a racer's rule as the sliders stand at first."""
    settings = {name: slider.value for name, slider in sliders.items() if racer.accepts(name)}
    if racer.learning_rate is not None:
        settings["learning_rate"] = racer.learning_rate
    return racer.build(settings)


def _walk(scene: Scene, racer: Racer, sliders: Mapping[str, Slider], steps: int) -> Any:
    rule, start = _built(racer, sliders), list(map(float, scene.start))
    if not scene.data:
        return descend(scene.loss, start, rule, steps)
    size, key = racer.batch_size, racer.key
    return descend(scene.loss, start, rule, steps, data=scene.data, batch_size=size, key=key)


def _heights(scene: Scene, paths: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the loss at each point of each path."""
    ends = np.cumsum([len(path) for path in paths.values()])
    losses = jax.jit(jax.vmap(scene.height))(np.concatenate(list(paths.values())))
    return dict(zip(paths, np.split(np.asarray(losses), ends[:-1]), strict=True))
