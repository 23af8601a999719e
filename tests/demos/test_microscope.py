"""The microscope: its specification, its kernels in Node those of JAX, its poster, bad input."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import gdbook as gd
from gdbook.demos import slider
from gdbook.display import MICROSCOPE
from tests.demos.plays import exported_of, magnify, polynomial, small_microscope
from tests.live.node import run


def numbers(module: str, name: str) -> Any:
    """Return numbers that a module exports."""
    return json.loads(module.split(f"export const {name} = ")[1].split(";\n")[0])


def test_it_is_plain_data() -> None:
    """All that the page needs travels as JSON, with the kernels and a picture for elsewhere."""
    bundle = small_microscope()._repr_mimebundle_()
    payload = json.loads(json.dumps(bundle[MICROSCOPE]))
    assert {*payload} == {"spec", "module", "poster"}
    spec = payload["spec"]
    assert (spec["sizes"], spec["parameters"], spec["steps"]) == ([1, 3, 1], 10, 60)
    assert spec["rate"]["value"] == 0.1
    assert spec["python"]["source"].startswith("def polynomial")
    assert (spec["python"]["activation"], spec["python"]["seed"]) == ("tanh", 1)
    assert bundle["text/html"].startswith("<figure>")
    assert "[Microscope: " in bundle["text/plain"]


def test_kernels_are_those_of_jax() -> None:
    """Over all examples the loss, its gradient and a Hessian's product are those of the library."""
    module = small_microscope().module
    start, examples = np.array(numbers(module, "start")), np.array(numbers(module, "examples"))
    vector = np.cos(np.arange(10.0))
    mean = lambda name, *parts: run(  # noqa: E731
        exported_of(module, name), [np.concatenate([*parts, row]) for row in examples]
    ).mean(axis=0)
    with jax.enable_x64(True):
        model = gd.models.mlp([1, 3, 1])
        fit = gd.models.objective(model, gd.models.mean_squared_error)
        flat, unravel = ravel_pytree(model.init(jax.random.key(1)))
        data = polynomial()
        np.testing.assert_array_equal(examples, np.concatenate(data, axis=1))
        np.testing.assert_allclose(start, flat, rtol=1e-15)
        loss = lambda params: fit(unravel(params), data)  # noqa: E731
        value, slopes = jax.value_and_grad(loss)(flat)
        image = gd.analysis.hvp(loss, flat, jnp.array(vector))
    np.testing.assert_allclose(mean("learn", start), [value, *slopes], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(mean("bend", start, vector), image, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(mean("height", start), [value], rtol=1e-12)
    assert run(exported_of(module, "turn"), [2.0, 3.0, 0.5])[0] == 0.5


def test_its_poster_is_the_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The poster draws the sharpness and the loss of ``descend``, and the line at 2/rate."""
    figures: list[Any] = []
    module = import_module("gdbook.demos.microscope")  # as an attribute, the name is the function's
    monkeypatch.setattr(module, "draw", lambda paint, **words: figures.append((paint, words)))
    magnify(caption="Words.")
    ((paint, words),) = figures
    assert words["caption"] == "Words."
    from matplotlib.figure import Figure

    canvas = Figure()
    paint(canvas, gd.palette.LIGHT)
    above, below = canvas.axes
    line, sharp = above.get_lines()
    np.testing.assert_allclose(line.get_ydata(), 20)
    with jax.enable_x64(True):
        model = gd.models.mlp([1, 3, 1])
        fit = gd.models.objective(model, gd.models.mean_squared_error)
        loss = lambda params: fit(params, polynomial())  # noqa: E731
        start = model.init(jax.random.key(1))
        path = gd.descend(loss, start, gd.optimizers.gradient_descent(0.1), 8)
        first = gd.analysis.sharpness(loss, start)
    np.testing.assert_allclose(below.get_lines()[0].get_ydata(), path.loss, rtol=1e-12)
    assert sharp.get_xdata()[-1] == 8
    np.testing.assert_allclose(sharp.get_ydata()[0], first, rtol=1e-9)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": "A b"}, "name is 'A b'"),
        ({"hidden": [0]}, "hidden"),
        ({"activation": "step"}, "activation is 'step'"),
        ({"init": "ones"}, "init is 'ones'"),
        ({"steps": 0}, "steps"),
        ({"poster_steps": 0}, "poster_steps"),
        ({"learning_rate": slider(0, 1, 0.1, log=False)}, "learning_rate begins at 0.0"),
        ({"data": lambda: 3}, "data gives int; expected inputs and targets"),
        ({"data": lambda: (np.ones(3), np.ones(3))}, "inputs of shape \\(3,\\)"),
        ({"data": lambda: (np.ones((3, 1)), np.ones((2, 1)))}, "targets of shape \\(2, 1\\)"),
    ],
)
def test_what_cannot_be_shown_is_refused(changed: dict[str, Any], message: str) -> None:
    """Each refusal names the argument and its value."""
    with pytest.raises(ValueError, match=message):
        magnify(**changed)


def test_data_is_a_function() -> None:
    """A pair of arrays could not be copied as Python."""
    with pytest.raises(TypeError, match="data is \\(1, 2\\)"):
        magnify(data=(1, 2))
