"""The loop: many runs at once, and compiling only once."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.types import Path
from tests.descend.rules import bowl, gentle, of_every_rule
from tests.walks import assert_same


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
