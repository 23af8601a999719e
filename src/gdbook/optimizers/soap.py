"""SOAP: Adam, in the directions that Shampoo finds."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook import checks
from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, power, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """The step count, Adam's two means, Shampoo's L and R as running means, and their bases."""

    step: jax.Array
    m: Params
    v: Params
    L: Params
    R: Params
    P: Params
    Q: Params


def init(params: Params) -> State:
    """Return the state before the first step: all means at zero."""

    def rule(θ: jax.Array) -> tuple[jax.Array, ...]:
        rows, columns = θ.shape if θ.ndim == 2 else (0, 0)  # others than matrices need no bases
        left, right = jnp.zeros((rows, rows), θ.dtype), jnp.zeros((columns, columns), θ.dtype)
        return jnp.zeros_like(θ), jnp.zeros_like(θ), left, right, left, right

    return State(jnp.zeros((), jnp.int32), *per_leaf(rule, (params,), []))


def update(
    grads: Params,
    state: State,
    params: Params = None,
    *,
    learning_rate: Any,
    b1: Any,
    b2: Any,
    eps: Any,
    every: Any,
) -> Any:
    """Return Adam's step in the bases P and Q, and the next state."""
    del params
    t = state.step + 1

    def rule(G, M, V, L, R, P, Q, η, β1, β2, ε, t):  # type: ignore[no-untyped-def]
        matrix = G.ndim == 2
        if matrix:
            L = β2 * L + (1 - β2) * G @ G.T
            R = β2 * R + (1 - β2) * G.T @ G
            P, Q = basis(L, P, state.step, every), basis(R, Q, state.step, every)
        M = β1 * M + (1 - β1) * G
        turned, direction = (P.T @ G @ Q, P.T @ M @ Q) if matrix else (G, M)
        V = β2 * V + (1 - β2) * turned**2
        step = direction / (1 - power(β1, t)) / (jnp.sqrt(V / (1 - power(β2, t))) + ε)
        return -η * (P @ step @ Q.T if matrix else step), M, V, L, R, P, Q

    scalars = at(state.step, learning_rate, b1, b2, eps)
    updates, *rest = per_leaf(rule, (grads, *state[1:]), [*scalars, t])
    return updates, State(t, *rest)


def basis(matrix: jax.Array, old: jax.Array, step: jax.Array, every: Any) -> Any:
    """Return the eigenvectors of a symmetric matrix: anew every k steps, from the old ones."""

    def refreshed() -> Any:  # one step of orthogonal iteration; only the first has no old
        # Largest first, the order that the iteration keeps: in any other, columns change places.
        first = lambda: jnp.linalg.eigh(matrix)[1][:, ::-1]  # noqa: E731
        return jax.lax.cond(step == 0, first, lambda: jnp.linalg.qr(matrix @ old)[0])

    return jax.lax.cond(step % every == 0, refreshed, lambda: old)


def soap(
    learning_rate: Hyperparameter,
    b1: Hyperparameter = 0.95,
    b2: Hyperparameter = 0.95,
    eps: Hyperparameter = 1e-8,
    every: int | jax.Array = 10,
) -> Optimizer:
    r"""Return SOAP, which is Adam in the eigenbasis of Shampoo's two matrices.

    .. math::
        L_{t+1} &= β_2 L_t + (1 - β_2) G_t G_t^⊤ ≈ P Λ P^⊤ \\
        R_{t+1} &= β_2 R_t + (1 - β_2) G_t^⊤ G_t ≈ Q Λ' Q^⊤ \\
        M_{t+1} &= β_1 M_t + (1 - β_1) G_t \\
        V_{t+1} &= β_2 V_t + (1 - β_2) (P^⊤ G_t Q)^2 \\
        θ_{t+1} &= θ_t - η P\, \frac{P^⊤ \hat M_{t+1} Q}{\sqrt{\hat V_{t+1}} + ε}\, Q^⊤

    The bases P and Q are kept for k steps, then refreshed by one multiplication and a QR
    decomposition, before the step; the authors refresh them after it, and spend the first gradient
    on them alone. Where no gradient has pointed yet, rounding chooses the basis. Parameters that
    are not matrices take Adam's steps.

    Args:
        learning_rate: η, as in Adam, in units of the parameters;
            a number >= 0, a traced scalar, or a schedule.
        b1: β₁, the fraction of the gradient's running mean kept at a step, in [0, 1).
        b2: β₂, the fraction of the running means of squares kept at a step, in [0, 1).
        eps: ε, in units of the gradient; >= 0.
        every: k, the steps from one refreshing of the bases to the next, >= 1, or a traced
            integer.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> import jax.numpy as jnp
        >>> path = gd.descend(lambda W: jnp.sum(W**2), jnp.ones((2, 3)), gd.optimizers.soap(0.1), 9)
        >>> bool(path.loss[-1] < path.loss[0])
        True

    Source:
        N. Vyas et al., "SOAP: Improving and Stabilizing Shampoo using Adam", ICLR 2025.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        b1=fraction("b1", b1),
        b2=fraction("b2", b2),
        eps=rate("eps", eps),
        every=every if isinstance(every, jax.core.Tracer) else checks.count("every", every),
    )
