"""Calls: jit, remat and custom derivatives are written out, choices chosen."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import gdbook as gd
from tests.live.node import assert_close, check, run


@jax.custom_jvp
def cautious(x: jax.Array) -> jax.Array:
    """Return log(1 + eˣ), with a derivative of its own."""
    return jnp.log1p(jnp.exp(x))


cautious.defjvps(lambda t, y, x: t * (1 - jnp.exp(-y)))


@jax.custom_vjp
def clipped(x: jax.Array) -> jax.Array:
    """Return x, whose gradient is clipped."""
    return x


clipped.defvjp(lambda x: (x, None), lambda _, g: (jnp.clip(g, -1.0, 1.0),))


def test_calls_are_written_out() -> None:
    """Inner compiled functions, rematerialised ones and ones with custom derivatives are JAX's."""
    check(jax.jit(lambda x: jax.jit(jnp.tanh)(x) + x), 0.3)
    check(jax.value_and_grad(jax.checkpoint(lambda x: jnp.sin(jnp.sin(x)))), 0.3)
    check(jax.value_and_grad(cautious), 0.3)
    check(jax.value_and_grad(lambda x: clipped(3 * x) ** 2), 0.3)
    check(lambda x: (cautious(x), clipped(x), lax.stop_gradient(x)), 0.3)
    check(jax.hessian(jax.nn.softplus), 0.3)
    check(jax.vmap(jax.grad(jax.nn.gelu)), np.array([0.3, -2.0]))


@pytest.mark.parametrize("place", [-3.0, 0.0, 2.0])
def test_branches_are_chosen_by_an_input(place: float) -> None:
    """A cond on an input is JAX's on either side of it, and so is its gradient."""

    def function(x: jax.Array) -> jax.Array:
        return lax.cond(x > 0, lambda x: jnp.log(x), lambda x: x**2, x)

    check(jax.value_and_grad(function), place)


def test_switches_are_clamped() -> None:
    """A switch takes the first branch below its range and the last above it."""
    branches = [lambda x: x, lambda x: 2 * x, lambda x: x**2]
    module = gd.live.emit(lambda n, x: lax.switch(n, branches, x), np.int32(0), 5.0)
    got = run(module, [[n, 5.0] for n in (-1, 0, 1, 2, 7)])[:, 0]
    assert_close(got, [5, 5, 10, 25, 25])


def test_a_known_branch_is_the_only_one() -> None:
    """A cond on a constant leaves nothing of the other branch."""
    module = check(lambda x: lax.cond(True, jnp.sin, jnp.cos, x), 0.5)
    assert "Math.cos" not in module
