"""The race: each run is descend's, chunks change nothing, and the tuned rate is the best one."""

from __future__ import annotations

import importlib
import re
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gdbook as gd

RACE = importlib.import_module("gdbook.race")  # gd.race is the function
RULES = {"momentum": gd.optimizers.momentum, "Adam": gd.optimizers.adam, "optax": optax.adam}
RATES = [0.01, 0.1, 0.6]
STARTS = np.random.default_rng(0).uniform(-2, 2, (4, 2))
STEPS, TARGET = 30, 0.05


@pytest.fixture(scope="module")
def results() -> Any:
    """One race of three rules, in one chunk."""
    return gd.race(gd.surfaces.curved_valley, RULES, RATES, STARTS, STEPS, target=TARGET)


@pytest.mark.parametrize("name", ["momentum", "Adam"])
def test_each_run_is_the_walk_of_descend(results: Any, name: str) -> None:
    """Final and best loss, the step at the target and divergence are those of descend's path."""

    def walk(η: jax.Array, start: jax.Array) -> Any:
        return gd.descend(gd.surfaces.curved_valley, start, RULES[name](η), STEPS).loss

    walks = jax.vmap(jax.vmap(walk, (None, 0)), (0, None))(jnp.asarray(RATES), jnp.asarray(STARTS))
    result = results[name]
    assert result.final.shape == (3, 4, 1)
    for i, j in np.ndindex(3, 4):
        loss = np.asarray(walks[i, j])
        np.testing.assert_allclose(result.final[i, j, 0], loss[-1], rtol=1e-8)
        np.testing.assert_allclose(result.best[i, j, 0], np.nanmin(loss), rtol=1e-8)
        hits = np.flatnonzero(loss <= TARGET)
        assert int(result.reached[i, j, 0]) == (hits[0] if hits.size else -1)
        assert bool(result.diverged[i, j, 0]) == (not np.isfinite(loss).all())


def test_optax_s_rules_race_too(results: Any) -> None:
    """The Adam of optax ends where ours does."""
    np.testing.assert_allclose(results["optax"].final, results["Adam"].final, rtol=1e-8)


