"""The loop: other people's optimizers walk in it as in their own."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gdbook as gd
from tests.descend.rules import bowl, traced
from tests.walks import PROBLEMS, assert_same, walk

OPTAX = {
    "sgd": optax.sgd(0.01, momentum=0.9, nesterov=True),
    "adam": optax.adam(0.05),
    "lion": optax.lion(0.01),
    "adafactor": optax.adafactor(0.05, min_dim_size_to_factor=2),
    "clipped, scheduled adamw": optax.chain(
        optax.clip_by_global_norm(0.5), optax.adamw(optax.cosine_decay_schedule(0.05, 40))
    ),
}


@pytest.mark.parametrize("optimizer", OPTAX.values(), ids=OPTAX.keys())
def test_optax_walks_the_same_path_in_descend(optimizer: Any) -> None:
    """An optimizer from optax takes the same steps here as in a loop of its own."""
    problem = PROBLEMS[-1]  # a matrix and a vector: adafactor treats them differently
    path = gd.descend(problem.loss, problem.start, optimizer, 40)
    wanted = walk(problem.loss, problem.start, optimizer, 40)
    assert_same(path.params, wanted, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("optimizer", OPTAX.values(), ids=OPTAX.keys())
def test_optax_walks_in_single_precision(optimizer: Any, single_precision: None) -> None:
    """An optimizer from optax runs in float32 as well, and stays there."""
    path = traced(gd.surfaces.beale, [1.0, 1.5], optimizer, 20)
    assert {str(leaf.dtype) for leaf in jax.tree.leaves(path)} == {"float32"}


def test_any_pair_of_functions_is_an_optimizer() -> None:
    """Sign descent, written as two lambdas, walks in steps of its rate."""
    signs = (lambda params: (), lambda grads, state, params: (-0.5 * jnp.sign(grads), state))
    path = gd.descend(bowl, [2.0, -1.0], signs, 4)
    np.testing.assert_array_equal(path.params[:, 0], [2, 1.5, 1, 0.5, 0])
    np.testing.assert_array_equal(path.params[:, 1], [-1, -0.5, 0, 0, 0])


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_updates_of_another_precision_do_not_change_the_parameters(dtype: str) -> None:
    """An optimizer may answer in more or fewer digits than the parameters have: theirs stay."""
    other = (lambda params: (), lambda grads, state, params: (-0.25 * grads.astype(dtype), state))
    path = gd.descend(bowl, jnp.asarray([2.0, 1.0], jnp.float32), other, 2)
    assert path.params.dtype == jnp.float32
    np.testing.assert_array_equal(path.params, [[2, 1], [1, 0.5], [0.5, 0.25]])


def test_the_optimizer_sees_the_current_parameters() -> None:
    """Update gets the parameters it is to change: weight decay without a gradient shrinks them."""
    decay = (lambda params: None, lambda grads, state, params: (-0.5 * params, state))
    path = gd.descend(lambda w: 0.0 * w, 8.0, decay, 3)
    np.testing.assert_array_equal(path.params, [8, 4, 2, 1])


def test_the_state_travels_from_step_to_step() -> None:
    """What update returns as state is what the next update gets, beginning with init's."""
    counting = (lambda params: 1.0, lambda grads, state, params: (state + 0 * grads, 2 * state))
    path = gd.descend(lambda w: 0.0 * w, 0.0, counting, 4)
    np.testing.assert_array_equal(path.params, [0, 1, 3, 7, 15])


def test_rules_with_a_line_search_are_told_the_loss() -> None:
    """The L-BFGS of optax, which evaluates the loss itself, takes the steps of optax's own loop."""
    data = {"x": jnp.linspace(-1, 2, 5), "y": jnp.linspace(0, 1, 5) ** 2}

    def loss(params: jax.Array, batch: Any = data) -> jax.Array:
        residual = params[0] * batch["x"] + params[1] - batch["y"]
        return gd.surfaces.rosenbrock(params) + jnp.mean(residual**2)

    rule, params = optax.lbfgs(), jnp.array([-1.2, 1.0])
    state, places = rule.init(params), [params]

    @jax.jit
    def step(params: jax.Array, state: Any) -> Any:
        value, grad = optax.value_and_grad_from_state(loss)(params, state=state)
        extras = {"value": value, "grad": grad, "value_fn": loss}
        updates, state = rule.update(grad, state, params, **extras)
        return optax.apply_updates(params, updates), state

    for _ in range(8):
        params, state = step(params, state)
        places.append(params)
    for given in (None, data):
        path = gd.descend(loss, places[0], rule, 8, data=given)
        assert path.loss[-1] < 0.5 * path.loss[0]
        np.testing.assert_allclose(path.params, jnp.stack(places), rtol=1e-9)
