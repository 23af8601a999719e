"""The loop: what it records, how it treats data, when it compiles, and what it refuses."""

from __future__ import annotations

import itertools
import re
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gdbook as gd
from gdbook.types import Path
from tests.walks import PROBLEMS, Problem, assert_same, walk

of_every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
RULES = {
    "gradient descent": gd.optimizers.gradient_descent,
    "momentum": gd.optimizers.momentum,
    "Adam": gd.optimizers.adam,
}
of_every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
bowl = gd.surfaces.bowl
gentle = gd.optimizers.gradient_descent(0.1)


# What a path holds.


@of_every_problem
def test_a_path_has_one_entry_more_than_steps(problem: Problem) -> None:
    """Every leaf of a Path has a leading axis of steps + 1, and entry 0 is the start."""
    path = gd.descend(problem.loss, problem.start, gd.optimizers.adam(problem.fast), 9)
    assert isinstance(path, Path)
    assert path.steps == 9
    assert path.loss.shape == path.grad_norm.shape == (10,)
    assert jax.tree.structure(path.params) == jax.tree.structure(problem.start)
    for leaf, start in zip(
        jax.tree.leaves(path.params), jax.tree.leaves(problem.start), strict=True
    ):
        assert leaf.shape == (10, *start.shape)
        np.testing.assert_array_equal(leaf[0], start)
    assert path.diverged_at is None


@of_every_problem
def test_loss_and_gradient_are_those_of_the_recorded_place(problem: Problem) -> None:
    """loss[t] and grad_norm[t] are the loss and the gradient's length at params[t], each t."""
    path = gd.descend(problem.loss, problem.start, gd.optimizers.adam(problem.fast), 9)
    values, grads = jax.jit(jax.vmap(jax.value_and_grad(problem.loss)))(path.params)
    np.testing.assert_allclose(path.loss, values, rtol=1e-12, atol=1e-14)
    squares = [np.reshape(leaf, (10, -1)) ** 2 for leaf in jax.tree.leaves(grads)]
    norms = np.sqrt(np.concatenate(squares, axis=1).sum(axis=1))
    np.testing.assert_allclose(path.grad_norm, norms, rtol=1e-11, atol=1e-14)


def test_one_step_is_enough() -> None:
    """The shortest walk has a start and an end."""
    path = gd.descend(bowl, [3.0, 4.0], gentle, 1)
    np.testing.assert_allclose(path.params, [[3, 4], [2.4, 3.2]], rtol=1e-15)
    np.testing.assert_allclose(path.loss, [25, 16], rtol=1e-15)
    np.testing.assert_allclose(path.grad_norm, [10, 8], rtol=1e-15)


def test_a_longer_walk_begins_with_the_shorter() -> None:
    """The number of steps decides only where the walk stops."""
    surface, rule = gd.surfaces.himmelblau, gd.optimizers.adam(0.1)
    long, short = (gd.descend(surface, [0.0, 1.0], rule, steps) for steps in (30, 12))
    assert_same(jax.tree.map(lambda leaf: leaf[:13], long), short)


@pytest.mark.parametrize("start", [2.0, np.float32(2), np.array(2.0)], ids=repr)
def test_parameters_may_be_one_number(start: Any) -> None:
    """A single number is a start too; its path has shape (steps + 1,)."""
    path = gd.descend(lambda w: 0.5 * w**2, start, gd.optimizers.gradient_descent(0.5), 3)
    np.testing.assert_array_equal(path.params, [2, 1, 0.5, 0.25])


def test_the_gradient_norm_is_over_all_leaves() -> None:
    """For a pytree, the gradient's length is Euclid's over all entries of all leaves."""
    start = {"a": jnp.array([1.0, 2.0]), "b": jnp.array([[2.0]]), "c": 4.0}

    def loss(p: Any) -> jax.Array:
        return 0.5 * (jnp.sum(p["a"] ** 2) + jnp.sum(p["b"] ** 2) + p["c"] ** 2)

    assert float(gd.descend(loss, start, gentle, 1).grad_norm[0]) == 5


