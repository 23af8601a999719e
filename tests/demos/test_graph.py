"""Graphs: a function's own jaxpr, its values and slopes in Node those of JAX, and bad input."""

from __future__ import annotations

import json
from typing import Any

import jax
import numpy as np
import pytest

import gdbook as gd
from gdbook.demos import Graph, slider
from gdbook.display import GRAPH
from tests.demos.plays import GRAPH_WORDS, POINT, WEIGHTS, curious, knobs, network_graph, small
from tests.live.node import run

RULE, RATE = gd.optimizers.gradient_descent, slider(0.001, 1, 0.1)
ELSEWHERE = [-1.3, 0.2, 2.5, 0.0, -0.7, 1e-3, 40.0, 0.6]


def offer(loss: Any = small, inputs: Any = POINT, **changed: Any) -> Graph:
    """Return a graph, with some arguments changed."""
    arguments: dict[str, Any] = {
        "name": "net", "learned": WEIGHTS, "rule": RULE, "learning_rate": RATE, **GRAPH_WORDS,
    }  # fmt: skip
    return gd.demos.graph(loss=loss, inputs=knobs(inputs), **{**arguments, **changed})


def looked(play: Graph, inputs: list[float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return values, slopes and local slopes as the page computes them."""
    n = len(play.spec["nodes"])
    values, slopes, edges = np.split(run(play.kernels["look"], inputs)[0], [n, 2 * n])
    return values, slopes, edges


def agrees(play: Graph, loss: Any, inputs: list[float]) -> None:
    """Assert that the loss and its slopes are JAX's, and that the slopes between obey the rule."""
    values, slopes, local = looked(play, inputs)
    with jax.enable_x64(True):
        value, wanted = jax.value_and_grad(loss, argnums=tuple(range(len(inputs))))(*inputs)
    np.testing.assert_allclose(values[-1], value, rtol=1e-12)
    np.testing.assert_allclose(slopes[: len(inputs)], wanted, rtol=1e-12, atol=1e-300)
    sums = np.zeros(len(values))
    sums[-1] = 1.0
    for edge, slope in zip(play.spec["edges"], local, strict=True):
        sums[edge["source"]] += slopes[edge["target"]] * slope
    np.testing.assert_allclose(slopes, sums, rtol=1e-12, atol=1e-300)


def test_it_is_plain_data() -> None:
    """All that the page needs travels as JSON, with the kernels and a picture for elsewhere."""
    bundle = network_graph()._repr_mimebundle_()
    payload = json.loads(json.dumps(bundle[GRAPH]))
    assert {*payload} == {"spec", "module", "poster"}
    assert "export const look = " in payload["module"]
    assert payload["spec"]["learned"] == [2, 3, 4, 5, 6, 7]
    assert bundle["text/html"].startswith("<figure>")
    assert "[Graph: " in bundle["text/plain"]


@pytest.mark.parametrize("inputs", [[*POINT.values()], ELSEWHERE])
def test_values_and_slopes_are_those_of_jax(inputs: list[float]) -> None:
    """In Node all numbers of the network are JAX's; the hidden values are tanh's."""
    play = network_graph()
    agrees(play, small, inputs)
    values, slopes, _ = looked(play, inputs)
    x, y, w1, b1, v1, w2, b2, v2 = inputs
    h = np.tanh([w1 * x + b1, w2 * x + b2])
    labels = [node["label"] for node in play.spec["nodes"]]
    hidden = [k for k, label in enumerate(labels) if label == "tanh"]
    np.testing.assert_allclose(values[hidden], h, rtol=1e-12)
    above = 2 * (v1 * h[0] + v2 * h[1] - y)
    np.testing.assert_allclose(slopes[hidden], [above * v1, above * v2], rtol=1e-12)


def test_calls_are_opened_and_rules_are_kept() -> None:
    """Softplus, ReLU and a number used twice: JAX's own derivatives, also at the kink."""
    play = offer(curious, {"p": 1.1, "q": 0.7}, learned=["p"])
    agrees(play, curious, [1.1, 0.7])
    agrees(play, curious, [1.1, 0.0])


def test_a_turn_is_a_step_of_descend() -> None:
    """The button's step is that of the loop, and leaves the example as it is."""
    got = run(network_graph().kernels["turn"], [*POINT.values(), 0.3])[0]
    weights = {key: POINT[key] for key in WEIGHTS}
    with jax.enable_x64(True):
        loss = lambda weights: small(POINT["x"], POINT["y"], **weights)  # noqa: E731
        last = gd.descend(loss, weights, gd.optimizers.gradient_descent(0.3), 1).last
    wanted = {**POINT, **last}
    np.testing.assert_allclose(got, [wanted[key] for key in POINT], rtol=1e-12)


ONE = {"inputs": {"x": 1.0}, "learned": ["x"]}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": "A b"}, "name is 'A b'"),
        ({"inputs": {"x": 1.0}}, "inputs has \\['x'\\]; expected the loss's arguments"),
        ({"learned": ["z"]}, "learned is \\['z'\\]"),
        ({"learned": []}, "learned is \\[\\]"),
        ({"rule": gd.optimizers.adam}, "rule is adam; expected one that remembers nothing"),
        ({"loss": lambda x: x, **ONE}, "expected one number computed from"),
    ],
)
def test_what_cannot_be_shown_is_refused(changed: dict[str, Any], message: str) -> None:
    """Each refusal names the argument and its value."""
    with pytest.raises(ValueError, match=message):
        offer(**changed)


def test_a_loss_is_a_function() -> None:
    """A number is none."""
    with pytest.raises(TypeError, match="loss is 3"):
        offer(3)
