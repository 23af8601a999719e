"""The kernels of a playground: networks and rules in Node are those of the book."""

from __future__ import annotations

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.demos import nets
from tests.demos.plays import RULES, exported_of, listed, small_playground
from tests.live.node import run


@pytest.mark.parametrize("hidden", [(), (3, 2), (8, 8), (4,) * 6])
@pytest.mark.parametrize("init", ["xavier", "he", "lecun", "zeros"])
def test_weights_at_first_are_those_of_the_model(hidden: tuple[int, ...], init: str) -> None:
    """What is stored, times a scheme's gains, is what ``mlp(...).init`` draws from a seed."""
    (drawn,) = nets.starts([hidden], (3,))
    ((flat,), sizes) = drawn, (2, *hidden, 1)
    params = gd.models.mlp(sizes, init=init).init(jax.random.key(3))
    at = 0
    for (m, n), gain, layer in zip(pairwise(sizes), nets.gains(hidden, init), params, strict=True):
        weights = gain * np.array(flat[at : at + m * n]).reshape(m, n)
        np.testing.assert_allclose(weights, layer["W"], rtol=1e-14)
        at += m * n + n


@pytest.mark.parametrize(("j", "activation"), [*enumerate(["tanh", "relu"])])
def test_the_network_is_the_books(j: int, activation: str) -> None:
    """Loss, gradient and score of an example are those of ``gd.models``, and so is every unit."""
    module = small_playground().modules[f"network-1-{j}"]
    flat = np.random.default_rng(1).normal(size=listed(module, "starts").shape[1])
    model = gd.models.mlp([2, 3, 2, 1], activation)
    params, at = [], 0
    for m, n in pairwise((2, 3, 2, 1)):
        params.append({"W": flat[at : at + m * n].reshape(m, n), "b": flat[at + m * n :][:n]})
        at += m * n + n
    x, y = np.array([[0.4, -1.2]]), np.array([[1.0]])
    loss = gd.models.objective(model, gd.models.binary_cross_entropy)
    value, slope = jax.value_and_grad(loss)(jax.tree.map(jnp.asarray, params), (x, y))
    got = run(exported_of(module, "learn"), [*flat, *x[0], 1.0])[0]
    wanted = [float(value), *np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(slope)])]
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-14)
    seen = run(exported_of(module, "look"), [*flat, *x[0]])[0]
    act = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}[activation]
    first = act(x[0] @ params[0]["W"] + params[0]["b"])
    second = act(first @ params[1]["W"] + params[1]["b"])
    score = model.apply(params, x[0])
    np.testing.assert_allclose(seen, [*first, *second, *score], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("j", "name"), [*enumerate(RULES)])
def test_a_rule_on_one_parameter_is_the_rule_on_all(j: int, name: str) -> None:
    """Applied to each number of a tree, three turns are three steps of the rule on the tree."""
    module, rule = small_playground().modules["rules"], RULES[name].build({"learning_rate": 0.07})
    params = {"W": jnp.array([[0.5, -1.0], [2.0, 0.25]]), "b": jnp.array([0.3])}
    flat = np.array([0.5, -1.0, 2.0, 0.25, 0.3])
    memory = run(exported_of(module, f"first{j}"), [[p, 0.07] for p in flat])
    state = rule.init(params)
    for t in range(3):
        slopes = jax.tree.map(lambda leaf, t=t: jnp.cos(3 * leaf + t), params)
        rows = np.column_stack([flat, memory, np.cos(3 * flat + t), np.full(5, 0.07)])
        after = run(exported_of(module, f"turn{j}"), rows)
        flat, memory = after[:, 0], after[:, 1:]
        updates, state = rule.update(slopes, state, params)
        params = jax.tree.map(jnp.add, params, updates)
    wanted = np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(params)])
    np.testing.assert_allclose(flat, wanted, rtol=1e-12)
