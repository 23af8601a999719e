"""An honest race: any optimizers, each over learning rates, starts and seeds, in one call each."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace as replaced
from functools import partial
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
from jax.tree_util import Partial

from gdbook import checks, entries, lanes
from gdbook.batches import Batches, checked_batches, examples
from gdbook.types import Loss, Optimizer, Params

CACHE = 2**18
"""Bytes of a chunk's runs on a CPU: what its innermost cache holds goes fastest."""
FAIR = 256
"""Fewer runs than this are not worth another core."""


class Result(NamedTuple):
    """How one optimizer did, in each run.

    Attributes:
        learning_rates: shape (rates,).
        final: shape (rates, starts, seeds), the loss at the end, of all the data if there are any.
        best: same shape, the lowest loss that a step looked at.
        reached: same shape, the first step whose loss was at most the target; -1 if none was.
        diverged: same shape, whether a loss was not finite.
    """

    learning_rates: jax.Array
    final: jax.Array
    best: jax.Array
    reached: jax.Array
    diverged: jax.Array

    def curve(self, *quantiles: float, of: Literal["final", "best", "reached"] = "final") -> Any:
        """Return the sensitivity to the rate: quantiles over starts and seeds, a row for each.

        A run that diverged, or never reached the target, counts as infinite.
        """
        flat = self._score(of).reshape(len(self.learning_rates), -1)
        return jnp.quantile(
            flat, jnp.asarray(quantiles or (0.5,), flat.dtype), axis=1, method="lower"
        )

    def tuned(self, by: Literal["final", "best", "reached"] = "final") -> float:
        """Return the learning rate with the lowest median over starts and seeds.

        Where medians tie, as they do if most runs are infinite, the larger share of finite runs
        decides, and then the smaller rate.
        """
        score = self._score(by).reshape(len(self.learning_rates), -1)
        median = self.curve(of=by)[0]
        fine = jnp.mean(jnp.isfinite(score), axis=1)
        order = jnp.lexsort((-fine, median))
        return float(self.learning_rates[order[0]])

    def _score(self, of: str) -> jax.Array:
        if of not in ("final", "best", "reached"):
            raise ValueError(f"of is {of!r}; expected 'final', 'best' or 'reached'")
        value = getattr(self, of).astype(float)
        bad = self.reached < 0 if of == "reached" else self.diverged | jnp.isnan(value)
        return jnp.where(bad, jnp.inf, value)


