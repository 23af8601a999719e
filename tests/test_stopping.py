"""Stopping: the first criterion that holds ends the walk, and nothing moves after it."""

from __future__ import annotations

import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd

STEPS = 40
halving = gd.optimizers.gradient_descent(0.25)  # on the bowl, halves the parameters


def walk(start: Any = (4.0, 0.0), **options: Any) -> Any:
    """Return a walk down the bowl, whose loss is 16 / 4^t."""
    return gd.descend(gd.surfaces.bowl, list(start), halving, STEPS, **options)


@pytest.mark.parametrize(
    ("criteria", "wanted"),
    [
        ({"loss": 1.0}, 2),
        ({"loss": 0.99}, 3),
        ({"grad_norm": 1.0}, 3),  # 8, 4, 2, 1
        ({"loss": 1e-3, "grad_norm": 4.0}, 1),
        ({"loss": 100.0}, 0),
        ({"patience": 3, "improvement": 3.5}, 6),  # new lows count at 16, 4 and 0.25
        ({"patience": 1}, None),
        ({"loss": -1.0}, None),
    ],
    ids=repr,
)
def test_a_walk_stops_where_it_should(criteria: dict[str, Any], wanted: int | None) -> None:
    """stopped_at is the first entry at which a criterion holds; that entry is repeated."""
    plain, path = walk(), walk(stop=gd.stop(**criteria))
    assert path.stopped_at == wanted
    end = STEPS if wanted is None else wanted
    for got, all_of_it in zip(path[:3], plain[:3], strict=True):
        np.testing.assert_array_equal(got[: end + 1], all_of_it[: end + 1])
        np.testing.assert_array_equal(got[end:], np.broadcast_to(got[end], got[end:].shape))
    np.testing.assert_array_equal(path.last, plain.params[end])


def test_patience_counts_from_the_last_improvement() -> None:
    """A loss that falls for 10 steps and stays ends a walk 4 steps later."""
    path = gd.descend(
        lambda w: jnp.maximum(w, 0.0), 10.0, gd.optimizers.gradient_descent(1.0), 30,
        stop=gd.stop(patience=4),
    )  # fmt: skip
    assert path.stopped_at == 14


def test_patience_watches_the_validation_loss() -> None:
    """With validation data it is their loss that must fall: early stopping."""
    path = gd.descend(
        lambda w, x: jnp.mean((w - x) ** 2), 0.0, gd.optimizers.gradient_descent(0.05), STEPS,
        data=np.array([10.0]), validation=np.array([4.0]), stop=gd.stop(patience=3),
    )  # fmt: skip
    lowest = int(np.argmin(path.validation))
    assert 0 < lowest < STEPS - 3
    assert path.stopped_at == lowest + 3


def test_other_tolerances_compile_nothing(compilations: Any) -> None:
    """Criteria are numbers of the compiled loop, not constants in it."""
    walk(stop=gd.stop(loss=1.0))
    with compilations() as compiled:
        assert walk((2.0, 1.0), stop=gd.stop(loss=1e-3)).stopped_at == 7
    assert compiled == []


def test_runs_under_vmap_stop_each_on_its_own() -> None:
    """Each run of a vmap stops where it would alone, and says so."""
    paths = jax.vmap(lambda w: walk((w, 0.0), stop=gd.stop(loss=1.0)))(jnp.array([1.0, 4.0, 16.0]))
    np.testing.assert_array_equal(paths.stop, [0, 2, 4])
    np.testing.assert_array_equal(paths.last, [[1, 0]] * 3)
    with pytest.raises(ValueError, match=r"^stopped_at speaks of one run"):
        _ = paths.stopped_at
    assert jax.tree.map(lambda leaf: leaf[1], paths).stopped_at == 2


def test_the_walk_s_end_is_kept_where_parameters_are_not() -> None:
    """With record="loss", last is the place of the entry that was stopped at."""
    path = walk(stop=gd.stop(loss=1.0), record="loss")
    assert path.params is None
    np.testing.assert_array_equal(path.last, [1, 0])


def test_without_criteria_nothing_is_said() -> None:
    """A walk that was not asked to stop did not."""
    assert walk().stopped_at is None


@pytest.mark.parametrize(
    ("criteria", "error", "message"),
    [
        ({}, ValueError, "loss, grad_norm and patience are None; expected one criterion or more"),
        ({"loss": "low"}, TypeError, "loss is 'low'; expected a finite number"),
        ({"grad_norm": -1.0}, ValueError, "grad_norm is -1.0; expected a number >= 0"),
        ({"patience": 0}, ValueError, "patience is 0; expected an integer >= 1"),
        ({"patience": 2.5}, TypeError, "patience is 2.5; expected an integer >= 1"),
        (
            {"patience": 2, "improvement": -0.1},
            ValueError,
            "improvement is -0.1; expected a number >= 0",
        ),
    ],
)
def test_criteria_out_of_range_are_refused(
    criteria: Any, error: type[Exception], message: str
) -> None:
    """A criterion out of its range is named, shown, and told its range."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        gd.stop(**criteria)
