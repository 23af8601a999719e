"""Shampoo: a matrix's gradient, divided by the fourth roots of its rows' and columns' sizes."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.optimizers.rule import Hyperparameter, at, bind, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """The step count and, for each matrix, the sums L of G Gᵀ and R of Gᵀ G."""

    step: jax.Array
    L: Params
    R: Params


def init(params: Params) -> State:
    """Return the state before the first step: all sums at zero."""

    def rule(θ: jax.Array) -> tuple[jax.Array, ...]:
        if θ.ndim != 2:  # then L is the sum of squares, and a zero stands where R would be
            return jnp.zeros_like(θ), jnp.zeros((), θ.dtype)
        rows, columns = θ.shape
        return jnp.zeros((rows, rows), θ.dtype), jnp.zeros((columns, columns), θ.dtype)

    return State(jnp.zeros((), jnp.int32), *per_leaf(rule, (params,), []))


def root(matrix: jax.Array, ε: jax.Array) -> Any:
    """Return ``(matrix + ε I)^(-1/4)`` of a symmetric matrix without negative eigenvalues."""
    λ, Q = jnp.linalg.eigh(matrix)
    λ = jnp.maximum(λ, 0) + ε  # rounding may have left an eigenvalue of 0 below it
    return (Q * λ**-0.25) @ Q.T


def update(
    grads: Params, state: State, params: Params = None, *, learning_rate: Any, eps: Any
) -> Any:
    """Return the step ``-η L^(-1/4) G R^(-1/4)`` and the next state."""
    del params

    def rule(G: jax.Array, L: jax.Array, R: jax.Array, η: jax.Array, ε: jax.Array) -> Any:
        if G.ndim != 2:
            L = L + G**2
            return -η * G / jnp.sqrt(L + ε), L, R
        L = L + G @ G.T
        R = R + G.T @ G
        return -η * root(L, ε) @ G @ root(R, ε), L, R

    scalars = at(state.step, learning_rate, eps)
    updates, L, R = per_leaf(rule, (grads, state.L, state.R), scalars)
    return updates, State(state.step + 1, L, R)


def shampoo(learning_rate: Hyperparameter, eps: Hyperparameter = 1e-6) -> Optimizer:
    r"""Return Shampoo.

    .. math::
        L_{t+1} &= L_t + G_t G_t^⊤ \\
        R_{t+1} &= R_t + G_t^⊤ G_t \\
        θ_{t+1} &= θ_t - η\, (L_{t+1} + εI)^{-1/4}\, G_t\, (R_{t+1} + εI)^{-1/4}

    The first step is the orthogonal factor of the gradient, whatever its condition number, as far
    as the squares of its singular values are well above ε; later ones shrink like AdaGrad's, with
    the root of the number of steps. Parameters that are not
    matrices have no rows and columns to speak of, and take the step of diagonal AdaGrad,
    ``-η g / √(Σ g² + ε)``. Roots are taken at every step, by an eigendecomposition.

    Args:
        learning_rate: η, the length of the first step in each direction, in units of the
            parameters; a number >= 0, a traced scalar, or a schedule.
        eps: ε, in units of the squared gradient; keeps the roots finite where no gradient has
            pointed yet. >= 0.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> import jax.numpy as jnp
        >>> G = jnp.array([[30.0, 0.0], [0.0, 2.0]])
        >>> path = gd.descend(lambda W: jnp.sum(G * W), 0 * G, gd.optimizers.shampoo(0.5), 1)
        >>> bool(jnp.allclose(path.last, -0.5 * jnp.eye(2), atol=1e-5))
        True

    Source:
        V. Gupta, T. Koren and Y. Singer, "Shampoo: Preconditioned Stochastic Tensor Optimization",
        ICML 2018.
    """
    return bind(
        init, update, learning_rate=rate("learning_rate", learning_rate), eps=rate("eps", eps)
    )
