"""What the rules for matrices, the wrappers, and those that ask for the loss have in common.

One line of RULES is one rule. All are walked on one loss, the sum of a valley, Rosenbrock's
function, a regression by a matrix, and a small network, each on parameters of its own: so that one
compiled run of a rule states its facts on all of them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gdbook as gd
from gdbook.optimizers import (
    accumulate,
    adam,
    average,
    clip_by_norm,
    clip_by_value,
    evolution_strategy,
    gradient_descent,
    lbfgs,
    momentum,
    muon,
    newton,
    prodigy,
    project,
    random_search,
    sam,
    schedule_free,
    schedule_free_adamw,
    shampoo,
    simulated_annealing,
    soap,
)
from gdbook.types import Optimizer
from tests.walks import PROBLEMS, assert_same, cast

pytestmark = pytest.mark.usefixtures("compile_quickly")

STEPS = 200
VALLEY, ROSENBROCK, REGRESSION = PROBLEMS[:3]
draw = np.random.default_rng(7)
INPUTS, TARGETS = draw.normal(size=(8, 2)), draw.normal(size=(8, 1))


def nonnegative(params: Any) -> Any:
    """Return the nearest parameters that are not negative."""
    return jax.tree.map(lambda leaf: jnp.maximum(leaf, 0), params)


def network(params: Any) -> jax.Array:
    """Return the loss of two layers with a tanh between them."""
    W1, W2 = params["W1"], params["W2"]
    hidden = jnp.tanh(jnp.asarray(INPUTS, W1.dtype) @ W1)
    return jnp.mean((hidden @ W2 - jnp.asarray(TARGETS, W1.dtype)) ** 2)


def everything(params: Any) -> jax.Array:
    """Return the sum of four losses, Rosenbrock's scaled so that one rate suits all."""
    return (
        VALLEY.loss(params["plane"][:2])
        + 0.02 * ROSENBROCK.loss(params["plane"][2:])
        + REGRESSION.loss(params["regression"])
        + network(params["network"])
    )


START = {
    "plane": np.concatenate([VALLEY.start, ROSENBROCK.start]),
    "regression": REGRESSION.start,
    "network": {"W1": draw.normal(size=(2, 4)), "W2": draw.normal(size=(4, 1))},
}


def optax_sam(rate: float) -> Any:
    """Return optax's SAM, which takes its second gradient inside one call of update."""
    climb = optax.chain(optax.contrib.normalize(), optax.sgd(0.05))
    rule = optax.contrib.sam(optax.sgd(rate, 0.9), climb, opaque_mode=True)

    def update(grads: Any, state: Any, params: Any, *, value_fn: Any) -> Any:
        return rule.update(
            grads, state, params, grad_fn=lambda params, _: jax.grad(value_fn)(params)
        )

    return Optimizer(rule.init, update)


def optax_accumulate(rate: float) -> Any:
    """Return optax's accumulation of four gradients, in double precision."""
    return optax.MultiSteps(
        optax.adam(rate), every_k_schedule=4, accumulator_dtype=jnp.float64
    ).gradient_transformation()


ELSEWHERE = jax.tree.map(lambda leaf: 0.9 * leaf, START)


class Rule(NamedTuple):
    """A rule made from its first number, a number that suits it, and optax's twin if any.

    For the first ``few`` steps, two correct programs agree though they round differently.
    """

    name: str
    make: Any
    rate: float
    twin: Any = None
    few: int = 12


RULES = (
    Rule("accumulate", lambda η: accumulate(adam(η), every=4), 0.05, optax_accumulate),
    Rule("average", lambda η: average(momentum(η), 0.9), 0.02, lambda η: optax.sgd(η, 0.9)),
    Rule(
        "clip_by_norm",
        lambda η: clip_by_norm(momentum(η), 0.5),
        0.02,
        lambda η: optax.chain(optax.clip_by_global_norm(0.5), optax.sgd(η, 0.9)),
    ),
    Rule(
        "clip_by_value",
        lambda η: clip_by_value(momentum(η), 0.3),
        0.02,
        lambda η: optax.chain(optax.clip(0.3), optax.sgd(η, 0.9)),
    ),
    Rule(
        "project",
        lambda η: project(momentum(η), nonnegative),
        0.02,
        lambda η: optax.chain(optax.sgd(η, 0.9), optax.keep_params_nonnegative()),
    ),
    Rule("evolution_strategy", lambda η: evolution_strategy(η, 0.1, 8), 0.01),
    Rule("lbfgs", lambda _: lbfgs(5), 1.0),
    Rule(
        "muon",
        lambda η: muon(η, 0.9, nesterov=False, eps=0.0, weight_decay=0.1),
        0.005,
        lambda η: optax.contrib.muon(η, beta=0.9, nesterov=False, eps=0.0, weight_decay=0.1),
    ),
    Rule("newton", lambda η: newton(η, damping=5.0), 0.5),
    Rule(
        "prodigy",
        lambda η: prodigy(η, d0=0.01),
        0.5,
        lambda η: optax.contrib.prodigy(η, estim_lr0=0.01),
    ),
    Rule("random_search", lambda σ: random_search(σ, 3), 0.1),
    Rule("sam", lambda η: sam(momentum(η), 0.05), 0.01, optax_sam),
    Rule(
        "schedule_free",
        lambda η: schedule_free(η, 0.8, weight_decay=0.1),
        0.04,
        lambda η: optax.contrib.schedule_free_sgd(η, b1=0.8, weight_decay=0.1),
    ),
    Rule(
        "schedule_free_adamw",
        lambda η: schedule_free_adamw(η, 0.8, 0.99, 1e-6, 0.1),
        0.05,
        lambda η: optax.contrib.schedule_free_adamw(η, None, 0.8, 0.99, 1e-6, 0.1),
    ),
    Rule("shampoo", shampoo, 0.1),
    Rule("simulated_annealing", lambda σ: simulated_annealing(σ, 0.01, 3), 0.1),
    # In directions that no gradient has pointed in, rounding chooses SOAP's basis.
    Rule("soap", lambda η: soap(η, eps=1e-4), 0.02, few=1),
)
of_every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
of_every_twin = pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.twin], ids=lambda rule: rule.name
)


