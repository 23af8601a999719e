"""Racers: a rule, the numbers it runs at, and how many examples it looks at."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import pytest

import gdbook as gd
from gdbook.demos import racer
from tests.walks import assert_same


def test_a_racer_builds_its_rule() -> None:
    """Sliders set what is free, and the racer's own numbers are the same throughout."""
    runner = racer(gd.optimizers.momentum, momentum=0.5)
    wanted = gd.optimizers.momentum(0.1, momentum=0.5)
    got = runner.build({"learning_rate": 0.1})
    for optimizer in (got, wanted):
        ones = jnp.ones(2)
        updates, state = optimizer.update(ones, optimizer.init(ones))
        assert_same(updates, -0.1 * ones)
        assert_same(optimizer.update(ones, state)[0], -0.15 * ones)


def test_a_slider_sets_what_the_rule_has_and_nothing_fixed() -> None:
    """A rule listens to a slider if it has that hyperparameter, and it is not fixed."""
    runner = racer(gd.optimizers.momentum, momentum=0.5)
    assert runner.accepts("learning_rate")
    assert not runner.accepts("momentum")
    assert not runner.accepts("b1")
    assert racer(gd.optimizers.momentum).accepts("momentum")


def test_a_racer_builds_its_schedule() -> None:
    """The learning rate becomes the schedule's first number; the others are told apart by name."""
    runner = racer(
        gd.optimizers.momentum, schedule=gd.schedules.linear, end=0.0, steps=4, momentum=0.5
    )
    assert (runner.shape, runner.fixed) == ({"end": 0.0, "steps": 4}, {"momentum": 0.5})
    assert runner.accepts("learning_rate")
    built = runner.build({"learning_rate": 0.2})
    ones = jnp.ones(2)
    first, state = built.update(ones, built.init(ones))
    assert_same(first, -0.2 * ones)
    assert_same(built.update(ones, state)[0], -0.15 * 1.5 * ones)


@pytest.mark.parametrize("schedule", [0.1, lambda rate: rate, gd.schedules.cosine(0.1, 5)])
def test_what_is_no_constructor_of_schedules_is_refused(schedule: Any) -> None:
    """A number, a function without a name and a schedule that was already made are refused."""
    with pytest.raises(TypeError, match=r"schedule is .*; expected a named constructor of a rate"):
        racer(gd.optimizers.adam, schedule=schedule)


def test_a_schedule_takes_its_rate_from_the_slider_alone() -> None:
    """Its first number may not be given too, and its others are checked at once."""
    cosine = gd.schedules.cosine
    with pytest.raises(TypeError, match="expected a named constructor of a rate"):
        racer(gd.optimizers.adam, schedule=gd.schedules.one_cycle, peak=0.1, steps=5)
    with pytest.raises(ValueError, match="steps is 0; expected a number of steps >= 1"):
        racer(gd.optimizers.adam, schedule=cosine, steps=0)
    with pytest.raises(TypeError, match="steps"):
        racer(gd.optimizers.adam, schedule=cosine)


def test_only_a_racer_of_batches_draws() -> None:
    """The key is that of the seed where a step looks at a few examples, and none else."""
    assert racer(gd.optimizers.adam, seed=7).key is None
    key = racer(gd.optimizers.adam, batch_size=2, seed=7).key
    assert key is not None
    assert (jax.random.key_data(key) == jax.random.key_data(jax.random.key(7))).all()


@pytest.mark.parametrize("rule", ["adam", None, gd.optimizers.adam(0.1), len])
def test_what_takes_no_learning_rate_is_no_rule(rule: Any) -> None:
    """A name, an optimizer that was already made, or any other function is refused."""
    with pytest.raises(TypeError, match=r"rule is .*; expected a named constructor that"):
        racer(rule)


def test_a_hyperparameter_that_the_rule_has_not_is_refused() -> None:
    """The first hyperparameter that the rule does not take is named."""
    with pytest.raises(TypeError, match="expected a named constructor that takes momentum"):
        racer(gd.optimizers.adam, b1=0.8, momentum=0.9)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"learning_rate": -1}, ValueError, "learning_rate is -1; expected a number >= 0"),
        ({"learning_rate": "1"}, TypeError, "learning_rate is '1'; expected a number >= 0"),
        ({"batch_size": 0}, ValueError, "batch_size is 0; expected an integer >= 1"),
        ({"batch_size": 2.0}, TypeError, "batch_size is 2.0; expected an integer >= 1"),
    ],
)
def test_numbers_out_of_range_are_refused(
    arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    """Rates are not negative, and a batch has at least one example."""
    with pytest.raises(error, match=words):
        racer(gd.optimizers.adam, **arguments)
