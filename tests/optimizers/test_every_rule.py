"""What all rules have in common, from one table: a new rule is a new line in it.

Each rule walks on every problem of ``tests.walks`` three times in one compiled call: at a constant
rate, at a rate that falls, and from another start. Most facts below are read off those walks. To
compile is what costs here, so what can be compiled once for all rules is.
"""

from __future__ import annotations

import inspect
import math
import re
from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gdbook as gd
from gdbook import optimizers
from tests.optimizers.test_every_other_rule import RULES as ELSEWHERE
from tests.walks import PROBLEMS, Problem, answer, assert_same, cast, walk

STEPS = 200


class Rule(NamedTuple):
    """A rule of the library.

    ``make`` and ``twin`` take a learning rate; ``twin`` is optax's optimizer that must walk the
    same path, if there is one. ``rate`` is the rate to walk at: one of those that each problem
    names for itself, or a number for all problems. ``rtol`` is how well twins agree.
    """

    name: str
    make: Any
    twin: Any = None
    rate: str | float = "fast"


def sgd(momentum: float, nesterov: bool = False) -> Any:
    """Return optax's gradient descent with momentum, waiting for its rate."""
    return lambda η: optax.sgd(η, momentum, nesterov)


def l2(η: Any) -> Any:
    """Return Adam with L2, of optax's parts."""
    return optax.chain(
        optax.add_decayed_weights(1e-4), optax.scale_by_adam(), optax.scale_by_learning_rate(η)
    )


def adafactor(η: Any) -> Any:
    """Return optax.adafactor, of its parts: its own decay is in single precision."""
    return optax.chain(
        optax.scale_by_factored_rms(
            min_dim_size_to_factor=1, decay_rate_fn=lambda step, γ: 1 - (step + 1.0) ** -γ
        ),
        optax.clip_by_block_rms(1.0),
        optax.scale_by_learning_rate(η, flip_sign=False),
        optax.scale_by_param_block_rms(),
        optax.scale(-1),
    )


def lars(make: Any) -> Any:
    """Return LARS, of either library, with a larger trust coefficient, waiting for its rate."""
    return lambda η: make(η, trust_coefficient=0.01)


RULES = (
    Rule("adadelta", optimizers.adadelta, optax.adadelta, 1.0),
    Rule("adafactor", optimizers.adafactor, adafactor, 0.05),
    Rule("adagrad", optimizers.adagrad, optax.adagrad, 0.3),
    Rule("adam", optimizers.adam, optax.adam),
    Rule("adam_l2", optimizers.adam_l2, l2),
    Rule("adamax", optimizers.adamax, optax.adamax),
    Rule("adamw", optimizers.adamw, optax.adamw),
    Rule("amsgrad", optimizers.amsgrad, optax.amsgrad),
    Rule("gradient_descent", optimizers.gradient_descent, optax.sgd, "slow"),
    Rule("lamb", optimizers.lamb, optax.lamb, 0.02),
    Rule("lars", lars(optimizers.lars), lars(optax.lars), 0.2),
    Rule("lion", optimizers.lion, optax.lion, 0.02),
    Rule("momentum", optimizers.momentum, sgd(0.9), "slow"),
    Rule("nadam", optimizers.nadam, optax.nadam),
    Rule("nesterov", optimizers.nesterov, sgd(0.9, nesterov=True), "slow"),
    Rule("rmsprop", optimizers.rmsprop, optax.rmsprop, 0.01),
    Rule("sophia", optimizers.sophia, None, 0.02),
    Rule("yogi", optimizers.yogi, optax.yogi),
)
of_every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
of_every_twin = pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.twin], ids=lambda rule: rule.name
)
of_every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
SMALL = PROBLEMS[-1]  # one problem with a matrix, for what need not be seen on all of them


def test_the_table_names_every_rule() -> None:
    """No rule of the library is missing here and in the table of the others."""
    named = [rule.name for rule in (*RULES, *ELSEWHERE)]
    assert sorted(named) == sorted(set(optimizers.__all__) - {"averaged", "newton_schulz"})


# Walks: three runs on each problem, in one compiled call for a rule and one for its twin.


def rate_of(rule: Rule, problem: Problem) -> float:
    """Return the rate at which a rule walks on a problem."""
    return getattr(problem, rule.rate) if isinstance(rule.rate, str) else rule.rate


