"""RMSProp: the gradient over its recent size, coordinate by coordinate."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook.checks import flag
from gdbook.optimizers.rule import Hyperparameter, at, bind, fraction, per_leaf, rate
from gdbook.types import Optimizer, Params


class State(NamedTuple):
    """The step count, running means of the gradient and its square, and a velocity."""

    step: jax.Array
    m: Params
    v: Params
    velocity: Params


def init(params: Params) -> State:
    """Return the state before the first step: means and velocity at zero."""
    zeros = jax.tree.map(jnp.zeros_like, params)
    return State(step=jnp.zeros((), jnp.int32), m=zeros, v=zeros, velocity=zeros)


def update(
    grads: Params,
    state: State,
    params: Params = None,
    *,
    learning_rate: Any,
    decay: Any,
    eps: Any,
    momentum: Any,
    centered: bool,
    eps_in_sqrt: bool,
) -> Any:
    """Return the step ``-η g / √(v + ε)``, or a velocity of such steps, and the next state."""
    del params

    def rule(g, m, v, velocity, η, γ, ε, β):  # type: ignore[no-untyped-def]
        m = γ * m + (1 - γ) * g
        v = γ * v + (1 - γ) * g**2
        square = jnp.maximum(v - m**2, 0) if centered else v
        size = jnp.sqrt(square + ε) if eps_in_sqrt else jnp.sqrt(square) + ε
        velocity = β * velocity + η * g / size
        return -velocity, m, v, velocity

    scalars = at(state.step, learning_rate, decay, eps, momentum)
    updates, *memory = per_leaf(rule, (grads, state.m, state.v, state.velocity), scalars)
    return updates, State(state.step + 1, *memory)


def rmsprop(
    learning_rate: Hyperparameter,
    decay: Hyperparameter = 0.9,
    eps: Hyperparameter = 1e-8,
    momentum: Hyperparameter = 0.0,
    centered: bool = False,
    eps_in_sqrt: bool = True,
) -> Optimizer:
    r"""Return RMSProp: plain, centred, with momentum, or both.

    .. math::
        v_{t+1} &= γ v_t + (1 - γ) g_t^2 \\
        θ_{t+1} &= θ_t - η \frac{g_t}{\sqrt{v_{t+1} + ε}}

    Args:
        learning_rate: η, in units of the parameters;
            a number >= 0, a traced scalar, or a schedule.
        decay: γ, the fraction of the means kept at a step, in [0, 1).
        eps: ε, keeps the quotient finite where gradients vanish. >= 0.
        momentum: β, the fraction of the last step added to this one, in [0, 1).
        centered: whether to divide by the gradient's running standard deviation, √(v - m²),
            with m the mean of gradients, instead of by its root mean square.
        eps_in_sqrt: whether ε is inside the root, in units of the gradient squared, as in
            TensorFlow and optax; or added to it, in units of the gradient, as in PyTorch.

    Returns:
        The update rule, as an :class:`~gdbook.types.Optimizer`.

    Raises:
        TypeError: if a number is neither that nor a schedule, or a choice is not a bool.
        ValueError: if an argument is a number outside its range.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.rmsprop(0.1), 2)
        >>> [round(float(w), 2) for w, b in path.params]
        [2.5, 2.18, 1.97]

    Source:
        T. Tieleman and G. Hinton, "Lecture 6.5: RMSProp", Coursera, 2012; centred by A. Graves,
        "Generating sequences with recurrent neural networks", arXiv:1308.0850, 2013.
    """
    return bind(
        init,
        update,
        learning_rate=rate("learning_rate", learning_rate),
        decay=fraction("decay", decay),
        eps=rate("eps", eps),
        momentum=fraction("momentum", momentum),
        centered=flag("centered", centered),
        eps_in_sqrt=flag("eps_in_sqrt", eps_in_sqrt),
    )
