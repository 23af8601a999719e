"""The kernels of a demo: every function it runs in the page, compiled from JAX."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gdbook.batches import Batches
from gdbook.demos.points import Points
from gdbook.demos.racers import Racer
from gdbook.demos.scene import Scene
from gdbook.live.emit import emit

Kernels = dict[str, str]
"""Names and the JavaScript modules that export them as ``kernel``."""

PARAMS = np.zeros(2)  # not JAX's: a module that is imported computes nothing


def of_scene(index: int, scene: Scene) -> Kernels:
    """Return a scene's loss, and what is known of a place: slope and curvatures."""
    return {
        f"loss{index}": emit(scene.of, PARAMS, *scene.data),
        f"facts{index}": emit(scene.facts, PARAMS, *scene.data),
    }


def of_racer(
    index: int, scene: Scene, place: int, racer: Racer, settings: tuple[str, ...]
) -> tuple[Kernels, int]:
    """Return a racer's first state and its step on a scene; and how many numbers its state has."""
    numbers = dict.fromkeys(settings, 0.1)
    state = racer.build(numbers).init(PARAMS)
    step = _step(scene, racer)
    batch = tuple(array[: racer.batch_size] for array in scene.data)
    kernels = {
        f"start{index}_{place}": emit(_start(racer), PARAMS, numbers),
        f"step{index}_{place}": emit(step, PARAMS, state, numbers, *batch),
    }
    size = sum(int(np.size(leaf)) for leaf in jax.tree.leaves(state))
    return kernels, size


def of_schedule(place: int, racer: Racer) -> Kernels:
    """Return the rate at a step, where it is not the same throughout."""
    if racer.schedule is None:
        return {}
    schedule, shape = racer.schedule, racer.shape

    def rate(step: Any, learning_rate: Any) -> Any:
        return schedule(learning_rate, **shape)(step)

    return {f"rate{place}": emit(rate, 0.0, 0.1)}


def of_points(points: Points) -> Kernels:
    """Return the model, and the best parameters if they are known."""
    kernels = {"model": emit(points.model, PARAMS, 0.0)}
    if points.solution is not None:
        kernels["solution"] = emit(points.solution, *points.arrays)
    return kernels


def order(racer: Racer, points: Points | None, steps: int) -> list[list[int]] | None:
    """Return which examples each step looks at: those that ``gd.descend`` would draw."""
    if points is None or racer.batch_size is None:
        return None
    return _drawn(len(points.x), racer.batch_size, racer.seed, steps)


@cache
def _drawn(count: int, batch_size: int, seed: int, steps: int) -> list[list[int]]:
    """Return the examples of each step; racers that draw alike, which compiles, share them."""
    batches = Batches(jnp.arange(count), jax.random.key(seed), batch_size)

    def step(order: Any, t: Any) -> Any:
        order, (chosen,) = batches.at(t, order)
        return order, chosen

    drawn = jax.lax.scan(step, batches.first_order(), jnp.arange(steps + 1))[1]
    chosen: list[list[int]] = np.asarray(drawn).tolist()
    return chosen


def module(kernels: Kernels) -> str:
    """Return one JavaScript module that exports all kernels, each as it was emitted."""
    parts = ["// Compiled by gdbook from the JAX functions of this page.\n"]
    for name, text in kernels.items():
        body = text.replace("\nexport ", "\n").rstrip()
        exported = "return { inputs, outputs, kernel };"
        parts.append(f"export const {name} = (() => {{\n{body}\n{exported}\n}})();\n")
    return "\n".join(parts)


def _step(scene: Scene, racer: Racer) -> Callable[..., Any]:
    """Return one turn of ``gd.descend``: what it carries on, and what it records."""

    def step(params: Any, state: Any, settings: Any, *batch: Any) -> Any:
        return racer.build(settings).advance(scene.of, params, state, batch)

    return step


def _start(racer: Racer) -> Callable[..., Any]:
    """Return the function from the start to the optimizer's first state."""

    def start(params: Any, settings: Any) -> Any:
        return racer.build(settings).init(params)

    return start