def test_a_smaller_budget_of_memory_changes_nothing(results: Any) -> None:
    """In chunks of a few runs, the last of them padded, the same runs come out."""
    small = gd.race(
        gd.surfaces.curved_valley, {"Adam": gd.optimizers.adam}, RATES, STARTS, STEPS,
        target=TARGET, memory=2000,
    )["Adam"]  # fmt: skip
    for one, other in zip(small, results["Adam"], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


@pytest.mark.parametrize("own_settings", [False, True])
def test_the_runs_of_each_core_are_the_same_runs(
    results: Any, monkeypatch: pytest.MonkeyPatch, own_settings: bool
) -> None:
    """Spread over cores, the last of which has less to do, in threads or not: the same runs."""
    monkeypatch.setattr(RACE, "_cores", lambda total: 5)
    seen = iter(range(100))
    if own_settings:
        monkeypatch.setattr(RACE, "_settings", lambda: next(seen))
    spread = gd.race(
        gd.surfaces.curved_valley, {"Adam": gd.optimizers.adam}, RATES, STARTS, STEPS, target=TARGET
    )["Adam"]
    assert spread.final.shape == (3, 4, 1)
    for one, other in zip(spread, results["Adam"], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


def test_without_a_target_none_is_reached(results: Any) -> None:
    """All else is as with a target."""
    free = gd.race(
        gd.surfaces.curved_valley, {"Adam": gd.optimizers.adam}, RATES, STARTS, STEPS
    )["Adam"]  # fmt: skip
    assert (np.asarray(free.reached) == -1).all()
    np.testing.assert_allclose(free.final, results["Adam"].final, rtol=1e-9)
    np.testing.assert_array_equal(free.diverged, results["Adam"].diverged)


def test_curves_and_the_tuned_rate_follow_from_the_runs(results: Any) -> None:
    """Quantiles are NumPy's with divergence as infinity; the tuned rate has the lowest median."""
    result = results["momentum"]
    final = np.where(result.diverged, np.inf, result.final).reshape(3, 4)
    got = result.curve(0.25, 0.5)
    np.testing.assert_allclose(got, np.quantile(final, [0.25, 0.5], axis=1, method="lower"))
    assert result.tuned() == pytest.approx(RATES[int(np.argmin(got[1]))])
    with pytest.raises(ValueError, match=r"^of is 'speed'; expected 'final', 'best' or 'reached'"):
        result.curve(of="speed")  # type: ignore[arg-type]


def sum_of_squares(params: Any) -> jax.Array:
    """Return the sum of squares over all leaves."""
    return sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(params))


class Pair(NamedTuple):
    """Two arrays."""

    w: Any
    b: Any


@pytest.mark.parametrize(
    "starts",
    [
        (jnp.ones((3, 2)), 2 * jnp.ones((3, 2))),
        [{"w": jnp.ones((3, 2, 2))}, {"w": jnp.ones((3, 1))}],
        Pair(jnp.ones(3), jnp.ones((3, 4))),
        {"w": jnp.ones((3, 2)), "none": jnp.ones((3, 0))},
    ],
    ids=["tuple", "list", "named tuple", "empty leaf"],
)
def test_starts_may_be_any_pytree(starts: Any) -> None:
    """Tuples and lists of arrays are pytrees of starts, as everywhere, and leaves may be empty."""
    rule = gd.optimizers.gradient_descent
    result = gd.race(sum_of_squares, {"gd": rule}, [0.1, 0.2], starts, 4)["gd"]
    first = jax.tree.map(lambda leaf: leaf[0], starts)
    assert result.final.shape == (2, 3, 1)
    wanted = gd.descend(sum_of_squares, first, rule(0.2), 4).loss[-1]
    np.testing.assert_allclose(result.final[1, 0, 0], wanted, rtol=1e-6)


def test_losses_with_gradients_of_their_own_race() -> None:
    """A loss whose derivative was written by hand is followed by that derivative."""

    @jax.custom_vjp
    def loss(params: jax.Array) -> jax.Array:
        return jnp.sum(params**2)

    loss.defvjp(lambda p: (loss(p), p), lambda p, g: (-2 * p * g,))  # uphill
    rule = {"gd": gd.optimizers.gradient_descent}
    assert float(gd.race(loss, rule, [0.1], [[1.0, 1.0]], 1)["gd"].final[0, 0, 0]) > 2


def test_seeds_draw_batches_of_their_own() -> None:
    """With data, each seed is the walk of descend with that key."""
    data, keys = jnp.linspace(-1, 2, 12), jax.random.split(jax.random.key(0), 3)

    def loss(w: jax.Array, x: jax.Array) -> jax.Array:
        return jnp.mean((w - x) ** 2)

    rule = gd.optimizers.gradient_descent
    result = gd.race(
        loss, {"sgd": rule}, [0.1], jnp.array([0.5, 3.0]), 10, data=data, batch_size=4, seeds=keys
    )["sgd"]
    for i, j in np.ndindex(2, 3):
        start = (0.5, 3.0)[i]
        path = gd.descend(loss, start, rule(0.1), 10, data=data, batch_size=4, key=keys[j])
        np.testing.assert_allclose(result.final[0, i, j], loss(path.last, data), rtol=1e-9)


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"learning_rates": []}, ValueError, "learning_rates is []; expected numbers >= 0"),
        ({"learning_rates": "x"}, TypeError, "learning_rates is 'x'; expected numbers >= 0"),
        ({"optimizers": gd.optimizers.adam}, TypeError, "optimizers is <function adam"),
        ({"steps": 0}, ValueError, "steps is 0; expected an integer >= 1"),
        ({"memory": 0}, ValueError, "memory is 0; expected an integer >= 1"),
        ({"seeds": 3}, TypeError, "seeds is 3; expected keys such as"),
        ({"seeds": jax.random.split(jax.random.key(0), 2)}, ValueError, "batch_size is None and "),
        ({"batch_size": 2}, ValueError, "batch_size is 2 and seeds is None; expected seeds"),
        ({"starts": [[1, 2]]}, TypeError, "starts is "),
    ],
)
def test_a_race_refuses_what_does_not_fit(
    changed: Any, error: type[Exception], message: str
) -> None:
    """A bad argument is named, shown, and told what was expected."""
    arguments = {
        "loss": gd.surfaces.bowl, "optimizers": {"Adam": gd.optimizers.adam},
        "learning_rates": [0.1], "starts": [[1.0, 2.0]], "steps": 3,
    }  # fmt: skip
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        gd.race(**{**arguments, **changed})