def falling(η: Any, decay: Any) -> Any:
    """Return a schedule that starts at η and falls, if decay is not 0."""
    return lambda step: η / (1 + decay * step)


def rates(rule: Rule, problem: Problem) -> tuple[jax.Array, jax.Array]:
    """Return the rates of the three runs, and how they fall."""
    η = rate_of(rule, problem)
    return jnp.array([η, η / 2, η]), jnp.array([0, 0.05, 0])


def starts(problem: Problem) -> Any:
    """Return the starts of the three runs."""
    return jax.tree.map(lambda leaf: jnp.stack([leaf, leaf, 0.9 * leaf]), cast(problem.start))


def everywhere(go: Any) -> Any:
    """Return ``go(problem, *rows)``, compiled for all problems and for all rows of each."""
    return jax.jit(lambda rows: {p.name: jax.vmap(partial(go, p))(*rows[p.name]) for p in PROBLEMS})


@cache
def walks(rule: Rule) -> tuple[Any, Any]:
    """Return a rule's three paths on every problem, by the problem's name, walked twice."""
    walk = everywhere(
        lambda p, η, decay, start: gd.descend(p.loss, start, rule.make(falling(η, decay)), STEPS)
    )
    rows = {p.name: (*rates(rule, p), starts(p)) for p in PROBLEMS}
    return jax.device_get((walk(rows), walk(rows)))


slopes = everywhere(lambda p, places: jax.vmap(jax.grad(p.loss))(places))


@cache
def answers(rule: Rule) -> Any:
    """Return how the rule's twin answers, step by step, to the gradients met on those paths."""

    def answer_all(p: Problem, η: Any, decay: Any, places: Any, grads: Any) -> Any:
        twin = rule.twin(falling(η, decay))

        def step(state: Any, seen: Any) -> Any:
            return answer(p.loss, twin, *seen, state)[::-1]

        start = jax.tree.map(lambda leaf: leaf[0], places)
        return jax.lax.scan(step, twin.init(start), (grads, places))[1]

    places = {name: path.params for name, path in walks(rule)[0].items()}
    grads = slopes({name: (leaf,) for name, leaf in places.items()})
    rows = {p.name: (*rates(rule, p), places[p.name], grads[p.name]) for p in PROBLEMS}
    return jax.device_get(everywhere(answer_all)(rows))


@of_every_rule
@of_every_problem
def test_every_rule_walks_everywhere(rule: Rule, problem: Problem) -> None:
    """On every problem every rule stays finite, moves, and walks the same path each time."""
    path, again = (paths[problem.name] for paths in walks(rule))
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(path))
    assert all(np.ptp(leaf, axis=1).all() for leaf in jax.tree.leaves(path.params))
    jax.tree.map(np.testing.assert_array_equal, path, again)


@of_every_rule
@of_every_problem
def test_every_rule_goes_down(rule: Rule, problem: Problem) -> None:
    """On every problem every rule ends lower than it began."""
    loss = walks(rule)[0][problem.name].loss
    assert (loss[:, -1] < loss[:, 0]).all()


@of_every_twin
@of_every_problem
def test_every_rule_takes_optax_s_steps(rule: Rule, problem: Problem) -> None:
    """In float64, each of 200 steps is optax's, also where the rate is scheduled.

    Optax's optimizer meets the gradients of the rule's own path. On paths of their own, which are
    chaotic for some rules near a minimum, two correct programs part by their rounding alone.
    """
    path, wanted = walks(rule)[0][problem.name].params, answers(rule)[problem.name]
    for places, steps in zip(jax.tree.leaves(path), jax.tree.leaves(wanted), strict=True):
        rounding = 1e-15 * np.abs(places).max()  # of the places, of which steps are differences
        np.testing.assert_allclose(np.diff(places, axis=1), steps[:, :-1], 1e-12, rounding)


@of_every_rule
def test_runs_in_a_batch_are_single_runs(rule: Rule, compilations: Any) -> None:
    """A run from descend itself is its row of the vmap; another rate and start compile nothing."""
    batch = walks(rule)[0][SMALL.name].params
    run = jax.device_get(starts(SMALL))
    first, third = (jax.tree.map(lambda leaf, row=row: leaf[row], run) for row in (0, 2))
    η = rate_of(rule, SMALL)
    one = gd.descend(SMALL.loss, first, rule.make(η), 50)
    with compilations() as compiled:
        gd.descend(SMALL.loss, first, rule.make(0.5 * η), 50)
        two = gd.descend(SMALL.loss, third, rule.make(η), 50)
    assert compiled == []
    for path, row in ((one, 0), (two, 2)):
        wanted = jax.tree.map(lambda leaf, row=row: leaf[row, :51], batch)
        assert_same(path.params, wanted, rtol=1e-10, atol=1e-11)