def run(optimizer: Any, start: Any = START, steps: int = STEPS) -> Any:
    """Walk on the sum of the four losses."""
    return gd.descend(everything, start, optimizer, steps)


@cache
def path_of(rule: Rule) -> Any:
    """Return a rule's path, made once for all tests."""
    return run(rule.make(rule.rate))


@cache
def elsewhere_of(rule: Rule) -> Any:
    """Return its path at another rate from another start."""
    return run(rule.make(0.9 * rule.rate), ELSEWHERE)


@of_every_twin
def test_every_twin_of_optax_walks_the_same_path(rule: Rule) -> None:
    """In float64, 200 steps are those of the same rule in optax, each of them."""
    wanted = run(rule.twin(rule.rate))
    assert_same(path_of(rule).params, wanted.params, rtol=1e-12, atol=1e-12)


@of_every_rule
def test_every_rule_walks_downhill_and_stays_finite(rule: Rule) -> None:
    """Over 200 steps nothing overflows, and the loss at the end is well below that at the start."""
    path = path_of(rule)
    assert path.diverged_at is None
    assert path.loss[-1] < 0.6 * path.loss[0]


@of_every_rule
def test_every_rule_compiles_once_and_repeats_itself(rule: Rule, compilations: Any) -> None:
    """Other numbers and another start compile nothing, and the same ones give the same path."""
    before = path_of(rule)
    with compilations() as compiled:
        again = run(rule.make(rule.rate))
        elsewhere = elsewhere_of(rule)
    assert [text for text in compiled if "_scan" in text] == []
    assert_same(again, before, rtol=0, atol=0)
    assert not np.array_equal(elsewhere.loss, before.loss)


@of_every_rule
def test_every_rule_runs_in_an_optax_loop_under_vmap(rule: Rule, strict_promotion: None) -> None:
    """In a plain loop, under vmap over rates and starts, the steps are those of single runs.

    The loop hands over the keywords that optax's loops do, rates are traced, and dtypes may not
    mix.
    """

    @jax.jit
    @jax.vmap
    def step(rate: Any, params: Any, state: Any) -> Any:
        value, grad = jax.value_and_grad(everything)(params)
        extras = {"value": value, "grad": grad, "value_fn": everything}
        updates, state = rule.make(rate).step(grad, state, params, **extras)
        return optax.apply_updates(params, updates), state

    rates = jnp.asarray([0.9 * rule.rate, rule.rate])
    params = jax.tree.map(lambda *leaves: jnp.stack(leaves), cast(ELSEWHERE), cast(START))
    state = jax.vmap(lambda rate, params: rule.make(rate).init(params))(rates, params)
    places = [params]
    for _ in range(rule.few):
        params, state = step(rates, params, state)
        places.append(params)
    for i, path in enumerate((elsewhere_of(rule), path_of(rule))):
        walked = jax.tree.map(lambda *leaves, i=i: np.stack(leaves)[:, i], *places)
        wanted = jax.tree.map(lambda leaf: leaf[: rule.few + 1], path.params)
        assert_same(walked, wanted, rtol=1e-9, atol=1e-9)


@of_every_rule
def test_every_rule_keeps_single_precision(rule: Rule, strict_promotion: None) -> None:
    """With a scheduled rate, in float32 and where dtypes may not mix, all is float32."""
    rate = lambda step: rule.rate / (1 + 0.1 * step.astype("float32"))  # noqa: E731
    start = cast(START, jnp.float32)
    path = jax.eval_shape(lambda start: run(rule.make(rate), start), start)  # compiles nothing
    assert {str(leaf.dtype) for leaf in jax.tree.leaves(path)} == {"float32"}


