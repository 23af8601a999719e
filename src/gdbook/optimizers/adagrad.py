"""AdaGrad: each coordinate's rate shrinks with all the gradients it has seen."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.tree_util import Partial

from gdbook.optimizers.rule import Hyperparameter, at, bind, constant, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """What AdaGrad remembers: the step count, and the sum of squared gradients."""

    step: jax.Array
    s: Params


def init(params: Params, *, initial_accumulator_value: Any) -> State:
    """Return the state before the first step: every sum at its initial value."""
    (s,) = per_leaf(lambda θ, s0: (jnp.zeros_like(θ) + s0,), (params,), [initial_accumulator_value])
    return State(step=jnp.zeros((), jnp.int32), s=s)


def update(
    grads: Params, state: State, params: Params = None, *, learning_rate: Any, eps: Any
) -> Any:
    """Return the step ``-η g / √(s + ε)`` and the next state, with ``s`` the sum of ``g²``."""
    del params

    def rule(g: jax.Array, s: jax.Array, η: jax.Array, ε: jax.Array) -> tuple[jax.Array, ...]:
        s = s + g**2
        scale = jnp.where(s > 0, 1 / jnp.sqrt(s + ε), 0)  # where no gradient ever was, stay
        return -η * scale * g, s

    updates, s = per_leaf(rule, (grads, state.s), at(state.step, learning_rate, eps))
    return updates, State(state.step + 1, s)


def adagrad(
    learning_rate: Hyperparameter,
    initial_accumulator_value: float | jax.Array = 0.1,
    eps: Hyperparameter = 1e-7,
) -> Optimizer:
    r"""Return AdaGrad, in its diagonal form.

    .. math::
        s_{t+1} &= s_t + g_t^2 \\
        s_0 &= δ \\
        θ_{t+1} &= θ_t - η \frac{g_t}{\sqrt{s_{t+1} + ε}}

    The defaults are optax's: δ = 0.1, and ε inside the root. The paper has only δ, outside it;
    with both at 0 the first step is -η times the gradient's sign.

    Args:
        learning_rate: η, in units of the parameters;
            a number >= 0, a traced scalar, or a schedule.
        initial_accumulator_value: δ, where the sums start, in units of the gradient squared. >= 0.
        eps: ε, in units of the gradient squared; keeps the quotient finite. >= 0.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if an argument is neither a number nor a schedule.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.adagrad(0.5, 0, 0), 2)
        >>> [round(float(w), 3) for w, b in path.params]
        [2.5, 2.0, 1.688]

    Source:
        J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods for online learning and
        stochastic optimization", Journal of Machine Learning Research 12, 2011.
    """
    δ = constant("initial_accumulator_value", initial_accumulator_value)
    return bind(
        Partial(init, initial_accumulator_value=δ),  # type: ignore[no-untyped-call]
        update,
        learning_rate=rate("learning_rate", learning_rate),
        eps=rate("eps", eps),
    )