def traced(*arguments: Any) -> Any:
    """Return the shapes and dtypes of a path, without compiling and walking it."""
    return jax.eval_shape(lambda: gd.descend(*arguments))


@of_every_rule
def test_each_leaf_keeps_its_own_precision(rule: Any) -> None:
    """A pytree of mixed precision stays one: no leaf is widened or narrowed by a step."""
    start = {"half": jnp.ones(2, jnp.float16), "single": jnp.ones(2, jnp.float32), "double": 1.0}

    def loss(p: Any) -> jax.Array:
        return sum(jnp.sum(leaf.astype(float) ** 2) for leaf in jax.tree.leaves(p))

    path = traced(loss, start, rule(0.1), 3)
    dtypes = {name: str(leaf.dtype) for name, leaf in path.params.items()}
    assert dtypes == {"half": "float16", "single": "float32", "double": "float64"}


@of_every_rule
def test_a_reader_walks_in_single_precision(rule: Any, single_precision: None) -> None:
    """Where nothing is set, everything on the path is float32."""
    path = traced(gd.surfaces.beale, [1.0, 1.5], rule(0.001), 5)
    assert {str(leaf.dtype) for leaf in jax.tree.leaves(path)} == {"float32"}


@of_every_rule
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_loop_mixes_no_dtypes(rule: Any, dtype: str, strict_promotion: None) -> None:
    """With strict promotion, rates as floats, arrays or schedules pass through the loop."""
    start = jnp.asarray([1.0, 1.5], dtype)
    for rate in (0.001, jnp.asarray(0.001), lambda step: 0.001 / (1.0 + step.astype(float))):
        path = traced(gd.surfaces.beale, start, rule(rate), 3)
        assert {str(leaf.dtype) for leaf in jax.tree.leaves(path)} == {dtype}


# Divergence.


def test_a_diverging_run_is_data() -> None:
    """A run that blows up returns its path, which says where it left and holds what was before."""
    path = gd.descend(bowl, [1.0, 0.0], gd.optimizers.gradient_descent(1e30), 30)
    losses = np.asarray(path.loss)
    first = next(t for t, value in enumerate(losses) if not np.isfinite(value))
    assert path.diverged_at is not None
    assert 0 < path.diverged_at <= first
    assert np.isfinite(losses[: path.diverged_at]).all()
    assert path.loss.shape == (31,)
    assert not np.isfinite(losses[-1])


def test_a_run_diverges_where_arithmetic_says() -> None:
    """In float64, growing by 10^30 a step from 1, the squared loss overflows at step 6."""
    surface = gd.surfaces.bowl
    path = gd.descend(surface, [1.0, 0.0], gd.optimizers.gradient_descent(0.5e30), 12)
    assert path.diverged_at == 6  # (10^30)^5 squared is 10^300, (10^30)^6 squared is too much


def test_leaving_the_domain_of_a_loss_is_divergence() -> None:
    """A step to where the loss is nan is where the run diverged."""
    path = gd.descend(lambda w: -jnp.log(w) + 3 * w, 1.0, gd.optimizers.gradient_descent(0.75), 4)
    assert path.params[1] < 0
    assert path.diverged_at == 1


def test_a_start_that_is_not_finite_diverges_at_once() -> None:
    """A start at infinity is divergence at step 0, not an error."""
    assert gd.descend(bowl, [np.inf, 0.0], gentle, 2).diverged_at == 0


# Data.


def test_full_batches_use_all_the_data() -> None:
    """Without a batch size every step sees all examples, in a pytree shaped like the data."""
    data = {"x": np.arange(6.0), "y": np.arange(6.0) ** 2}

    def with_data(w: jax.Array, batch: Any) -> jax.Array:
        return jnp.mean((w * batch["x"] - batch["y"]) ** 2)

    path = gd.descend(with_data, 0.0, gd.optimizers.gradient_descent(0.01), 20, data=data)
    closed = gd.descend(lambda w: with_data(w, data), 0.0, gd.optimizers.gradient_descent(0.01), 20)
    assert_same(path, closed)