ASKING = {
    "evolution_strategy": evolution_strategy(0.1),
    "lbfgs": lbfgs(),
    "newton": newton(),
    "random_search": random_search(0.1),
    "sam": sam(adam(0.1)),
    "simulated_annealing": simulated_annealing(0.1, 0.1),
}


@pytest.mark.parametrize("name", ASKING)
def test_a_rule_that_is_not_given_the_loss_says_so(name: str) -> None:
    """Without the keyword value_fn, a rule that needs it names itself and what it expected."""
    optimizer, place = ASKING[name], jnp.ones(2)
    with pytest.raises(TypeError, match=rf"^value_fn is None, but {name} asks for the loss at oth"):
        optimizer.update(place, optimizer.init(place), place)


rule = gradient_descent(0.1)
REFUSALS = [
    (lambda: accumulate(rule, 0), ValueError, "every is 0; expected an integer >= 1"),
    (lambda: accumulate(rule, 1.5), TypeError, "every is 1.5; expected an integer >= 1"),
    (lambda: accumulate(0.1), TypeError, "optimizer is 0.1; expected a pair of functions"),
    (lambda: average(rule, 1.0), ValueError, "decay is 1.0; expected a number in [0, 1)"),
    (lambda: average(adam), TypeError, "optimizer is <function adam at"),
    (lambda: clip_by_norm(rule, -1), ValueError, "max_norm is -1; expected a number in [0, inf)"),
    (lambda: clip_by_norm(0.5, rule), TypeError, "optimizer is 0.5; expected a pair of functions"),
    (lambda: clip_by_value(rule, "1"), TypeError, "max_value is '1'; expected a number"),
    (lambda: evolution_strategy(-1), ValueError, "learning_rate is -1; expected a number"),
    (lambda: evolution_strategy(1, 0), ValueError, "scale is 0; expected a number in (0, inf)"),
    (lambda: evolution_strategy(1, 1, 0), ValueError, "pairs is 0; expected an integer >= 1"),
    (lambda: evolution_strategy(1, 1, 1, "k"), TypeError, "key is 'k'; expected an integer or a r"),
    (lambda: lbfgs(0), ValueError, "memory is 0; expected an integer >= 1"),
    (lambda: lbfgs(True), TypeError, "memory is True; expected an integer >= 1"),
    (lambda: muon(-0.1), ValueError, "learning_rate is -0.1; expected a number in [0, inf)"),
    (lambda: muon(0.1, 1), ValueError, "momentum is 1; expected a number in [0, 1)"),
    (lambda: muon(0.1, adam_b1=2), ValueError, "adam_b1 is 2; expected a number in [0, 1)"),
    (lambda: muon(0.1, adam_learning_rate="x"), TypeError, "adam_learning_rate is 'x'; expected"),
    (lambda: newton(-1), ValueError, "learning_rate is -1; expected a number in [0, inf)"),
    (lambda: newton(1, -1), ValueError, "damping is -1; expected a number in [0, inf)"),
    (lambda: prodigy(b1=1), ValueError, "b1 is 1; expected a number in [0, 1)"),
    (lambda: prodigy(d0=0), ValueError, "d0 is 0; expected a number in (0, inf)"),
    (lambda: project(rule, 0.5), TypeError, "onto is 0.5; expected a function from parameters"),
    (lambda: project(0.5, max), TypeError, "optimizer is 0.5; expected a pair of functions"),
    (lambda: random_search(-1), ValueError, "scale is -1; expected a number in [0, inf)"),
    (lambda: random_search(1, 0.5), TypeError, "key is 0.5; expected an integer or a random key"),
    (lambda: random_search(1, None), TypeError, "key is None; expected an integer or a random"),
    (lambda: sam(rule, -0.1), ValueError, "rho is -0.1; expected a number in [0, inf)"),
    (lambda: sam(None), TypeError, "optimizer is None; expected a pair of functions"),
    (lambda: schedule_free(-1), ValueError, "learning_rate is -1; expected a number in [0, inf)"),
    (lambda: schedule_free(1, 1), ValueError, "b1 is 1; expected a number in [0, 1)"),
    (lambda: schedule_free_adamw(1, 0, 1), ValueError, "b2 is 1; expected a number in [0, 1)"),
    (lambda: shampoo(float("nan")), ValueError, "learning_rate is nan; expected a number"),
    (lambda: shampoo(1, -1), ValueError, "eps is -1; expected a number in [0, inf)"),
    (lambda: simulated_annealing(1, -1), ValueError, "temperature is -1; expected a number"),
    (lambda: soap(0.1, 1), ValueError, "b1 is 1; expected a number in [0, 1)"),
    (lambda: soap(0.1, every=0), ValueError, "every is 0; expected an integer >= 1"),
]


@pytest.mark.parametrize(("make", "error", "message"), REFUSALS, ids=[r[2] for r in REFUSALS])
def test_what_is_out_of_range_is_refused(make: Any, error: type[Exception], message: str) -> None:
    """Each argument out of its range is named, shown, and told its range."""
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        make()
