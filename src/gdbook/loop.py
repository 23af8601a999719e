"""The compiled loop behind ``descend``: one scan, in which each option costs only its users."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gdbook import parallel, progress
from gdbook.batches import Batches
from gdbook.types import Params, Path, taken, widened


class Task(NamedTuple):
    """What is to be done at each step, as one pytree.

    Attributes:
        loss: the loss, as a ``Partial``.
        optimizer: the update rule, as a pair of them.
        batches: what the loss gets to see.
        validation: data whose loss is recorded too, or None.
        record: what to record in place of the parameters, as a ``Partial``, or None.
        stop: when to stop, or None.
    """

    loss: Any
    optimizer: Any
    batches: Batches
    validation: Any = None
    record: Any = None
    stop: Any = None


@partial(jax.jit, static_argnames=("steps", "every", "bar"))
def _scan(task: Task, params: Params, steps: int, every: int = 1, bar: bool = False) -> Path:
    step = partial(_step, task, steps, every, bar)
    seen = None
    if task.validation is not None:  # between two looks, the last is repeated
        seen = jnp.zeros((), jax.eval_shape(task.loss, params, task.validation).dtype)
    start = (params, task.optimizer.init(params), task.batches.first_order(), seen)
    stopped = None
    # One step more than asked for: the last only looks around, its update goes nowhere.
    if task.stop is None:
        (end, *_), path = jax.lax.scan(step, start, jnp.arange(steps + 1))
    else:
        ((end, *_), *_, stopped), path = _scan_until(task.stop, step, start, steps)
    path = path._replace(end=None if task.record is None else end, stop=stopped)
    result: Path = parallel.whole(path, task.batches.spread)
    return result


def _step(task: Task, steps: int, every: int, bar: bool, carry: Any, t: jax.Array) -> Any:
    """Return what comes after step ``t``, and what is recorded of it."""
    params, state, order, seen = carry
    order, batch = task.batches.at(t, order)
    moved, state, value, grads = task.optimizer.advance(task.loss, params, state, batch)
    moved = parallel.whole(moved, task.batches.spread)
    if task.validation is not None:
        look = partial(task.loss, params, task.validation)
        seen = look() if every == 1 else jax.lax.cond(t % every == 0, look, lambda: seen)
    if bar:
        progress.report(t, steps, value)
    entry = Path(params, value, _norm(grads), seen)
    if task.record is not None:
        offered = {"step": t, "params": params, "state": carry[1], "loss": value, "grads": grads}
        kept = task.record(**taken(task.record, offered))
        entry = entry._replace(params=None, recorded=kept)
        moved = jax.tree.map(partial(jnp.where, t == steps), params, moved)  # the walk's end
    return (moved, state, order, seen), entry


def _scan_until(stop: Any, step: Any, start: Any, steps: int) -> Any:
    """Scan until a criterion holds; from there on nothing is computed, and the last repeated."""
    blank = jax.eval_shape(step, start, jnp.arange(1)[0])[1]
    blank = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), blank)

    def walk(carry: Any, t: jax.Array) -> Any:
        inner, _, watch, _ = carry
        after, entry = step(inner, t)
        watched = entry.loss if entry.validation is None else entry.validation
        watch, done = stop.look(watch, entry.loss, watched, entry.grad_norm)
        here = jax.tree.map(partial(jnp.where, done), inner[0], after[0])
        return (here, *after[1:]), entry, watch, jnp.where(done, t, -1)

    def careful(carry: Any, t: jax.Array) -> Any:
        carry = jax.lax.cond(carry[-1] < 0, walk, lambda carry, t: carry, carry, t)
        return carry, carry[1]

    watched = blank.loss if blank.validation is None else blank.validation
    never = -jnp.ones((), jnp.arange(1).dtype)
    begin = (start, blank, stop.first(watched.dtype), never)
    return jax.lax.scan(careful, begin, jnp.arange(steps + 1))


def _norm(grads: Params) -> jax.Array:
    """Return the Euclidean norm over all leaves, in the precision of the first, single at least."""
    leaves = jax.tree.leaves(widened(grads))
    squares = [jnp.sum(leaf**2).astype(leaves[0].dtype) for leaf in leaves]
    return jnp.sqrt(sum(squares[1:], start=squares[0]))


def run(task: Task, params: Params, steps: int, *, every: int, bar: bool) -> Path:
    """Walk, in one compiled call."""
    path: Path = _scan(task, params, steps, every, bar)
    if bar and not isinstance(path.loss, jax.core.Tracer):
        jax.effects_barrier()  # type: ignore[no-untyped-call]  # the bar is full before the caller's next line
    return path