def steps_seen(n: int, steps: int, **options: Any) -> np.ndarray:
    """Return how often each step saw each of n examples, shape (steps, n).

    The data are unit vectors and the loss is linear, so each step moves by the sum of its batch.
    """
    rule = gd.optimizers.gradient_descent(1.0)
    path = gd.descend(_minus_sum, np.zeros(n), rule, steps, data=np.eye(n), **options)
    return np.diff(np.asarray(path.params), axis=0)


def test_a_step_sees_a_batch_and_an_epoch_every_example_once() -> None:
    """Each step moves by its own batch, and four batches of three are twelve examples."""
    seen = steps_seen(12, 8, batch_size=3, key=jax.random.key(3))
    assert set(np.unique(seen)) == {0, 1}
    np.testing.assert_array_equal(seen.sum(axis=1), 3)
    np.testing.assert_array_equal(seen.reshape(2, 4, 12).sum(axis=1), 1)
    assert not np.array_equal(seen[:4], seen[4:])


def test_leftovers_of_an_epoch_are_not_used() -> None:
    """Of 7 examples in batches of 3, one is left over in each epoch."""
    seen = steps_seen(7, 6, batch_size=3, key=jax.random.key(0))
    np.testing.assert_array_equal(np.sort(seen.reshape(3, 2, 7).sum(axis=1)), [[0] + [1] * 6] * 3)


def test_without_a_batch_size_no_key_is_needed() -> None:
    """Full batches are in no order: each step sees each example once."""
    np.testing.assert_array_equal(steps_seen(4, 3), 1)


