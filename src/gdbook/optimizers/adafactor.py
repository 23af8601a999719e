"""Adafactor: for a matrix, second moments of its rows and its columns instead of all entries."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.checks import flag
from gdbook.optimizers.rule import Hyperparameter, at, bind, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """The step count, and mean squares: of rows and columns; or of all entries, of a vector."""

    step: jax.Array
    rows: Params
    columns: Params


def init(params: Params) -> State:
    """Return the state before the first step: n + m zeros for an n by m matrix."""

    def zeros(θ: jax.Array) -> tuple[jax.Array, ...]:
        mean = jnp.zeros_like(θ)
        return (mean[..., 0], mean[..., 0, :]) if θ.ndim > 1 else (mean, jnp.zeros((), θ.dtype))

    return State(jnp.zeros((), jnp.int32), *per_leaf(zeros, (params,), ()))


def update(
    grads: Params,
    state: State,
    params: Params,
    *,
    learning_rate: Any,
    decay_rate: Any,
    clipping_threshold: Any,
    eps: Any,
    multiply_by_parameter_scale: bool,
) -> Any:
    """Return the step ``-η max(RMS θ, 1e-3) u`` and the next state, with ``u`` clipped in size."""

    def rms(x: jax.Array) -> jax.Array:
        return jnp.sqrt(jnp.mean(x**2))

    def rule(g, θ, r, c, η, γ, d, ε, t):  # type: ignore[no-untyped-def]
        β = 1 - t**-γ  # at first the latest gradient counts alone, in the end almost none does
        square = g**2 + ε
        if g.ndim > 1:
            r = β * r + (1 - β) * jnp.mean(square, axis=-1)
            c = β * c + (1 - β) * jnp.mean(square, axis=-2)
            share = r / jnp.mean(r, axis=-1, keepdims=True)
            u = g / jnp.sqrt(share)[..., :, None] / jnp.sqrt(c)[..., None, :]
        else:
            r = β * r + (1 - β) * square
            u = g / jnp.sqrt(r)
        u = u / jnp.maximum(1, rms(u) / d)
        scale = jnp.maximum(rms(θ), 1e-3) if multiply_by_parameter_scale else 1
        return -η * scale * u, r, c

    scalars = at(state.step, learning_rate, decay_rate, clipping_threshold, eps)
    t = state.step + 1
    updates, *memory = per_leaf(rule, (grads, params, state.rows, state.columns), [*scalars, t])
    return updates, State(t, *memory)


def adafactor(
    learning_rate: Hyperparameter,
    decay_rate: Hyperparameter = 0.8,
    clipping_threshold: Hyperparameter = 1.0,
    eps: Hyperparameter = 1e-30,
    multiply_by_parameter_scale: bool = True,
) -> Optimizer:
    r"""Return Adafactor, without momentum.

    .. math::
        β_t &= 1 - t^{-γ} \\
        \hat V &= \frac{r \, c^⊤}{\operatorname{mean}(r)} \\
        U &= \frac{G}{\sqrt{\hat V}} \\
        θ &← θ - η \max(10^{-3}, \operatorname{RMS}(θ)) \frac{U}{\max(1, \operatorname{RMS}(U)/d)}

    Here r and c are running means, with decay β, of the rows and the columns of G² + ε; a vector
    keeps the mean of each entry. More than two axes are taken as a stack of matrices.

    Args:
        learning_rate: η, a fraction of the weights' size; a number >= 0, a traced scalar, or a
            schedule: the paper's is min(0.01, 1 / √t), with t counted from 1.
        decay_rate: γ, how soon the means grow slow to change. >= 0.
        clipping_threshold: d, the root mean square to which larger steps are cut. >= 0.
        eps: ε, added to the squares, in units of the gradient squared. >= 0.
        multiply_by_parameter_scale: whether steps are relative to each leaf's root mean square;
            if not, η is in units of the parameters.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if a number is neither that nor a schedule, or the last is not a bool.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.adafactor(0.1), 2)
        >>> [round(float(w), 3) for w, b in path.params]
        [2.5, 2.25, 2.035]

    Source:
        N. Shazeer and M. Stern, "Adafactor: adaptive learning rates with sublinear memory cost",
        ICML 2018.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        decay_rate=rate("decay_rate", decay_rate),
        clipping_threshold=rate("clipping_threshold", clipping_threshold),
        eps=rate("eps", eps),
        multiply_by_parameter_scale=flag(
            "multiply_by_parameter_scale", multiply_by_parameter_scale
        ),
    )
