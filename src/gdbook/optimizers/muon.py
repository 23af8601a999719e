"""Muon: momentum for matrices, with all directions in it made about equally long."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.checks import flag
from gdbook.optimizers.adam import State as Adam
from gdbook.optimizers.adam import update as adam
from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """The step count, the running mean of gradients and, but for matrices, of their squares."""

    step: jax.Array
    m: Params
    v: Params


def init(params: Params) -> State:
    """Return the state before the first step: all means at zero."""
    v = jax.tree.map(lambda θ: jnp.zeros((0, 0) if θ.ndim == 2 else θ.shape, θ.dtype), params)
    return State(jnp.zeros((), jnp.int32), jax.tree.map(jnp.zeros_like, params), v)


def newton_schulz(X: jax.Array, steps: int = 5) -> jax.Array:
    r"""Return a matrix whose singular values, if in (0, 1], have been pushed towards 1.

    .. math::
        X ← a X + b\, (X X^⊤) X + c\, (X X^⊤)^2 X, \qquad (a, b, c) = (3.4445, -4.7750, 2.0315)

    Each singular value s becomes a s + b s³ + c s⁵, without a decomposition. The numbers are
    chosen for speed: values from about 0.002 on end near 1, between about 0.7 and 1.14, and not at
    1; smaller ones grow to a s at a step, and get there only with more steps.

    Args:
        X: shape (m, n).
        steps: how often.

    Returns:
        The matrix, shape (m, n).

    Example:
        >>> import gdbook as gd
        >>> import jax.numpy as jnp
        >>> near_one = gd.optimizers.newton_schulz(jnp.diag(jnp.array([1.0, 0.1, 0.01])))
        >>> [round(float(s), 1) for s in jnp.diag(near_one)]
        [0.7, 0.7, 0.7]
    """
    for _ in range(steps):
        A = X @ X.T
        X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X
    return X


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    learning_rate: Any,
    momentum: Any,
    eps: Any,
    weight_decay: Any,
    nesterov: int,
    adam_learning_rate: Any,
    adam_b1: Any,
    adam_b2: Any,
) -> Any:
    """Return the step ``-η (√max(1, n/m) O + λ θ)``, O near orthogonal, and the next state."""
    of_adam = {"learning_rate": adam_learning_rate, "b1": adam_b1, "b2": adam_b2}

    def rule(G, M, V, θ, η, β, ε, λ):  # type: ignore[no-untyped-def]
        if G.ndim != 2:
            step, (_, *means) = adam(
                G, Adam(state.step, M, V), **of_adam, eps=ε, bias_correction=True
            )
            return step, *means
        M = β * M + (1 - β) * G
        X = β * M + (1 - β) * G if nesterov else M  # Nesterov's looks a step ahead
        m, n = X.shape
        X = X.T if m > n else X  # then X Xᵀ is the smaller of the two squares
        X = newton_schulz(X / (jnp.linalg.norm(X) + ε))
        O = X.T if m > n else X  # noqa: E741
        return -η * (max(1, n / m) ** 0.5 * O + λ * θ), M, V

    scalars = at(state.step, learning_rate, momentum, eps, weight_decay)
    updates, m, v = per_leaf(rule, (grads, state.m, state.v, params), scalars)
    return updates, State(state.step + 1, m, v)


def muon(
    learning_rate: Hyperparameter,
    momentum: Hyperparameter = 0.95,
    nesterov: bool = True,
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 0.0,
    adam_learning_rate: Hyperparameter | None = None,
    adam_b1: Hyperparameter = 0.9,
    adam_b2: Hyperparameter = 0.999,
) -> Optimizer:
    r"""Return Muon, momentum orthogonalized by Newton and Schulz's iteration.

    .. math::
        M_{t+1} &= β M_t + (1 - β) G_t, \qquad X = β M_{t+1} + (1 - β) G_t \\
        θ_{t+1} &= θ_t - η \left(\sqrt{\max(1, n/m)}\; \mathrm{NS}_5\left(X / ‖X‖_F\right)
            + λ θ_t\right)

    NS₅ is five steps of :func:`newton_schulz`. A matrix has shape (m, n) and maps m inputs to n
    outputs. Parameters that are not matrices take Adam's steps, without weight decay. (optax also
    corrects the two terms of X for their start from zero, which changes the first steps a little.)

    Args:
        learning_rate: η, about the length of a step in each direction, in units of the parameters;
            a number >= 0, a traced scalar, or a schedule.
        momentum: β, the fraction of the gradients' mean kept at a step, in [0, 1).
        nesterov: whether X looks ahead by a step; else X is M itself. Not traced.
        eps: ε, in units of the gradient, added to the norm and to Adam's root; >= 0.
        weight_decay: λ, the pull of matrices towards zero, per unit of learning rate; >= 0.
        adam_learning_rate: Adam's η for what is no matrix; the same η if None.
        adam_b1: Adam's β₁, in [0, 1).
        adam_b2: Adam's β₂, in [0, 1).

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if a number is neither that nor a schedule, or ``nesterov`` is no bool.
        ValueError: if an argument is a number outside its range.

    Source:
        K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024,
        https://kellerjordan.github.io/posts/muon/.
    """
    η = rate("learning_rate", learning_rate)
    other = η if adam_learning_rate is None else rate("adam_learning_rate", adam_learning_rate)
    return bind(
        init,
        update,
        learning_rate=η,
        momentum=fraction("momentum", momentum),
        eps=rate("eps", eps),
        weight_decay=rate("weight_decay", weight_decay),
        nesterov=flag("nesterov", nesterov),
        adam_learning_rate=other,
        adam_b1=fraction("adam_b1", adam_b1),
        adam_b2=fraction("adam_b2", adam_b2),
    )
