"""Many runs at once with the axis of runs last, so that processors take runs side by side.

``jax.vmap`` moves the axis of runs to the front. For a handful of parameters that leaves arrays of
shape (runs, 2), whose innermost loop has length 2, and it gives each run a step counter of its
own. Here the jaxpr of one run is evaluated with the runs last, as lanes; what is equal in all of
them stays one value. Where there is no rule for lanes, ``vmap`` does it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

ENTRYWISE = frozenset(
    [
        "abs",
        "add",
        "add_any",
        "and",
        "atan2",
        "ceil",
        "clamp",
        "convert_element_type",
        "copy",
        "cos",
        "cosh",
        "div",
        "eq",
        "erf",
        "exp",
        "exp2",
        "expm1",
        "floor",
        "ge",
        "gt",
        "integer_pow",
        "is_finite",
        "le",
        "log",
        "log1p",
        "logistic",
        "lt",
        "max",
        "min",
        "mul",
        "ne",
        "neg",
        "not",
        "or",
        "pow",
        "rem",
        "round",
        "rsqrt",
        "select_n",
        "sign",
        "sin",
        "sinh",
        "sqrt",
        "square",
        "stop_gradient",
        "sub",
        "tan",
        "tanh",
        "xor",
    ]
)
INLINED = frozenset(["closed_call", "custom_jvp_call", "custom_vjp_call", "jit", "pjit"])
REDUCTIONS = frozenset(
    ["reduce_and", "reduce_max", "reduce_min", "reduce_or", "reduce_prod", "reduce_sum"]
)
Lane = tuple[Any, bool]
"""A value, and whether its last axis is that of runs."""


def evaluate(closed: Any, arguments: Sequence[Lane], runs: int) -> list[Lane]:
    """Evaluate the jaxpr of one run for many.

    Args:
        closed: what ``jax.make_jaxpr`` returned for one run.
        arguments: one value for each input, each with or without an axis of runs.
        runs: how many runs there are.

    Returns:
        One value for each output; those without an axis of runs are the same in all.
    """
    known: dict[Any, Lane] = {}
    jaxpr = closed.jaxpr
    known.update(zip(jaxpr.constvars, [(value, False) for value in closed.consts], strict=True))
    known.update(zip(jaxpr.invars, arguments, strict=True))

    def read(atom: Any) -> Lane:
        return (atom.val, False) if hasattr(atom, "val") else known[atom]

    for equation in jaxpr.eqns:
        outcomes = _apply(equation, [read(atom) for atom in equation.invars], runs)
        known.update(zip(equation.outvars, outcomes, strict=True))
    return [read(atom) for atom in jaxpr.outvars]


def spread(lane: Lane, runs: int) -> Any:
    """Return a value with its axis of runs, made if there was none."""
    value, laned = lane
    if laned:
        return value
    value = jnp.asarray(value)
    return jnp.broadcast_to(value[..., None], (*value.shape, runs))


def called(equation: Any) -> Any:
    """Return the jaxpr of a function that an equation merely calls, or None."""
    options = equation.params
    inner = options.get("jaxpr", options.get("call_jaxpr"))
    return inner if hasattr(inner, "consts") and equation.primitive.name in INLINED else None


def _apply(equation: Any, inputs: list[Lane], runs: int) -> list[Lane]:
    name, options = equation.primitive.name, equation.params
    inner = called(equation)
    if inner is not None:
        return evaluate(inner, inputs, runs)
    laned = [flag for _, flag in inputs]
    if not any(laned):
        return _outcomes(equation, [value for value, _ in inputs], options, False)
    rule = _rule(name)
    changed = rule(options, equation, runs) if rule else None
    one_source = name in ENTRYWISE or name == "concatenate" or not any(laned[1:])
    if changed is None or not one_source:
        axes = [-1 if flag else None for flag in laned]
        every: Any = jax.vmap(
            lambda *values: _bound(equation, values, options), in_axes=axes, out_axes=-1
        )
        return [(value, True) for value in every(*(value for value, _ in inputs))]
    if name in ENTRYWISE:  # which may mix scalars and arrays
        shape = (*equation.outvars[0].aval.shape, runs)
        values = [jnp.broadcast_to(spread(lane, runs), shape) for lane in inputs]
    elif name == "concatenate":
        values = [spread(lane, runs) for lane in inputs]
    else:
        values = [value for value, _ in inputs]
    return _outcomes(equation, values, changed, True)


def _bound(equation: Any, values: Any, options: Any) -> list[Any]:
    found = equation.primitive.bind(*values, **options)
    return list(found) if equation.primitive.multiple_results else [found]


def _outcomes(equation: Any, values: Any, options: Any, laned: bool) -> list[Lane]:
    return [(value, laned) for value in _bound(equation, values, options)]


def _rule(name: str) -> Callable[[Any, Any, int], dict[str, Any]] | None:
    """Return how a primitive's options change when there is one axis more at the end."""
    if name in ENTRYWISE or name in REDUCTIONS or name in {"concatenate", "squeeze", "cumsum"}:
        return lambda options, equation, runs: options
    return _RULES.get(name)


def _broadcast_in_dim(options: Any, equation: Any, runs: int) -> dict[str, Any]:
    last = len(options["shape"])
    dims = (*options["broadcast_dimensions"], last)
    return {**options, "shape": (*options["shape"], runs), "broadcast_dimensions": dims}


def _reshape(options: Any, equation: Any, runs: int) -> dict[str, Any]:
    return {**options, "new_sizes": (*options["new_sizes"], runs)}


def _transpose(options: Any, equation: Any, runs: int) -> dict[str, Any]:
    order = options["permutation"]
    return {**options, "permutation": (*order, len(order))}


def _slice(options: Any, equation: Any, runs: int) -> dict[str, Any]:
    strides = options["strides"]
    return {
        "start_indices": (*options["start_indices"], 0),
        "limit_indices": (*options["limit_indices"], runs),
        "strides": None if strides is None else (*strides, 1),
    }


def _pad(options: Any, equation: Any, runs: int) -> dict[str, Any]:
    return {**options, "padding_config": (*options["padding_config"], (0, 0, 0))}


_RULES: dict[str, Callable[[Any, Any, int], dict[str, Any]]] = {
    "broadcast_in_dim": _broadcast_in_dim,
    "reshape": _reshape,
    "transpose": _transpose,
    "slice": _slice,
    "pad": _pad,
}
