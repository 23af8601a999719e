"""The only loop in the book.

Every path, figure and demo goes through :func:`descend`: one compiled call, no Python between
the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import jax
from jax.tree_util import Partial

from gdbook import checks, loop, parallel
from gdbook.batches import checked_batches, examples
from gdbook.stopping import Stop
from gdbook.types import Loss, Optimizer, Params, Path

Record = Literal["params", "loss"] | Callable[..., Any]
"""What a walk keeps of each step: a name, or a function of what the step knows."""


def descend(
    loss: Loss,
    params: Params,
    optimizer: Optimizer,
    steps: int,
    *,
    data: Any = None,
    batch_size: int | None = None,
    key: jax.Array | None = None,
    replace: bool = False,
    validation: Any = None,
    validate_every: int = 1,
    record: Record = "params",
    stop: Stop | None = None,
    progress: bool = False,
    devices: Sequence[jax.Device] | None = None,
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
        key: a JAX random key, which decides the drawing; needed with ``batch_size``, and only
            with it.
        replace: draw each example from all, whatever was drawn before, instead of shuffling.
        validation: data like ``data`` whose loss is recorded too, and which no step learns from.
        validate_every: how many steps apart; in between the last value is repeated.
        record: ``"params"`` keeps the parameters of every step, ``"loss"`` only the last; a
            function keeps what it returns, as ``path.recorded``. It takes, by name, what it wants
            of ``step``, ``params``, ``state`` (the optimizer's), ``loss`` and ``grads``.
        stop: when to end before the last step, from :func:`~gdbook.stopping.stop`; the entries
            after ``path.stopped_at`` repeat it.
        progress: whether to draw a bar on standard error.
        devices: share each batch out among these, such as ``jax.devices()``, an equal part for
            each; of the parameters each has a copy. The path is the same to rounding.

    Returns:
        The :class:`~gdbook.types.Path`: ``params``, ``loss`` and ``grad_norm``, whose leaves have
        a leading axis of length ``steps + 1``. Entry 0 is the start.

    Raises:
        TypeError: if ``loss`` is not callable, ``optimizer`` is not a pair of functions,
            ``steps``, ``batch_size`` or ``validate_every`` is not an integer, a parameter is not
            floating-point, the data is not made of arrays, ``key`` is not a key, or another
            option is not of its kind.
        ValueError: if ``steps`` is below 1, there are no parameters, the loss is not a scalar, or
            the data, the batch size, the key, the validation data and the devices do not fit
            together.

    Example:
        >>> import gdbook as gd
        >>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.gradient_descent(0.5), 1)
        >>> [round(float(value), 2) for value in path.loss]
        [12.5, 0.0]
    """
    params = checks.parameters(params)
    optimizer = checks.optimizer(optimizer)
    steps = checks.count("steps", steps)
    batches = checked_batches(data, batch_size, key, replace)
    if devices is not None:
        batches = parallel.shared(batches, devices)
    loss = checks.loss(loss, params, *batches.example())
    every = checks.count("validate_every", validate_every)
    if validation is not None:
        if data is None:
            raise ValueError("validation is given, but data is None; expected data to learn from")
        validation = examples("validation", validation)
        checks.loss(loss, params, validation)
    if not isinstance(stop, Stop | None):
        raise TypeError(f"stop is {stop!r}; expected criteria such as gd.stop(loss=0.1)")
    checks.flag("progress", progress)
    task = loop.Task(loss, optimizer, batches, validation, _recorder(record), stop)
    if batches.spread is not None:
        task, params = parallel.joined(task, params)
    return loop.run(task, params, steps, every=every, bar=progress)


def _recorder(record: Record) -> Any:
    if record == "params":
        return None
    if record == "loss":
        return _nothing
    if not callable(record):
        raise TypeError(f"record is {record!r}; expected 'params', 'loss' or a function")
    return checks.as_pytree(record)


def _keep_nothing() -> None:
    return None


_nothing: Any = Partial(_keep_nothing)  # type: ignore[no-untyped-call]
