"""Demos to test with, and their kernels walked in Node as the page walks them."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import gdbook as gd
from gdbook.demos import Demo, Graph, Microscope, Playground, kernels, racer, slider
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


@cache
def falling() -> Demo:
    """Return a demo of one rule under three schedules."""
    shapes, rules = gd.schedules, gd.optimizers
    return gd.demos.demo(
        "falling",
        squared_error,
        {
            "Cosine": racer(rules.gradient_descent, schedule=shapes.cosine, steps=30, end=0.001),
            "Restarts": racer(
                rules.momentum, momentum=0.5, schedule=shapes.cosine_restarts, steps=5, growth=2
            ),
            "Plateau": racer(
                rules.adam,
                learning_rate=0.2,
                batch_size=2,
                schedule=shapes.warmup_stable_decay,
                warmup_steps=4,
                stable_steps=10,
                decay_steps=9,
            ),
            "Fixed": rules.gradient_descent,
        },
        RATE,
        points=gd.demos.points(X, Y, line, window=WINDOW),
        views=("map", "data"),
        steps=40,
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


# Playgrounds.

RULES = {
    "SGD": racer(gd.optimizers.gradient_descent, learning_rate=0.3),
    "Adam": racer(gd.optimizers.adam, learning_rate=0.03, b1=0.8),
}
PLAYGROUND_WORDS = {
    "title": "A playground",
    "description": "Two clouds of points and a line between them.",
}


def blobs(key: Any, noise: Any) -> Any:
    """Return two clouds of points."""
    data = gd.datasets.blobs(key, 24, noise=noise)
    return data.inputs, data.targets


def offer(**changed: Any) -> Playground:
    """Return a small playground, with some arguments changed."""
    arguments: dict[str, Any] = {
        "layers": [(), (3, 2)], "activations": ["tanh", "relu"], "optimizers": RULES,
        "datasets": {"clouds": (blobs, 0.5)}, "learning_rate": slider(0.001, 1, 0.1),
        "noise": slider(0, 1, 0.1, log=False), "batch_sizes": (5, None), "seeds": (3, 8),
        "poster_steps": 5, **PLAYGROUND_WORDS,
    }  # fmt: skip
    return gd.demos.playground("play", **{**arguments, **changed})


@cache
def small_playground() -> Playground:
    """Return the small playground."""
    return offer(at_first={"layers": (3, 2), "optimizer": "Adam", "batch_size": None})


def exported_of(module: str, name: str) -> str:
    """Return a module with one of its kernels put forward."""
    return f"{module}\nexport const {{ inputs, outputs, kernel }} = {name};"


def listed(module: str, name: str) -> np.ndarray:
    """Return an array that a module exports."""
    found = re.search(rf"export const {name} = (\[.*?\]);\n", module, re.DOTALL)
    assert found
    return np.array(json.loads(re.sub(r",\s*\]", "]", found[1])))


# Graphs.

GRAPH_WORDS = {"title": "A network", "description": "Eight inputs and the lines made of them."}
POINT = {"x": 2.0, "y": 1.0, "w1": 0.5, "b1": -0.4, "v1": 0.8, "w2": -1.0, "b2": 1.5, "v2": 1.2}
WEIGHTS = [name for name in POINT if name not in ("x", "y")]


def small(x: Any, y: Any, w1: Any, b1: Any, v1: Any, w2: Any, b2: Any, v2: Any) -> Any:
    """Return the squared error of a network of two units on one example."""
    return (v1 * jnp.tanh(w1 * x + b1) + v2 * jnp.tanh(w2 * x + b2) - y) ** 2


def curious(p: Any, q: Any) -> Any:
    """Return a number by way of calls, rules of their own, constants and a number used twice."""
    r = p * p
    return jax.nn.softplus(r - 1.5) + jax.nn.relu(q / p) * jax.nn.sigmoid(q) * (1 / 3)


def knobs(point: dict[str, float]) -> dict[str, Any]:
    """Return a slider for each of some numbers."""
    return {name: slider(-3, 3, value, log=False) for name, value in point.items()}


@cache
def network_graph() -> Graph:
    """Return the graph of the small network."""
    rule, rate = gd.optimizers.gradient_descent, slider(0.001, 1, 0.1)
    return gd.demos.graph("net", small, knobs(POINT), WEIGHTS, rule, rate, **GRAPH_WORDS)


# Microscopes.

MICROSCOPE_WORDS = {
    "title": "A microscope",
    "description": "The sharpness of a small network, which climbs towards a dashed line.",
}


def polynomial() -> Any:
    """Return a Chebyshev polynomial at some points."""
    data = gd.datasets.chebyshev(6, 3)
    return data.inputs[:, None], data.targets[:, None]


def magnify(**changed: Any) -> Microscope:
    """Return a small microscope, with some arguments changed."""
    arguments: dict[str, Any] = {
        "name": "edge", "hidden": [3], "data": polynomial, "learning_rate": slider(0.02, 1, 0.1),
        "seed": 1, "steps": 60, "poster_steps": 8, **MICROSCOPE_WORDS,
    }  # fmt: skip
    return gd.demos.microscope(**{**arguments, **changed})


@cache
def small_microscope() -> Microscope:
    """Return the small microscope."""
    return magnify()
