"""L-BFGS: Newton's step, with the curvature read off the last few steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from gdbook import checks
from gdbook.optimizers.rule import Static, bind, needed
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """Last place and gradient; and a ring of steps S, changes of gradient Y and ρ = 1 / (s·y).

    An empty slot holds zeros, which change nothing. ``pairs`` says how many have been put in.
    """

    pairs: jax.Array
    place: jax.Array
    gradient: jax.Array
    S: jax.Array
    Y: jax.Array
    ρ: jax.Array


def init(params: Params, *, memory: int) -> State:
    """Return the state before the first step: an empty ring."""
    flat, _ = ravel_pytree(params)
    ring = jnp.zeros((memory, flat.size), flat.dtype)
    return State(jnp.zeros((), jnp.int32), flat, jnp.zeros_like(flat), ring, ring, ring[:, 0])


def remember(state: State, place: jax.Array, gradient: jax.Array) -> State:
    """Return the state with the pair of the step that led here, if it saw curvature above 0."""
    s, y = place - state.place, gradient - state.gradient
    least = jnp.finfo(s.dtype).eps * jnp.linalg.norm(s) * jnp.linalg.norm(y)  # type: ignore[no-untyped-call]
    useful = s @ y > least
    slot = jnp.where(useful, state.pairs % len(state.ρ), len(state.ρ))  # past the end: nowhere

    def put(ring: jax.Array, row: jax.Array) -> jax.Array:
        return ring.at[slot].set(row, mode="drop")

    S, Y, ρ = put(state.S, s), put(state.Y, y), put(state.ρ, 1 / (s @ y))
    return State(state.pairs + useful.astype(jnp.int32), place, gradient, S, Y, ρ)


def direction(state: State) -> jax.Array:
    """Return ``-H g``, H the inverse Hessian that the pairs suggest, by the two loops."""
    slots = (state.pairs - 1 - jnp.arange(len(state.ρ), dtype=jnp.int32)) % len(state.ρ)
    ring = (state.S[slots], state.Y[slots], state.ρ[slots])  # from the newest to the oldest

    def back(q: jax.Array, pair: Any) -> Any:
        s, y, ρ = pair
        α = ρ * (s @ q)
        return q - α * y, α

    def forth(r: jax.Array, pair: Any) -> Any:
        (s, y, ρ), α = pair
        return r + s * (α - ρ * (y @ r)), None

    q, α = jax.lax.scan(back, state.gradient, ring)
    y, ρ = ring[1][0], ring[2][0]
    first = 1 / jnp.maximum(1, jnp.linalg.norm(q))  # the first step is at most 1 long
    γ = jnp.where(state.pairs == 0, first, 1 / jnp.where(ρ == 0, 1, ρ * (y @ y)))
    return -jax.lax.scan(forth, γ * q, (ring, α), reverse=True)[0]


def line_search(along: Callable[[jax.Array], Any], zero: jax.Array) -> jax.Array:
    """Return a length that Wolfe's two conditions allow; ``along(t)`` is loss and slope at t."""
    value, slope = along(zero)

    def narrow(search: Any) -> Any:
        tries, low, high, t = search
        loss, slope_there = along(t)
        enough = loss <= value + 1e-4 * t * slope  # the loss fell in proportion to the length
        found = enough & (slope_there >= 0.9 * slope)  # and going on is not worth it
        low, high = jnp.where(enough, t, low), jnp.where(enough & ~found, high, t)
        return tries + 1, low, high, jnp.where(jnp.isinf(high), 2 * t, (low + high) / 2)

    start = (0, zero, zero + jnp.inf, zero + 1)
    is_open = lambda search: (search[0] < 40) & (search[1] < search[2])  # noqa: E731
    return jax.lax.while_loop(is_open, narrow, start)[1]


def update(
    grads: Params, state: State, params: Params, *, memory: int, value_fn: Any = None
) -> Any:
    """Return the step along ``-H g``, as long as the line search says, and the next state."""
    del memory  # it is the length of the state's ring
    value_fn = needed("lbfgs", value_fn)
    place, unravel = ravel_pytree(params)
    state = remember(state, place, ravel_pytree(grads)[0])
    d = direction(state)

    def along(t: jax.Array) -> Any:
        return jax.jvp(lambda t: value_fn(unravel(place + t * d)), (t,), (jnp.ones_like(t),))

    return unravel(line_search(along, jnp.zeros((), place.dtype)) * d), state


def lbfgs(memory: int = 10) -> Optimizer:
    r"""Return L-BFGS.

    .. math:: θ_{t+1} = θ_t - α_t H_t ∇L(θ_t)

    H is the inverse Hessian that agrees with the last pairs of a step s and the change y of the
    gradient along it (H y = s); two loops over the pairs apply it without forming it. The length α
    fulfils the conditions of Wolfe, found by doubling and halving, at most 40 times. There is no
    learning rate. It wants the loss of all the data: a gradient that changes with the batch is no
    curvature. ``update`` needs the keyword ``value_fn``, and calls it as the search goes on.

    Args:
        memory: how many pairs are kept, >= 1; another number compiles anew.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if ``memory`` is not an integer.
        ValueError: if ``memory`` is below 1.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.rosenbrock, [-1.2, 1.0], gd.optimizers.lbfgs(), 40)
        >>> [round(float(x), 3) for x in path.last]
        [1.0, 1.0]

    Source:
        D. C. Liu and J. Nocedal, "On the limited memory BFGS method for large scale optimization",
        Mathematical Programming 45, 1989; the search: A. S. Lewis and M. L. Overton, "Nonsmooth
        optimization via quasi-Newton methods", Mathematical Programming 141, 2013.
    """
    return bind(init, update, memory=Static(checks.count("memory", memory)))
