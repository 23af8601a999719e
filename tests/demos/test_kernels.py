"""Kernels: what they compute in JavaScript is what JAX computes, step by step."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.demos import kernels
from tests.demos.plays import (
    PLANE,
    X,
    Y,
    error_of_present,
    exported,
    falling,
    fit,
    flavours,
    least_squares,
    race,
    runner_of,
    squared_error,
    walk,
)
from tests.live.node import run

rules = gd.optimizers
DATA = (X, Y)


def assert_walks(got: Any, path: Any) -> None:
    """Assert that a walk in Node is a path: at every step the place, the loss and the slope."""
    for mine, wanted in zip(got, (path.params, path.loss, path.grad_norm), strict=True):
        np.testing.assert_allclose(mine, wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("scene", [0, 1])
@pytest.mark.parametrize(
    ("name", "optimizer"),
    [
        ("SGD", rules.gradient_descent(0.01)),
        ("Momentum", rules.momentum(0.002, momentum=0.9)),
        ("Fixed", rules.momentum(0.01, momentum=0.5)),
        ("RMSProp", rules.rmsprop(0.01, eps=1e-6, momentum=0.9)),
        ("Adam", rules.adam(0.3, b1=0.8, eps=1e-6)),
    ],
)
def test_every_racer_walks_as_descend_does(name: str, optimizer: Any, scene: int) -> None:
    """Forty steps of the kernels agree with ``gd.descend``, for every rule and on every scene."""
    surface = (gd.surfaces.curved_valley, gd.surfaces.himmelblau)[scene]
    path = gd.descend(surface, [*map(float, surface.start)], optimizer, 40)
    assert_walks(walk(race(), name, 40, scene=scene), path)


@pytest.mark.parametrize(
    ("name", "optimizer", "size", "seed"),
    [
        ("Batch", rules.gradient_descent(0.01), None, 0),
        ("Stochastic", rules.gradient_descent(0.01), 1, 3),
        ("Mini-batch", rules.adam(0.1), 3, 0),
    ],
)
def test_batches_are_those_of_descend(name: str, optimizer: Any, size: Any, seed: int) -> None:
    """The examples that the specification lists, over ten epochs, are those ``descend`` draws."""
    key = None if size is None else jax.random.key(seed)
    path = gd.descend(
        squared_error, PLANE["start"], optimizer, 70, data=DATA, batch_size=size, key=key
    )
    assert_walks(walk(flavours(), name, 70, data=DATA), path)


def test_an_epoch_sees_every_example_once() -> None:
    """One example at a step, each of the seven comes once in seven steps, in changing order."""
    order = np.array(flavours().spec["runners"][1]["order"])
    assert order.shape == (71, 1)
    epochs = order[:70, 0].reshape(10, 7)
    assert (np.sort(epochs) == np.arange(7)).all()
    assert len({tuple(epoch) for epoch in epochs}) > 1


SCHEDULED = [
    ("Cosine", lambda η: rules.gradient_descent(η), gd.schedules.cosine(0.01, 30, 0.001), None),
    (
        "Restarts",
        lambda η: rules.momentum(η, 0.5),
        gd.schedules.cosine_restarts(0.01, 5, 0, 2),
        None,
    ),
    ("Plateau", lambda η: rules.adam(η), gd.schedules.warmup_stable_decay(0.2, 4, 10, 9), 2),
]


@pytest.mark.parametrize(("name", "rule", "schedule", "size"), SCHEDULED)
def test_schedules_are_those_of_descend(name: str, rule: Any, schedule: Any, size: Any) -> None:
    """The slider's rate is the schedule's first number, and the walk and the rate follow it."""
    key = None if size is None else jax.random.key(0)
    path = gd.descend(
        squared_error, PLANE["start"], rule(schedule), 40, data=DATA, batch_size=size, key=key
    )
    assert_walks(walk(falling(), name, 40, data=DATA), path)
    place = [*falling().spec["runners"]].index(runner_of(falling(), name)[1])
    peak = 0.2 if name == "Plateau" else 0.01
    rows = [[step, peak] for step in range(41)]
    rates = run(falling().kernels[f"rate{place}"], rows)[:, 0]
    np.testing.assert_allclose(rates, [schedule(t) for t in range(41)], rtol=1e-12, atol=1e-15)


def test_only_a_schedule_has_a_rate_of_its_own() -> None:
    """A racer whose rate stays has no kernel of it; the slider says what it is."""
    names = {name for name in falling().kernels if name.startswith("rate")}
    assert names == {"rate0", "rate1", "rate2"}


def test_points_that_are_not_there_do_not_count() -> None:
    """With room for ten, seven points are walked on as if there were seven."""
    data = (np.pad(X, (0, 3)), np.pad(Y, (0, 3)), np.array([1.0] * 7 + [0.0] * 3))
    path = gd.descend(squared_error, PLANE["start"], rules.gradient_descent(0.01), 30, data=DATA)
    assert_walks(walk(fit(), "Gradient descent", 30, data=data), path)
    data[0][7:], data[1][7:] = 99.0, -99.0
    assert_walks(walk(fit(), "Gradient descent", 30, data=data), path)


@pytest.mark.parametrize("count", [2, 3, 10])
def test_the_solution_is_that_of_least_squares(count: int) -> None:
    """For any number of points that fit in the room, the mark is where NumPy finds the minimum."""
    draw = np.random.default_rng(count)
    x, y = draw.uniform(-1, 7, count), draw.uniform(0, 5, count)
    wanted = np.linalg.lstsq(np.stack([x, np.ones(count)], 1), y, rcond=None)[0]
    data = [np.pad(part, (0, 10 - count)) for part in (x, y, np.ones(count))]
    got = run(fit().kernels["solution"], np.concatenate(data))[0]
    np.testing.assert_allclose(got, wanted, rtol=1e-11)


def test_the_model_is_the_line() -> None:
    """What is drawn through the points is the model of the present parameters."""
    assert run(fit().kernels["model"], [0.5, 1.0, 3.0])[0] == [2.5]


@pytest.mark.parametrize("place", [(0.3, -0.2), (-3.0, 3.0)])
def test_a_scene_tells_its_height_slope_and_curvatures(place: tuple[float, float]) -> None:
    """The loss, gradient and curvatures that the page reads are JAX's, with data and without."""
    at = jnp.array(place)
    data = (*np.pad(np.stack(DATA), ((0, 0), (0, 3))), np.array([1.0] * 7 + [0.0] * 3))
    cases = [
        (race(), "1", (), gd.surfaces.himmelblau),
        (fit(), "0", data, lambda params: error_of_present(params, data)),
    ]
    for demo, scene, extra, loss in cases:
        row = np.concatenate([at, *extra])
        value, gradient = jax.value_and_grad(loss)(at)
        curvatures = np.linalg.eigvalsh(jax.hessian(loss)(at))
        np.testing.assert_allclose(run(demo.kernels[f"loss{scene}"], row)[0], [value], rtol=1e-12)
        np.testing.assert_allclose(
            run(demo.kernels[f"facts{scene}"], row)[0], [value, *gradient, *curvatures], rtol=1e-11
        )


def test_one_module_exports_all_kernels() -> None:
    """In the page's module each kernel has its name, and computes what it did alone."""
    demo = race()
    text = kernels.module(demo.kernels)
    names = {line.split()[2] for line in text.splitlines() if line.startswith("export const ")}
    assert names == set(demo.kernels)
    assert {"loss0", "facts1", "start0_0", "step1_4"} <= names
    for name, place in (("loss0", [0.3, 0.1]), ("facts1", [-2.0, 1.5])):
        assert (run(exported(demo, name), place) == run(demo.kernels[name], place)).all()


def test_a_kernel_is_to_be_read() -> None:
    """The step that the page shows says in comments what it reads and what it writes."""
    text = race().kernels["step0_0"]
    assert "// Input: params[0], params[1], state.step, settings['learning_rate']." in text
    assert "for " not in text


def test_the_least_squares_of_the_tests_is_right() -> None:
    """The closed form that the demo of points brings is NumPy's answer too."""
    got = least_squares(*DATA, np.ones(7))
    wanted = np.linalg.lstsq(np.stack([X, np.ones(7)], 1), Y, rcond=None)[0]
    np.testing.assert_allclose(got, wanted, rtol=1e-11)