def race(
    loss: Loss,
    optimizers: Mapping[str, Callable[[Any], Optimizer]],
    learning_rates: Any,
    starts: Params,
    steps: int,
    *,
    target: float | None = None,
    data: Any = None,
    batch_size: int | None = None,
    replace: bool = False,
    seeds: jax.Array | None = None,
    memory: int = 2**28,
) -> dict[str, Result]:
    """Run every optimizer at every learning rate from every start with every seed.

    Nothing is kept of a run but what :class:`Result` says of it, so a million runs fit.

    Args:
        loss: ``loss(params) -> scalar``, or ``loss(params, batch) -> scalar`` if there are data.
        optimizers: a function ``learning_rate -> optimizer`` for each name. Hand in the same
            functions twice and the second race compiles nothing.
        learning_rates: shape (rates,), each >= 0.
        starts: a pytree of parameters whose leaves have a leading axis of starts.
        steps: the budget of each run, at least 1.
        target: the loss to reach, or None.
        data: a pytree of arrays with a leading axis of examples, or None.
        batch_size: how many examples a step looks at; all of them if None.
        replace: draw each example from all instead of shuffling in each epoch.
        seeds: an array of JAX keys, one for each seed; needed with ``batch_size``.
        memory: about how many bytes the runs that are computed side by side may take.

    Returns:
        A :class:`Result` for each name.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if an argument is out of its range, or some do not fit together.

    Example:
        >>> import gdbook as gd
        >>> results = gd.race(
        ...     gd.surfaces.bowl,
        ...     {"gradient descent": gd.optimizers.gradient_descent},
        ...     [0.1, 0.5, 1.5],
        ...     [[1.0, 2.0], [0.5, -1.0]],
        ...     40,
        ...     target=1e-6,
        ... )
        >>> results["gradient descent"].tuned()
        0.5
        >>> results["gradient descent"].reached[:, :, 0].tolist()
        [[35, 32], [1, 1], [-1, -1]]
    """
    rates = _rates(learning_rates)
    if isinstance(starts, (list, tuple)) and not any(map(jnp.ndim, jax.tree.leaves(starts))):
        starts = jnp.asarray(starts)  # numbers in lists; else it is a pytree of arrays
    starts = examples("starts", starts)
    one = checks.parameters(jax.tree.map(lambda leaf: leaf[0], starts), "starts")
    steps, memory = checks.count("steps", steps), checks.count("memory", memory)
    keys = _keys(seeds)
    if (batch_size is None) != (keys is None):
        raise ValueError(
            f"batch_size is {batch_size!r} and seeds is {seeds!r}; expected seeds such as "
            f"jax.random.split(jax.random.key(0), 3) with a batch_size, or neither"
        )
    batches = checked_batches(data, batch_size, None if keys is None else keys[0], replace)
    loss = checks.loss(loss, one, *batches.example())
    if target is not None:
        checks.finite("target", target)
    if not isinstance(optimizers, Mapping) or not all(map(callable, optimizers.values())):
        raise TypeError(
            f"optimizers is {optimizers!r}; expected a mapping from names to functions of the "
            f"learning rate, such as {{'adam': gd.optimizers.adam}}"
        )
    goal = None if target is None else jnp.asarray(target, float)
    shape = (len(rates), len(jax.tree.leaves(starts)[0]), 1 if keys is None else len(keys))
    total = math.prod(shape)
    cores = _cores(total)
    some = -(-total // cores)
    shared = (loss, batches, rates, starts, keys, goal)
    sizes = {"runs": some, "steps": steps, "memory": max(1, memory // cores)}

    def results(factory: Any) -> Result:
        def part(core: int) -> Any:
            return _run(factory, *shared, jnp.asarray(core * some), **sizes)

        parts = zip(*_on_each(cores, part), strict=True)
        return Result(rates, *(jnp.concatenate(p)[:total].reshape(shape) for p in parts))

    return {name: results(Partial(factory)) for name, factory in optimizers.items()}  # type: ignore[no-untyped-call]


def _cores(total: int) -> int:
    """Return over how many cores to spread the runs: on a CPU all, if each gets a fair number."""
    if jax.default_backend() != "cpu":
        return 1
    allowed = getattr(os, "sched_getaffinity", lambda process: range(os.cpu_count() or 1))(0)
    return max(1, min(len(allowed), total // FAIR))


def _on_each(cores: int, part: Callable[[int], Any]) -> list[Any]:
    """Return the part of each core, each computed in a thread of its own.

    XLA would spread every operation of every step over the cores; meeting again after each costs
    more than it saves. JAX's settings can be a thread's own: where they are, one thread does all.
    """
    found = [part(0)]  # compiles, and returns before it is computed
    if cores == 1:
        return found
    with ThreadPoolExecutor(cores - 1) as pool:
        alike = pool.submit(_settings).result() == _settings()
        others = range(1, cores)
        return found + list(pool.map(part, others) if alike else map(part, others))


def _settings() -> dict[str, Any]:
    """Return JAX's settings as this thread sees them."""
    return {name: getattr(jax.config, name, None) for name in jax.config.values}


class _Runner(NamedTuple):
    """What one run carries from step to step."""

    params: Any
    state: Any
    order: Any
    best: Any
    reached: Any
    diverged: Any


@partial(jax.jit, static_argnames=("runs", "steps", "memory"))
def _run(
    factory: Any,
    loss: Any,
    batches: Batches,
    rates: Any,
    starts: Any,
    keys: Any,
    goal: Any,
    first: jax.Array,
    *,
    runs: int,
    steps: int,
    memory: int,
) -> Any:
    """Run some of all runs, from the first given on; the last again where there are no more."""
    count = len(jax.tree.leaves(starts)[0])
    seeds = 1 if keys is None else len(keys)
    total = len(rates) * count * seeds

    def given(index: jax.Array) -> Any:
        """Return the rate, the start and the key of a run by its number."""
        start = jax.tree.map(lambda leaf: leaf[index // seeds % count], starts)
        return rates[index // (seeds * count)], start, None if keys is None else keys[index % seeds]

    def begin(index: jax.Array) -> _Runner:
        rate, start, _ = given(index)
        dtype = jax.eval_shape(loss, start, *batches.example()).dtype
        best = jnp.asarray(jnp.inf, dtype)
        state = checks.optimizer(factory(rate)).init(start)
        return _Runner(start, state, batches.first_order(), best, jnp.int32(-1), jnp.asarray(False))

    def own(index: jax.Array) -> Any:
        """Return what stays with a run: its rate and its key."""
        rate, _, key = given(index)
        return rate, key

    def step(runner: _Runner, own: Any, t: jax.Array) -> _Runner:
        rate, key = own
        order, batch = replaced(batches, key=key).at(t, runner.order)
        rule = checks.optimizer(factory(rate))
        moved, state, value, _ = rule.advance(loss, runner.params, runner.state, batch)
        return _Runner(moved, state, order, *_seen(runner, value, t))

    def _seen(runner: _Runner, value: jax.Array, t: jax.Array) -> Any:
        reached = runner.reached
        if goal is not None:
            first = (value <= goal.astype(value.dtype)) & (reached < 0)
            reached = jnp.where(first, t.astype(jnp.int32), reached)
        best = jnp.where(value < runner.best, value, runner.best)
        return best, reached, runner.diverged | ~jnp.isfinite(value)

    def end(runner: _Runner) -> Any:
        seen = () if batches.data is None else (batches.data,)
        value = loss(runner.params, *seen)
        return value, *_seen(runner, value, jnp.int32(steps))

    side_by_side = _side_by_side(begin, batches, runs, memory)
    chunks = -(-runs // side_by_side)
    numbers = jnp.minimum(first + jnp.arange(chunks * side_by_side), total - 1)
    chunk = partial(_chunk, begin, own, step, end, side_by_side, steps)
    found = jax.lax.map(chunk, numbers.reshape(chunks, side_by_side))
    return [leaf.reshape(-1)[:runs] for leaf in found]


def _side_by_side(begin: Any, batches: Batches, total: int, memory: int) -> int:
    """Return how many runs to compute side by side: those that fit the budget, and the cache."""
    carried = jax.eval_shape(begin, jnp.arange(1)[0]), batches.example()
    sizes = [leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(carried)]
    each = 4 * sum(sizes)  # the old, the new, the gradient and what is computed on the way
    fit = memory // each
    if jax.default_backend() == "cpu":
        fit = min(fit, max(1, 4 * CACHE // each))
    chunks = -(-total // max(1, min(fit, total)))
    return int(-(-total // chunks))  # even chunks: little is computed for nothing


def _chunk(
    begin: Any, own: Any, step: Any, end: Any, runs: int, steps: int, numbers: jax.Array
) -> Any:
    """Run a chunk of runs side by side, as lanes."""
    number = numbers[0]
    runner, mine = jax.eval_shape(begin, number), jax.eval_shape(own, number)
    jaxpr, last = jax.make_jaxpr(step)(runner, mine, number), jax.make_jaxpr(end)(runner)
    if entries.are_small(jaxpr) and entries.are_small(last):
        begin, jaxpr, last = _entry_by_entry(begin, jaxpr, last, number)
    start = lanes.evaluate(jax.make_jaxpr(begin)(number), [(numbers, True)], runs)
    constant = lanes.evaluate(jax.make_jaxpr(own)(number), [(numbers, True)], runs)

    def advance(carried: list[lanes.Lane], t: jax.Array) -> list[lanes.Lane]:
        return lanes.evaluate(jaxpr, [*carried, *constant, (t, False)], runs)

    flags = _settled(partial(advance, t=number), start, runs)

    def body(values: Any, t: jax.Array) -> Any:
        after = advance([*zip(values, flags, strict=True)], t)
        return _spread(after, flags, runs), None

    values = _spread(start, flags, runs)
    values, _ = jax.lax.scan(body, values, jnp.arange(steps, dtype=numbers.dtype))
    found = lanes.evaluate(last, [*zip(values, flags, strict=True)], runs)
    return [lanes.spread(lane, runs) for lane in found]


def _entry_by_entry(begin: Any, step: Any, end: Any, number: Any) -> Any:
    """Return the same program with each entry of each array carried on its own."""
    shapes = [leaf.shape for leaf in jax.tree.leaves(jax.eval_shape(begin, number))]

    def begun(number: Any) -> Any:
        return [list(entries.apart(leaf).flat) for leaf in jax.tree.leaves(begin(number))]

    def split(closed: Any) -> Any:
        def evaluated(carried: Any, *others: Any) -> Any:
            parts = [entries.array(*pair) for pair in zip(carried, shapes, strict=True)]
            parts += [entries.apart(other) for other in others]
            return [list(part.flat) for part in entries.evaluate(closed, parts)]

        others = [v.aval for v in closed.jaxpr.invars[len(shapes) :]]
        return jax.make_jaxpr(evaluated)(jax.eval_shape(begun, number), *others)

    return begun, split(step), split(end)


def _spread(found: list[lanes.Lane], flags: list[bool], runs: int) -> list[Any]:
    """Return values, with an axis of runs where the flags say so."""
    pairs = zip(found, flags, strict=True)
    return [lanes.spread(lane, runs) if flag else lane[0] for lane, flag in pairs]


def _settled(advance: Any, start: list[lanes.Lane], runs: int) -> list[bool]:
    """Return which of the carried values differ between runs, at the start or at any step."""
    flags = [flag for _, flag in start]
    while True:
        found: list[bool] = []

        def look(values: Any, flags: list[bool] = flags, found: list[bool] = found) -> None:
            after = advance([*zip(values, flags, strict=True)])
            found.extend(flag for _, flag in after)

        jax.eval_shape(look, _spread(start, flags, runs))
        after = [a or b for a, b in zip(flags, found, strict=True)]
        if after == flags:
            return flags
        flags = after


def _rates(value: Any) -> jax.Array:
    try:
        rates = jnp.asarray(value, float)
    except (TypeError, ValueError):
        raise TypeError(f"learning_rates is {value!r}; expected numbers >= 0") from None
    if rates.ndim != 1 or not rates.size or not bool((jnp.isfinite(rates) & (rates >= 0)).all()):
        raise ValueError(f"learning_rates is {value!r}; expected numbers >= 0, at least one")
    return rates


def _keys(seeds: Any) -> Any:
    if seeds is None:
        return None
    if getattr(seeds, "ndim", None) != 1 or not jnp.issubdtype(seeds.dtype, jax.dtypes.prng_key):
        raise TypeError(
            f"seeds is {seeds!r}; expected keys such as jax.random.split(jax.random.key(0), 3)"
        )
    return seeds
