"""Demos to test with, and their kernels walked in Node as the page walks them."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

import gdbook as gd
from gdbook.demos import Demo, kernels, racer, slider
from tests.live.node import run

X = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
Y = np.array([1.2, 1.4, 2.1, 2.3, 3.2, 3.3, 4.1])
WINDOW = ((-1.0, 7.0), (0.0, 5.0))
RATE = slider(0.001, 2, 0.01)


def line(params: Any, x: Any) -> Any:
    """Return the height of a line."""
    return params[0] * x + params[1]


def squared_error(params: Any, data: Any) -> Any:
    """Return the mean squared error of a line."""
    x, y = data
    return jnp.mean((line(params, x) - y) ** 2)


def error_of_present(params: Any, data: Any) -> Any:
    """Return the mean squared error of a line at those points that are there."""
    x, y, present = data
    return jnp.sum(present * (line(params, x) - y) ** 2) / jnp.sum(present)


def least_squares(x: Any, y: Any, present: Any) -> Any:
    """Return the slope and the offset of the best line."""
    n = jnp.sum(present)
    mean_x, mean_y = jnp.sum(present * x) / n, jnp.sum(present * y) / n
    off = present * (x - mean_x)
    slope = jnp.sum(off * (y - mean_y)) / jnp.sum(off * (x - mean_x))
    return jnp.array([slope, mean_y - slope * mean_x])


WORDS = {"title": "A race", "description": "Balls stand at one start, on a curved valley."}
PLANE: dict[str, Any] = {"domain": ((-1.0, 2.0), (-1.0, 4.0)), "start": (0.0, 0.0)}


@cache
def race() -> Demo:
    """Return a demo of many rules on two surfaces."""
    rules = gd.optimizers
    return gd.demos.demo(
        "race",
        {"Valley": gd.surfaces.curved_valley, "Himmelblau": gd.surfaces.himmelblau},
        {
            "SGD": rules.gradient_descent,
            "Momentum": racer(rules.momentum, learning_rate=0.002),
            "Fixed": racer(rules.momentum, momentum=0.5),
            "RMSProp": rules.rmsprop,
            "Adam": racer(rules.adam, learning_rate=0.3, b1=0.8),
        },
        RATE,
        settings={"momentum": slider(0, 0.99, 0.9, log=False), "eps": slider(1e-8, 1, 1e-6)},
        at_first=("SGD", "Adam"),
        steps=80,
        **WORDS,
    )


@cache
def fit() -> Demo:
    """Return a demo of a line through points that may change."""
    data = gd.demos.points(X, Y, line, window=WINDOW, solution=least_squares, room=10)
    return gd.demos.demo(
        "fit",
        error_of_present,
        {"Gradient descent": gd.optimizers.gradient_descent},
        RATE,
        points=data,
        views=("map", "data"),
        **PLANE,
        **WORDS,
    )


@cache
def flavours() -> Demo:
    """Return a demo of all, one and three examples at a step."""
    rule = gd.optimizers.gradient_descent
    return gd.demos.demo(
        "flavours",
        squared_error,
        {
            "Batch": rule,
            "Stochastic": racer(rule, batch_size=1, seed=3),
            "Mini-batch": racer(gd.optimizers.adam, learning_rate=0.1, batch_size=3),
        },
        RATE,
        points=gd.demos.points(X, Y, line, window=WINDOW),
        views=("map", "data", "loss"),
        minima=((0.5, 1.0),),
        steps=70,
        **PLANE,
        **WORDS,
    )


class Walked(NamedTuple):
    """What the page's walk keeps: places, losses of what each step looked at, and slopes."""

    places: np.ndarray
    losses: np.ndarray
    norms: np.ndarray


def runner_of(demo: Demo, name: str) -> tuple[int, dict[str, Any]]:
    """Return the number and the specification of a racer."""
    runners = demo.spec["runners"]
    place = next(j for j, runner in enumerate(runners) if runner["name"] == name)
    return place, runners[place]


def numbers_of(demo: Demo, runner: dict[str, Any]) -> list[float]:
    """Return a racer's settings as they stand at first, in the order its kernel reads them."""
    values = {control["name"]: control["value"] for control in demo.spec["sliders"]}
    if runner["learning_rate"] is not None:
        values["learning_rate"] = runner["learning_rate"]
    return [values[name] for name in runner["settings"]]


def walk(demo: Demo, name: str, steps: int, data: Any = (), scene: int = 0) -> Walked:
    """Walk in Node, with nothing but the specification and the kernels, as ``walk.ts`` does."""
    place, runner = runner_of(demo, name)
    numbers = numbers_of(demo, runner)
    start = demo.spec["scenes"][scene]["start"]
    size = runner["state"]
    state = run(demo.kernels[f"start{scene}_{place}"], [*start, *numbers])[0]
    assert state.shape == (size,)
    carried, rows = np.concatenate([start, state]), []
    for t in range(steps + 1):
        order = None if runner["order"] is None else runner["order"][t]
        batch = [np.asarray(field)[order].ravel() for field in data]
        row = run(demo.kernels[f"step{scene}_{place}"], np.concatenate([carried, numbers, *batch]))
        rows.append(np.concatenate([carried[:2], row[0][2 + size :]]))
        carried = row[0][: 2 + size]
    places, losses, slopes = np.split(np.array(rows), [2, 3], axis=1)
    return Walked(places, losses[:, 0], np.hypot(*slopes.T))


def exported(demo: Demo, name: str) -> str:
    """Return a demo's whole module, with one of its kernels put forward."""
    return f"{kernels.module(demo.kernels)}\nexport const {{ inputs, outputs, kernel }} = {name};"
