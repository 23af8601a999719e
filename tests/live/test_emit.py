"""Modules that compute what JAX computes: surfaces, their derivatives, optimizers, a network."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from tests.live.node import assert_close, check, flat, node_binary, run

surfaces = pytest.mark.parametrize("surface", gd.surfaces.ALL, ids=lambda surface: surface.name)
OPTIMIZERS = {
    name: getattr(gd.optimizers, name) for name in ("gradient_descent", "momentum", "adam")
}
optimizers = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())


def places(surface: Any, count: int = 40) -> np.ndarray:
    """Return the start, a minimum, the origin, and random places of a surface's domain."""
    low, high = np.transpose(surface.domain)
    drawn = np.random.default_rng(0).uniform(low, high, (count, 2))
    return np.concatenate([[surface.start, surface.minima[0], (0, 0)], drawn])


@surfaces
@pytest.mark.parametrize("derivative", [lambda f: f, jax.value_and_grad, jax.hessian])
def test_surfaces_and_their_derivatives(surface: Any, derivative: Callable[..., Any]) -> None:
    """Value, gradient and Hessian of every surface are JAX's at 43 places of its domain.

    The error is relative to the largest value among the places: near a minimum the value itself
    is what cancellation leaves.
    """
    function = derivative(surface)
    inputs = places(surface)
    wanted = np.stack(
        [flat(row) for row in zip(*_leaves(jax.jit(jax.vmap(function))(inputs)), strict=True)]
    )
    got = run(gd.live.emit(function, inputs[0]), inputs)
    assert_close(got, wanted, scale=np.abs(wanted).max(axis=0))


def _leaves(tree: Any) -> list[Any]:
    return [np.asarray(leaf) for leaf in jax.tree.leaves(tree)]


def stepping(loss: Any, optimizer: Any) -> Callable[..., Any]:
    """Return a step of an optimizer whose learning rate is an input."""

    def step(params: Any, state: Any, learning_rate: Any) -> Any:
        value, grads = jax.value_and_grad(loss)(params)
        updates, state = optimizer(learning_rate).update(grads, state, params)
        return jax.tree.map(jnp.add, params, updates), state, value

    return step


@optimizers
def test_an_optimizer_s_path_is_jax_s(optimizer: Any) -> None:
    """Thirty steps in the browser, gradient and state included, are thirty steps of descend."""
    surface = gd.surfaces.himmelblau
    start, rate = jnp.asarray([0.5, -0.3]), 0.01
    state = optimizer(rate).init(start)
    module = gd.live.emit(stepping(surface, optimizer), start, state, rate)
    inputs = flat((start, state, rate))
    walked = [inputs[:2]]
    for _ in range(30):
        inputs = np.append(run(module, inputs)[0][:-1], rate)
        walked.append(inputs[:2])
    path = gd.descend(surface, start, optimizer(rate), 30)
    assert_close(walked, path.params, scale=1.0)


RULES = (
    "gradient_descent", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam",
    "adam_l2", "adamw", "adamax", "nadam", "amsgrad", "yogi", "adafactor", "lion", "lamb", "lars",
    "shampoo", "soap",
)  # fmt: skip
"""Rules that take a learning rate alone; a test for each of them that there is."""


@pytest.mark.parametrize("name", [name for name in RULES if hasattr(gd.optimizers, name)])
def test_a_step_of_every_rule(name: str) -> None:
    """One step on Himmelblau's function, the second of a walk, is JAX's, new state included."""
    rule = getattr(gd.optimizers, name)(0.01)

    def step(params: Any, state: Any) -> Any:
        grads = jax.grad(gd.surfaces.himmelblau)(params)
        updates, state = rule.update(grads, state, params)
        return params + updates, state

    start = jnp.asarray([0.5, -0.3])
    check(step, *jax.jit(step)(start, rule.init(start)))


def test_every_hyperparameter_may_be_an_input() -> None:
    """Adam's rates and ε may come from sliders: powers of an input with the integer step count."""
    adam = gd.optimizers.adam
    state = adam(0.1).init(jnp.ones(2))._replace(step=jnp.asarray(7, jnp.int32))

    def step(params: Any, state: Any, numbers: Any) -> Any:
        grads = jax.grad(gd.surfaces.rosenbrock)(params)
        updates, state = adam(**numbers).update(grads, state, params)
        return params + updates, state

    numbers = {"learning_rate": 0.1, "b1": 0.8, "b2": 0.95, "eps": 1e-3}
    module = check(step, jnp.asarray([-1.2, 1.0]), state, numbers)
    assert "learning_rate = input[10]" in module


def network(params: Any, inputs: Any) -> Any:
    """Return a 2-8-8-1 network's outputs for a batch of inputs."""
    for weights, bias in params[:-1]:
        inputs = jnp.tanh(inputs @ weights + bias)
    weights, bias = params[-1]
    return inputs @ weights + bias


def network_params(widths: tuple[int, ...] = (2, 8, 8, 1)) -> Any:
    """Return random parameters."""
    draw = np.random.default_rng(4)
    return [(draw.normal(size=(m, n)), draw.normal(size=n)) for m, n in itertools.pairwise(widths)]


def squared_error(params: Any, inputs: Any, target: Any) -> Any:
    """Return a network's squared error."""
    return jnp.mean((network(params, inputs) - target) ** 2)