@of_every_rule
def test_every_rule_runs_in_an_optax_loop(rule: Rule) -> None:
    """In a plain optax loop a rule takes the steps that it takes in descend."""
    places = walk(SMALL.loss, SMALL.start, rule.make(rate_of(rule, SMALL)), 12)
    wanted = jax.tree.map(lambda leaf: leaf[0, :13], walks(rule)[0][SMALL.name].params)
    assert_same(places, wanted, rtol=1e-11, atol=1e-12)


@of_every_rule
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_no_rule_mixes_dtypes(rule: Rule, dtype: str, strict_promotion: None) -> None:
    """With strict promotion, rates as floats, arrays or schedules keep a path in its precision."""
    start = cast(SMALL.start, dtype)
    for η in (0.001, jnp.asarray(0.001), lambda step: 0.001 / (1.0 + step.astype(float))):
        path = jax.eval_shape(lambda η=η: gd.descend(SMALL.loss, start, rule.make(η), 3))
        assert {str(leaf.dtype) for leaf in jax.tree.leaves(path)} == {dtype}


@of_every_rule
def test_every_rule_computes_in_half_precision(rule: Rule) -> None:
    """In bfloat16, where 0.999 is 1, a path has that precision, is finite, and goes down."""
    if rule.name == "prodigy":
        pytest.skip("its first steps are shorter than what bfloat16 can tell apart")
    start = cast(SMALL.start, "bfloat16")
    path = gd.descend(SMALL.loss, start, rule.make(rate_of(rule, SMALL)), 30)
    assert {str(leaf.dtype) for leaf in jax.tree.leaves(path.last)} == {"bfloat16"}
    assert path.diverged_at is None
    assert path.loss[-1] < path.loss[0]


# What constructors refuse: by the hyperparameter's name, which means the same everywhere.

RATES = {
    "clipping_threshold",
    "decay_rate",
    "eps",
    "gamma",
    "initial_accumulator_value",
    "learning_rate",
    "trust_coefficient",
    "weight_decay",
}
FRACTIONS = {"b1", "b2", "decay", "momentum", "rho"}
CHOICES = {
    "averaged",
    "bias_correction",
    "centered",
    "eps_in_sqrt",
    "multiply_by_parameter_scale",
}
COUNTS = {"update_interval"}
OTHERS = {"key"}
SETS = (RATES, FRACTIONS, CHOICES, COUNTS, OTHERS)
HYPERPARAMETERS = [
    (rule.name, hyperparameter)
    for rule in RULES
    for hyperparameter in inspect.signature(getattr(optimizers, rule.name)).parameters
]


def test_every_hyperparameter_is_of_one_kind() -> None:
    """Each hyperparameter of each rule is in one of the sets above, and in no two."""
    names = {hyperparameter for _, hyperparameter in HYPERPARAMETERS}
    assert names == set.union(*SETS)
    assert len(set.union(*SETS)) == sum(map(len, SETS))


@pytest.mark.parametrize(("name", "hyperparameter"), HYPERPARAMETERS)
def test_every_rule_refuses_what_is_out_of_range(name: str, hyperparameter: str) -> None:
    """Each hyperparameter out of its range is named, shown, and told its range."""
    if hyperparameter in RATES:
        values, expected = (-1, math.nan, math.inf, None, "0.1", True, [0.1]), "a number in [0, inf"
    elif hyperparameter in FRACTIONS:
        values, expected = (1.0, -0.1, math.nan, None, "heavy", [0.9]), "a number in [0, 1)"
    elif hyperparameter in CHOICES:
        values, expected = (1, None, "yes"), "True or False"
    elif hyperparameter in COUNTS:
        values, expected = (0, -2, 2.5, None, True), "an integer >= 1"
    else:
        return
    for value in values:
        message = f"{hyperparameter} is {value!r}; expected {expected}"
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        wrong_type = not number or hyperparameter in CHOICES or value == 2.5
        with pytest.raises(TypeError if wrong_type else ValueError, match=f"^{re.escape(message)}"):
            getattr(optimizers, name)(**{"learning_rate": 0.1, hyperparameter: value})