def test_the_same_key_walks_the_same_path() -> None:
    """A walk on batches is decided by its key."""
    one, same, other = (
        steps_seen(12, 8, batch_size=3, key=jax.random.key(seed)) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_with_batches_the_recorded_loss_is_the_batch_s() -> None:
    """loss[t] is the loss of the batch that step t looked at, taken before the step."""
    data = np.array([1.0, 10.0, 100.0])
    rule = gd.optimizers.gradient_descent(0.0)
    path = gd.descend(
        lambda w, x: jnp.sum(w * x), 1.0, rule, 8, data=data, batch_size=1, key=jax.random.key(0)
    )
    np.testing.assert_array_equal(np.sort(path.loss.reshape(3, 3)), [[1, 10, 100]] * 3)
    np.testing.assert_array_equal(path.loss, path.grad_norm)


def _minus_sum(params: jax.Array, batch: jax.Array) -> jax.Array:
    return -jnp.sum(batch @ params)


# Other optimizers.

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


# Many runs at once, and compiling only once.


@of_every_rule
def test_vmap_over_learning_rates_is_as_many_runs(rule: Any) -> None:
    """A vmap over learning rates gives, row for row, the paths of runs made one by one."""
    rates = np.array([0.001, 0.01, 0.05])
    surface = gd.surfaces.quadratic(20)
    paths = jax.vmap(lambda η: gd.descend(surface, surface.start, rule(η), 15))(rates)
    assert paths.params.shape == (3, 16, 2)
    for i, η in enumerate(rates):
        one = gd.descend(surface, surface.start, rule(float(η)), 15)
        assert_same(jax.tree.map(lambda leaf, i=i: leaf[i], paths), one)


@of_every_rule
def test_vmap_over_starts_is_as_many_runs(rule: Any) -> None:
    """A vmap over starts gives, row for row, the paths of runs made one by one."""
    starts = np.random.default_rng(0).uniform(-1, 1, (4, 2))
    paths = jax.vmap(lambda start: gd.descend(gd.surfaces.beale, start, rule(0.01), 15))(starts)
    for i, start in enumerate(starts):
        one = gd.descend(gd.surfaces.beale, start, rule(0.01), 15)
        assert_same(jax.tree.map(lambda leaf, i=i: leaf[i], paths), one)


def test_vmap_over_keys_shuffles_each_run_on_its_own() -> None:
    """A vmap over keys gives each run its own order of the examples."""
    keys = jax.random.split(jax.random.key(0), 3)
    data = jnp.arange(8.0)

    def run(key: jax.Array) -> Path:
        loss = lambda w, x: jnp.sum(w * x)  # noqa: E731
        return gd.descend(loss, 1.0, gentle, 7, data=data, batch_size=1, key=key)

    orders = jax.vmap(run)(keys).grad_norm
    np.testing.assert_array_equal(np.sort(orders), [np.arange(8.0)] * 3)
    assert len({tuple(np.asarray(order)) for order in orders}) == 3


def test_a_run_can_be_differentiated() -> None:
    """The loss after t steps at rate η is ½ (1 - η)^2t, and jax.grad finds its slope in η."""

    def final(η: jax.Array) -> jax.Array:
        rule = gd.optimizers.gradient_descent(η)
        return gd.descend(lambda w: 0.5 * w**2, 1.0, rule, 5).loss[-1]

    assert float(jax.grad(final)(0.3)) == pytest.approx(-5 * 0.7**9, rel=1e-12)


@of_every_rule
def test_other_numbers_compile_nothing(rule: Any, compilations: Any) -> None:
    """A second run from another start at another rate compiles nothing at all."""
    gd.descend(bowl, [2.0, 1.0], rule(0.1), 11)
    with compilations() as compiled:
        path = gd.descend(bowl, [-1.0, 0.5], rule(0.02), 11)
    assert compiled == []
    assert path.loss[-1] < path.loss[0]


def test_another_number_of_steps_compiles(compilations: Any) -> None:
    """Compilations are counted: a run of another length makes one."""
    with compilations() as compiled:
        gd.descend(bowl, [2.0, 1.0], gentle, 1234)
    assert len(compiled) == 1
    assert "_scan" in compiled[0]


def test_other_data_compile_nothing(compilations: Any) -> None:
    """A second run on other data of the same shape, with another key, compiles nothing at all."""

    def loss(w: jax.Array, x: jax.Array) -> jax.Array:
        return jnp.mean((w - x) ** 2)

    def run(scale: float, key: jax.Array) -> Path:
        data = scale * np.arange(6.0)
        return gd.descend(loss, 0.0, gentle, 5, data=data, batch_size=2, key=key)

    one, other = jax.random.key(0), jax.random.key(1)
    first = run(1.0, one)
    with compilations() as compiled:
        second = run(2.0, other)
    assert compiled == []
    assert not np.array_equal(first.loss, second.loss)


@of_every_rule
def test_a_schedule_handed_in_twice_compiles_once(rule: Any, compilations: Any) -> None:
    """The same schedule from another start compiles nothing."""

    def schedule(step: jax.Array) -> jax.Array:
        return 0.1 / (1.0 + step)

    gd.descend(bowl, [2.0, 1.0], rule(schedule), 11)
    with compilations() as compiled:
        gd.descend(bowl, [1.0, 1.0], rule(schedule), 11)
    assert compiled == []


def test_descend_works_inside_jit() -> None:
    """Descend may be called from compiled code."""
    end = jax.jit(lambda start, η: gd.descend(bowl, start, gd.optimizers.adam(η), 8).last)
    start = jnp.array([2.0, 1.0])
    wanted = gd.descend(bowl, start, gd.optimizers.adam(0.1), 8).last
    np.testing.assert_allclose(end(start, 0.1), wanted, rtol=1e-13)


def test_descend_leaves_its_arguments_alone() -> None:
    """The start and the data a caller hands in are the same afterwards."""
    start, data = np.array([2.0, 1.0]), np.arange(4.0)
    gd.descend(lambda p, x: jnp.sum(p**2) + jnp.sum(x), start, gentle, 3, data=data)
    np.testing.assert_array_equal(start, [2, 1])
    np.testing.assert_array_equal(data, np.arange(4))
    device = jnp.asarray(start)
    gd.descend(bowl, device, gentle, 3)
    np.testing.assert_array_equal(device, [2, 1])


# What is refused. Each check has its own tests in test_checks and test_batches.


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"steps": 0}, ValueError, "steps is 0; expected an integer >= 1"),
        ({"steps": -5}, ValueError, "steps is -5; expected an integer >= 1"),
        ({"steps": 2.5}, TypeError, "steps is 2.5; expected an integer >= 1"),
        ({"steps": True}, TypeError, "steps is True; expected an integer >= 1"),
        ({"loss": lambda p: p}, ValueError, "loss returns an array of shape (2,); expected one"),
        ({"loss": None}, TypeError, "loss is None; expected a function of the parameters"),
        ({"params": {"n": 3}}, TypeError, "params['n'] is 3, of dtype int64; expected floating"),
        ({"params": []}, ValueError, "params is [], which holds no array; expected at least one"),
        ({"optimizer": 0.1}, TypeError, "optimizer is 0.1; expected a pair of functions"),
        (
            {"optimizer": gd.optimizers.adam},
            TypeError,
            f"optimizer is {gd.optimizers.adam}; expected a pair of functions",
        ),
        ({"batch_size": 4}, ValueError, "batch_size is 4 and key is None, but data is None; exp"),
        (
            {"data": np.ones(3), "batch_size": 4, "key": jax.random.key(0)},
            ValueError,
            "batch_size is 4, but data has 3 examples; expected 1 to 3",
        ),
        ({"data": np.ones(3), "batch_size": 2}, ValueError, "key is None; expected a key such as"),
        (
            {"data": np.ones(3), "batch_size": 2.0, "key": jax.random.key(0)},
            TypeError,
            "batch_size is 2.0; expected an integer >= 1",
        ),
        (
            {"data": (np.ones(3), np.ones(4))},
            ValueError,
            "data has leaves of shapes [(3,), (4,)]; expected a leading axis of examples",
        ),
        (
            {"data": np.ones(3), "key": 5},
            ValueError,
            "batch_size is None, but key is 5 and replace is False; expected a batch_size to draw",
        ),
        (
            {"data": np.ones(3), "replace": True},
            ValueError,
            "batch_size is None, but key is None and replace is True; expected a batch_size to",
        ),
        ({"replace": 1}, TypeError, "replace is 1; expected True or False"),
        ({"validation": np.ones(3)}, ValueError, "validation is given, but data is None; expected"),
        ({"validate_every": 0}, ValueError, "validate_every is 0; expected an integer >= 1"),
        ({"stop": 0.1}, TypeError, "stop is 0.1; expected criteria such as gd.stop(loss=0.1)"),
        ({"progress": 1}, TypeError, "progress is 1; expected True or False"),
        ({"record": "all"}, TypeError, "record is 'all'; expected 'params', 'loss' or a function"),
        ({"data": gd.datasets.challenger()}, TypeError, "data.about is 'temperature at launch"),
    ],
    ids=itertools.count(),
)
def test_bad_arguments_are_named(
    changed: dict[str, Any], error: type[Exception], message: str
) -> None:
    """A bad argument raises an error that names it, its value, and what was expected."""
    arguments = {"loss": bowl, "params": [1.0, 2.0], "optimizer": gentle, "steps": 3}
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        gd.descend(**{**arguments, **changed})


def test_a_loss_s_own_complaint_reaches_the_caller() -> None:
    """An error inside the loss is the loss's: it is not dressed up as something else."""
    with pytest.raises(ValueError, match=r"^params of bowl has shape \(3,\); expected \(2,\)"):
        gd.descend(bowl, [1.0, 2.0, 3.0], gentle, 3)


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


class Line(NamedTuple):
    """Two numbers with names."""

    slope: float
    intercept: float


def test_named_numbers_keep_their_names() -> None:
    """A named tuple of numbers is a pytree, not a vector."""
    path = gd.descend(
        lambda line: (line.slope - 1) ** 2 + line.intercept**2,
        Line(2.0, 3.0), gd.optimizers.gradient_descent(0.25), 1,
    )  # fmt: skip
    assert path.last == Line(1.5, 1.5)
