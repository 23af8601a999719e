"""The loop's options: what is recorded, what is validated, and what examples are drawn."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from tests.walks import assert_same

STEPS = 12
adam = gd.optimizers.adam(0.1)
surface = gd.surfaces.himmelblau


def walk(**options: Any) -> Any:
    """Return a walk on Himmelblau's function."""
    return gd.descend(surface, [0.0, 1.0], adam, STEPS, **options)


def test_recording_the_loss_alone_keeps_the_end() -> None:
    """record="loss" stores no parameters but the last, and the same losses."""
    plain, path = walk(), walk(record="loss")
    assert path.params is None
    assert path.recorded is None
    assert path.steps == STEPS
    np.testing.assert_allclose(path.loss, plain.loss, rtol=1e-13)
    np.testing.assert_allclose(path.last, plain.last, rtol=1e-13)
    shapes = {leaf.shape for leaf in jax.tree.leaves(path)}
    assert shapes == {(STEPS + 1,), (2,)}


def test_a_function_chooses_what_is_recorded() -> None:
    """It gets by name what it asks for, of the same step, and may return any pytree."""
    plain = walk()

    def record(params: Any, grads: Any, step: Any, loss: Any, state: Any) -> Any:
        return {"x": params[0], "g": grads, "more": (step, loss, state.step)}

    path = walk(record=record)
    np.testing.assert_allclose(path.recorded["x"], plain.params[:, 0], rtol=1e-13)
    grads = jax.vmap(jax.grad(surface))(plain.params)
    np.testing.assert_allclose(path.recorded["g"], grads, rtol=1e-9, atol=1e-9)
    steps, losses, counts = path.recorded["more"]
    np.testing.assert_array_equal(steps, np.arange(STEPS + 1))
    np.testing.assert_array_equal(counts, np.arange(STEPS + 1))
    np.testing.assert_array_equal(losses, path.loss)


def test_a_run_without_parameters_still_says_where_it_diverged() -> None:
    """diverged_at then looks at loss and gradient."""
    rule = gd.optimizers.gradient_descent(0.5e30)
    path = gd.descend(gd.surfaces.bowl, [1.0, 0.0], rule, 12, record="loss")
    assert path.diverged_at == 6


DATA = np.linspace(-1, 2, 12)


def squares(w: jax.Array, x: jax.Array) -> jax.Array:
    """Return the mean squared distance of a number from examples."""
    return jnp.mean((w - x) ** 2)


@pytest.mark.parametrize("every", [1, 5])
def test_validation_is_of_the_recorded_place(every: int) -> None:
    """validation[t] is the loss of the validation data at params[t], of the last step that looked.

    And the steps are those that are taken without.
    """
    rule = gd.optimizers.gradient_descent(0.1)
    options = {"data": DATA, "batch_size": 3, "key": jax.random.key(0)}
    other = np.array([3.0, 4.0])
    path = gd.descend(squares, 0.5, rule, STEPS, validation=other, validate_every=every, **options)
    wanted = [float(squares(w, other)) for w in path.params]
    looked = np.arange(STEPS + 1) // every * every
    np.testing.assert_allclose(path.validation, np.array(wanted)[looked], rtol=1e-12)
    plain = gd.descend(squares, 0.5, rule, STEPS, **options)
    assert plain.validation is None
    assert_same(path.params, plain.params)


def drawn(steps: int, batch_size: int, key: int, **options: Any) -> np.ndarray:
    """Return how often each step drew each of 5 examples, shape (steps, 5)."""
    path = gd.descend(
        lambda w, rows: -jnp.sum(rows @ w), np.zeros(5), gd.optimizers.gradient_descent(1.0), steps,
        data=np.eye(5), batch_size=batch_size, key=jax.random.key(key), **options,
    )  # fmt: skip
    return np.diff(np.asarray(path.params), axis=0)


def test_with_replacement_each_draw_is_from_all() -> None:
    """Batches have their size, may hold an example twice, and each is drawn equally often."""
    counts = drawn(600, 4, 0, replace=True)
    np.testing.assert_array_equal(counts.sum(axis=1), 4)
    # Four draws of five are all different with probability 5 · 4 · 3 · 2 / 5⁴ = 0.192.
    distinct = np.mean(counts.max(axis=1) == 1)
    assert abs(distinct - 0.192) < 5 * np.sqrt(0.192 * 0.808 / 600)
    assert (np.abs(counts.sum(axis=0) - 480) < 5 * np.sqrt(2400 * 0.16)).all()


def test_the_key_decides_what_is_drawn() -> None:
    """The same key draws the same examples, with replacement too; another draws others."""
    one, same, other = (drawn(30, 1, key, replace=True) for key in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_options_compile_one_program(compilations: Any) -> None:
    """All of them together are one compiled program, which other numbers use again."""
    rule = gd.optimizers.gradient_descent
    options: dict[str, Any] = {
        "data": DATA, "validation": DATA[:2], "batch_size": 2, "replace": True,
        "record": "loss", "validate_every": 3,
    }  # fmt: skip
    one, other = jax.random.key(0), jax.random.key(1)
    with compilations() as compiled:
        gd.descend(squares, 0.5, rule(0.1), 77, key=one, stop=gd.stop(loss=1e-9), **options)
    assert sum("_scan" in name for name in compiled) == 1
    with compilations() as compiled:
        gd.descend(squares, 0.2, rule(0.2), 77, key=other, stop=gd.stop(loss=0.1), **options)
    assert compiled == []