def test_a_network_s_value_and_gradient() -> None:
    """Value and gradient of a network of 105 parameters are JAX's."""
    function = jax.value_and_grad(squared_error)
    check(function, network_params(), np.array([0.3, -0.8]), np.array([0.5]), scale=1e-2)


def test_a_batch_is_written_out() -> None:
    """A loss on data: the data are constants of the module."""
    inputs = np.random.default_rng(1).normal(size=(6, 2))
    targets = np.sin(inputs[:, :1])
    loss = lambda params: squared_error(params, inputs, targets)  # noqa: E731
    check(jax.grad(loss), network_params((2, 3, 1)), scale=1e-2)


@pytest.mark.usefixtures("single_precision")
def test_a_module_is_in_double_precision_whatever_jax_is() -> None:
    """Where JAX is left at single precision, the module is the same."""
    arguments = jax.grad(gd.surfaces.ackley), jnp.ones(2)
    single = gd.live.emit(*arguments)
    with jax.enable_x64(True):
        assert single == gd.live.emit(*arguments)


def test_the_module_says_what_it_is() -> None:
    """The text is a reader's: a title, its inputs and outputs, short names, few parentheses."""
    module = gd.live.emit(jax.value_and_grad(gd.surfaces.rosenbrock), jnp.ones(2))
    assert module == (
        "// rosenbrock, compiled from JAX.\n"
        "// Input: params[0], params[1].\n"
        "// Output: [0], [1][0], [1][1].\n"
        "\n"
        "export const inputs = 2;\n"
        "export const outputs = 3;\n"
        "\n"
        "export function kernel(input, output) {\n"
        "  const params0 = input[0], params1 = input[1];\n"
        "  const a = 1 - params0;\n"
        "  const b = params1 - params0 * params0;\n"
        "  output[0] = a * a + 100 * (b * b); // [0]\n"
        "  output[1] = -200 * b * (2 * params0) - 2 * a; // [1][0]\n"
        "  output[2] = 200 * b; // [1][1]\n"
        "}\n"
    )


def test_a_module_can_be_imported(tmp_path: Path) -> None:
    """The text is an ES module, which exports its kernel and the lengths of its arrays."""
    module = tmp_path / "bowl.mjs"
    module.write_text(gd.live.emit(gd.surfaces.bowl, [1.0, 2.0]), encoding="utf-8")
    program = (
        f"import {{ kernel, inputs, outputs }} from {json.dumps(module.as_uri())};"
        "const output = [0]; kernel([3, 4], output);"
        "console.log(JSON.stringify([inputs, outputs, output[0]]));"
    )
    command = [str(node_binary()), "--input-type=module", "--eval", program]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(answer.stdout) == [2, 1, 25]


def test_input_and_output_may_be_one_array() -> None:
    """All inputs are read before an output is written."""
    module = gd.live.emit(lambda x: (x[1], x[0] + x[1]), jnp.ones(2))
    same = module.replace("kernel(input, output)", "kernel(input, _)").replace("output[", "input[")
    lines = same.splitlines()
    last_read = max(i for i, line in enumerate(lines) if re.search(r"= input\[", line))
    first_written = min(i for i, line in enumerate(lines) if re.match(r"  input\[", line))
    assert last_read < first_written


def test_inputs_that_do_not_matter_are_not_read() -> None:
    """An unused input keeps its place and costs nothing."""
    module = gd.live.emit(lambda x: 2 * x[2], jnp.ones(3))
    assert "export const inputs = 3;" in module
    assert "input[0]" not in module
    assert run(module, [1.0, 2.0, 3.0]).tolist() == [[6.0]]


def test_booleans_and_integers_are_numbers_outside() -> None:
    """Booleans come and go as 0 and 1, integers as themselves."""
    check(lambda b, n: (~b, n + 1, b & (n > 2)), np.array([True, False]), np.int32(5))


def test_constant_results_are_computed_now() -> None:
    """A result that depends on no input is a number in the module, random ones too."""
    drawn = jax.random.normal(jax.random.key(0), (2,))
    function = lambda x: x + jax.random.normal(jax.random.key(0), (2,))  # noqa: E731
    module = gd.live.emit(function, jnp.zeros(2))
    assert run(module, [0.0, 0.0])[0].tolist() == drawn.tolist()


def test_a_function_without_arguments_is_constant() -> None:
    """No inputs make a module that writes numbers."""
    assert run(gd.live.emit(lambda: jnp.arange(3.0)), np.zeros(0))[0].tolist() == [0, 1, 2]


@pytest.mark.parametrize("argument", ["x", 1j, object()], ids=type)
def test_arguments_are_numbers(argument: Any) -> None:
    """What is not a number is named."""
    with pytest.raises(TypeError, match=r"^x is .*; expected a number or an array of numbers"):
        gd.live.emit(lambda x: x, argument)


def test_too_long_a_function_is_refused() -> None:
    """A function that unrolls beyond the limit says so, and what to do."""
    with pytest.raises(gd.live.EmitError, match=r"'dot_general' in .*more than 50000 scalar op"):
        gd.live.emit(lambda x, y: x @ y, np.ones((40, 40)), np.ones((40, 40)))
