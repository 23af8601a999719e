"""The only loop in the book.

Every path, figure and demo goes through :func:`descend`: one compiled call, no Python between
the steps.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from gdbook import checks
from gdbook.batches import Batches, checked_batches
from gdbook.types import Loss, Optimizer, Params, Path


def descend(
    loss: Loss,
    params: Params,
    optimizer: Optimizer,
    steps: int,
    *,
    data: Any = None,
    batch_size: int | None = None,
    key: jax.Array | None = None,
) -> Path:
    r"""Walk downhill and return the whole path.

    .. math:: (u_t, s_{t+1}) = \mathrm{update}(∇L(θ_t), s_t, θ_t), \qquad θ_{t+1} = θ_t + u_t

    Args:
        loss: ``loss(params) -> scalar``, or ``loss(params, batch) -> scalar`` if there is data.
            Hand in the same function twice and the second run compiles nothing.
        params: the start: an array, or any pytree of arrays or Python floats.
        optimizer: a pair of functions ``init`` and ``update``, from ``gd.optimizers`` or optax.
            If its ``update`` takes them, it is also handed, as keywords, what optax's rules with
            a line search ask for: the loss ``value``, its ``grad``, and the function ``value_fn``
            from parameters to the loss that this step looks at.
        steps: how many steps to take, at least 1.
        data: a pytree of arrays whose leading axes all have the number of examples as length.
        batch_size: how many examples a step looks at; all of them if None. The examples are
            shuffled anew in each epoch, and the few left over at an epoch's end are not used.
        key: a JAX random key, which decides the shuffling; needed with ``batch_size``.

    Returns:
        The :class:`~gdbook.types.Path`: ``params``, ``loss`` and ``grad_norm``, whose leaves have
        a leading axis of length ``steps + 1``. Entry 0 is the start.

    Raises:
        TypeError: if ``loss`` is not callable, ``optimizer`` is not a pair of functions,
            ``steps`` or ``batch_size`` is not an integer, a parameter is not floating-point, the
            data is not made of arrays, or ``key`` is not a key.
        ValueError: if ``steps`` is below 1, there are no parameters, the loss is not a scalar, or
            the data, the batch size and the key do not fit together.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.gradient_descent(0.5), 1)
        >>> [round(float(value), 2) for value in path.loss]
        [12.5, 0.0]
    """
    params = checks.parameters(params)
    optimizer = checks.optimizer(optimizer)
    steps = checks.count("steps", steps)
    batches = checked_batches(data, batch_size, key)
    loss = checks.loss(loss, params, *batches.example())
    path: Path = _scan(loss, params, optimizer, batches, steps)
    return path


@partial(jax.jit, static_argnames="steps")
def _scan(loss: Any, params: Params, optimizer: Any, batches: Batches, steps: int) -> Path:
    def step(carry: Any, t: jax.Array) -> Any:
        params, state, order = carry
        order, batch = batches.at(t, order)
        value, grads = jax.value_and_grad(loss)(params, *batch)
        offered = {"value": value, "grad": grads, "value_fn": lambda params: loss(params, *batch)}
        updates, state = optimizer.step(grads, state, params, **offered)
        moved = jax.tree.map(lambda p, u: p + u.astype(p.dtype), params, updates)
        return (moved, state, order), Path(params, value, _norm(grads))

    # One step more than asked for: the last only looks around, its update goes nowhere.
    start = (params, optimizer.init(params), batches.first_order())
    path: Path = jax.lax.scan(step, start, jnp.arange(steps + 1))[1]
    return path


def _norm(grads: Params) -> jax.Array:
    """Return the Euclidean norm over all leaves, in the precision of the first."""
    leaves = jax.tree.leaves(grads)
    squares = [jnp.sum(leaf**2).astype(leaves[0].dtype) for leaf in leaves]
    return jnp.sqrt(sum(squares[1:], start=squares[0]))
