"""The nouns of the book: parameters, losses, schedules, optimizers, paths.

Everything else in the library is a function between these.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import jax
import jax.numpy as jnp

Params = Any
"""Any pytree whose leaves are floating-point arrays."""

Loss = Callable[..., jax.Array]
"""``loss(params) -> scalar``, or ``loss(params, batch) -> scalar`` where data is involved."""

Schedule = Callable[[jax.Array], jax.Array]
"""``schedule(step) -> learning rate``, with the step an integer scalar counted from 0."""


class Optimizer(NamedTuple):
    """An update rule: two pure functions, the shape of optax's ``GradientTransformation``.

    Attributes:
        init: ``init(params) -> state``.
        update: ``update(grads, state, params) -> (updates, state)``;
            the new parameters are ``params + updates``.
    """

    init: Callable[..., Any]
    update: Callable[..., Any]

    def step(self, grads: Params, state: Any, params: Params = None, **offered: Any) -> Any:
        """Call ``update``, and hand it those of the offered keywords that it takes.

        Args:
            grads: the gradient at ``params``.
            state: what the last step, or ``init``, returned.
            params: where the step starts.
            **offered: what rules with a line search ask for, here and in optax: the loss
                ``value``, its ``grad``, and ``value_fn``, from parameters to the loss.

        Returns:
            The pair ``(updates, state)``.
        """
        return self.update(grads, state, params, **taken(self.update, offered))

    def advance(self, loss: Loss, params: Params, state: Any, batch: tuple[Any, ...] = ()) -> Any:
        """Take one step: look, ask the rule, move.

        Args:
            loss: ``loss(params, *batch) -> scalar``.
            params: where the step starts.
            state: what the last step, or ``init``, returned.
            batch: what the loss is handed besides: nothing, or one batch of examples.

        Returns:
            The new parameters, the new state, and the loss and gradient where the step started.
        """
        value, grads = jax.value_and_grad(loss)(params, *batch)
        offered = {"value": value, "grad": grads, "value_fn": lambda params: loss(params, *batch)}
        updates, state = self.step(grads, state, params, **offered)
        return stepped(params, updates), state, value, grads


def stepped(params: Params, updates: Params) -> Params:
    """Return the parameters after a step, each leaf in the precision that it had."""
    return jax.tree.map(lambda θ, u: θ + u.astype(θ.dtype), params, updates)


def taken(function: Callable[..., Any], offered: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the offered keywords that a function takes."""
    names, takes_all = _keywords(function)
    return {name: offered[name] for name in offered if takes_all or name in names}


_KEYWORDS: WeakKeyDictionary[Any, tuple[frozenset[str], bool]] = WeakKeyDictionary()


def _keywords(function: Callable[..., Any]) -> tuple[frozenset[str], bool]:
    """Return the names of what a function takes, and whether it takes any other name too.

    To find out takes as long as a thousand small steps: once for each function is enough.
    """
    try:
        return _KEYWORDS[function]
    except (KeyError, TypeError):  # new, or a function that cannot be a key
        parameters = inspect.signature(function).parameters
    found = frozenset(parameters), any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    with suppress(TypeError):
        _KEYWORDS[function] = found
    return found


class Path(NamedTuple):
    """Where a run has been: entry 0 is the start, entry ``t`` the place after ``t`` steps.

    A run that diverges is data, not an error: it holds ``inf`` or ``nan`` from the step where it
    left, and :attr:`diverged_at` says which step that is.

    Attributes:
        params: the parameters, each leaf with a leading axis of length ``steps + 1``; None where
            the caller recorded something else, and then only the last are kept.
        loss: shape ``(steps + 1,)``; with data, the loss of the batch that the step looked at.
        grad_norm: shape ``(steps + 1,)``, the Euclidean norm of the gradient of that same loss.
        validation: shape ``(steps + 1,)``, the loss of the validation data, or None.
        recorded: what the caller recorded, with the same leading axis, or None.
        end: the last parameters, where ``params`` is None.
        stop: the entry at which a criterion ended the walk, -1 if none did; None without any.
    """

    params: Params
    loss: jax.Array
    grad_norm: jax.Array
    validation: jax.Array | None = None
    recorded: Any = None
    end: Params = None
    stop: jax.Array | None = None

    @property
    def steps(self) -> int:
        """The number of steps taken."""
        return int(self.loss.shape[-1]) - 1

    @property
    def last(self) -> Params:
        """The parameters after the last step, shaped like those that were given."""
        if self.params is None:
            return self.end
        axis = self.loss.ndim - 1  # of steps: under ``vmap``, runs come first
        return jax.tree.map(lambda leaf: jnp.moveaxis(leaf, axis, 0)[-1], self.params)

    @property
    def diverged_at(self) -> int | None:
        """The first step whose parameters, loss or gradient are not finite, or None.

        Raises:
            ValueError: if the path holds several runs (it was made under ``vmap``).
        """
        if self.loss.ndim != 1:
            raise ValueError(
                f"diverged_at speaks of one run, but this path has loss of shape "
                f"{self.loss.shape}; expected shape (steps + 1,): index one run out of it first"
            )
        finite = jnp.isfinite(self.loss) & jnp.isfinite(self.grad_norm)
        for leaf in jax.tree.leaves(self.params):
            finite &= jnp.isfinite(leaf).reshape(leaf.shape[0], -1).all(axis=1)
        return None if bool(finite.all()) else int(jnp.argmin(finite))

    @property
    def stopped_at(self) -> int | None:
        """The entry at which a criterion ended the walk, repeated by all later ones, or None.

        Raises:
            ValueError: if the path holds several runs (it was made under ``vmap``).
        """
        if self.stop is None:
            return None
        if self.stop.ndim:
            raise ValueError(
                f"stopped_at speaks of one run, but this path has loss of shape "
                f"{self.loss.shape}; expected shape (steps + 1,): index one run out of it first"
            )
        return None if int(self.stop) < 0 else int(self.stop)


def wide(dtype: Any) -> Any:
    """Return a floating-point dtype to compute in: this one, or float32 if it has half of that."""
    half = jnp.issubdtype(dtype, jnp.floating) and jnp.dtype(dtype).itemsize < 4
    return jnp.dtype(jnp.float32) if half else dtype


def widened(tree: Params) -> Params:
    """Return a pytree of arrays in single precision at least; plain numbers stay what they are."""

    def widen(leaf: Any) -> Any:
        own = jnp.result_type(leaf)
        return leaf if own == wide(own) else leaf.astype(wide(own))

    return jax.tree.map(widen, tree)
