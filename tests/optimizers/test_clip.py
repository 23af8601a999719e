"""Clipping: what is short passes, what is long is shortened, and keywords go through."""

from __future__ import annotations

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given

import gdbook as gd
from gdbook.optimizers import clip_by_norm, clip_by_value, gradient_descent, newton

pytestmark = pytest.mark.usefixtures("compile_quickly")

number = st.floats(-1e6, 1e6).map(lambda x: 0.0 if abs(x) < 1e-6 else x)
one = jax.jit(lambda rule, grads: rule.update(grads, rule.init(grads), grads)[0])


@given(st.tuples(number, number, number), st.floats(1e-3, 1e3))
def test_clipped_by_norm_it_points_the_same_way_and_is_short(entries: tuple, c: float) -> None:
    """The clipped gradient is the gradient times min(1, c / its length over all leaves)."""
    grads = {"w": jnp.asarray(entries[:2]), "b": jnp.asarray(entries[2])}
    updates = one(clip_by_norm(gradient_descent(1.0), c), grads)
    got = -np.array([*updates["w"], updates["b"]])
    length = np.linalg.norm(entries)
    np.testing.assert_allclose(got, np.array(entries) * min(1, c / max(length, c)), rtol=1e-12)
    if length <= c:
        np.testing.assert_array_equal(got, entries)


@given(st.tuples(number, number, number), st.just(0.0) | st.floats(1e-6, 1e3))
def test_clipped_by_value_each_entry_is_cut_off(entries: tuple, c: float) -> None:
    """The clipped gradient is NumPy's clip, entry by entry."""
    updates = one(clip_by_value(gradient_descent(1.0), c), jnp.asarray(entries))
    np.testing.assert_array_equal(-updates, np.clip(entries, -c, c))


@pytest.mark.parametrize(("size", "dtype"), [(1e30, "float32"), (300.0, "float16")])
def test_squares_out_of_range_do_not_stop_it(size: float, dtype: str) -> None:
    """A gradient whose square overflows is shortened like any other."""
    grads = jnp.array([3, -4], dtype) * jnp.asarray(size, dtype)
    updates = one(clip_by_norm(gradient_descent(1.0), 1.0), grads)
    assert updates.dtype == dtype
    np.testing.assert_allclose(updates, [-0.6, 0.8], rtol=2e-3)


def test_a_bound_of_zero_stops_the_walk() -> None:
    """Clipped to nothing, also a gradient that is zero, the walk stands still and is finite."""
    grads = jnp.array([3.0, 0.0])
    for wrapper in (clip_by_norm, clip_by_value):
        for g in (grads, 0 * grads):
            np.testing.assert_array_equal(one(wrapper(gradient_descent(1.0), 0.0), g), 0)


def test_bounds_may_be_scheduled() -> None:
    """A bound that grows with the steps lets ever longer steps pass."""
    rule = clip_by_value(gradient_descent(1.0), lambda step: 1.0 + step)
    path = gd.descend(lambda w: 100.0 * w, 0.0, rule, 3)
    np.testing.assert_array_equal(np.diff(path.params), [-1, -2, -3])


def test_what_the_inner_rule_asks_for_reaches_it() -> None:
    """Newton's method, which needs value_fn, gets it through two wrappers."""
    rule = clip_by_value(clip_by_norm(newton(), 1e9), 1e9)
    path = gd.descend(gd.surfaces.quadratic(50, 0.3), [2.0, 1.0], rule, 1)
    np.testing.assert_allclose(path.last, 0, atol=1e-13)
