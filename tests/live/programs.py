"""Random programs: compositions of functions of JAX on small arrays, and how they are checked.

How far two correct programs may part is decided by their cancellations, so programs are checked
equation by equation: JAX gets the very numbers that the browser's code computed just before. What
is compared is then one rounding, and 1e-12 is a claim about every one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import Literal

import gdbook as gd
from gdbook.live.primitives import ELEMENTWISE
from tests.live.node import SPECIAL, TINY, assert_close, flat, run

STARTS = (((), float), ((3,), float), ((2, 3), float), ((3,), np.int32))
"""The shapes and dtypes of every program's inputs."""

Step = tuple[int, int, int, int]


def _matched(x: Any, y: Any) -> Any:
    """Return y in a shape that goes with x's."""
    try:
        jnp.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        return y.ravel()[0]
    return y


def _two(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, y, z: function(x, _matched(x, y))


def _product(x: Any, y: Any, z: Any) -> Any:
    x, y = jnp.atleast_1d(x), jnp.atleast_1d(y)
    return x @ y if x.shape[-1] == y.shape[0 if y.ndim == 1 else -2] else jnp.outer(x[..., 0], y)


def _grad(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, y, z: jax.grad(lambda v: jnp.sum(function(v, _matched(v, y), z)))(x)


def _smaller(x: Any) -> Any:
    """Return no more than six entries, so that programs stay small."""
    return x.ravel()[:6] if x.size > 6 else x


FLOAT: dict[str, Callable[..., Any]] = {
    "add": _two(jnp.add), "sub": _two(jnp.subtract), "mul": _two(jnp.multiply),
    "div": _two(jnp.divide), "max": _two(jnp.maximum), "min": _two(jnp.minimum),
    "pow": _two(jnp.power), "atan2": _two(jnp.arctan2), "fmod": _two(jnp.fmod),
    "hypot": _two(jnp.hypot), "mod": _two(jnp.mod), "logaddexp": _two(jnp.logaddexp),
    "where": lambda x, y, z: jnp.where(x > _matched(x, y), x, z.ravel()[0]),
    "clip": lambda x, y, z: jnp.clip(x, -1.0, _matched(x, y)),
    **{name: lambda x, y, z, name=name: getattr(jnp, name)(x) for name in (
        "abs", "sign", "sqrt", "cbrt", "exp", "exp2", "expm1", "log", "log1p", "sin", "cos", "tan",
        "arcsin", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arctanh", "floor", "ceil", "round",
        "square", "negative", "nan_to_num", "sinc", "cumsum", "cumprod", "transpose", "ravel",
        "sum", "prod", "mean", "max", "min", "flip", "var", "atleast_2d",
    )},
    "sort": lambda x, y, z: jnp.sort(x.ravel()),
    "softplus": lambda x, y, z: jax.nn.softplus(x),
    "sigmoid": lambda x, y, z: jax.nn.sigmoid(x),
    "gelu": lambda x, y, z: jax.nn.gelu(x, approximate=False),
    "relu": lambda x, y, z: jax.nn.relu(x),
    "softmax": lambda x, y, z: jax.nn.softmax(jnp.atleast_1d(x)),
    "logsumexp": lambda x, y, z: jax.nn.logsumexp(x),
    "erf": lambda x, y, z: jax.lax.erf(x),
    "cube": lambda x, y, z: x**3, "inverse square": lambda x, y, z: x**-2,
    "halves": lambda x, y, z: x / 2 + 0.1, "twice": lambda x, y, z: 2 * x - 1,
    "roll": lambda x, y, z: jnp.roll(x, 1), "pad": lambda x, y, z: jnp.pad(x, 1),
    "stack": lambda x, y, z: jnp.stack([x, x + 1]), "product": _product,
    "first": lambda x, y, z: x[..., 0] if x.ndim else x,
    "take": lambda x, y, z: x[..., np.array([0, -1, 0])] if x.ndim else x,
    "set": lambda x, y, z: x.at[0].set(y.ravel()[0]) if x.ndim else y,
    "add at": lambda x, y, z: x.at[-1].add(y.ravel()[0]) if x.ndim else y,
    "norm": lambda x, y, z: jnp.sqrt(jnp.sum(x**2)),
    "grad": _grad(lambda x, y, z: jnp.tanh(x) * y + x**2),
    "grad of max": _grad(lambda x, y, z: jnp.maximum(x, y) * jnp.max(x)),
    "grad of softplus": _grad(lambda x, y, z: jax.nn.softplus(x * y)),
    "grad of where": _grad(lambda x, y, z: jnp.where(x > y, jnp.exp(x), x * y)),
    "grad of power": _grad(lambda x, y, z: jnp.abs(x) ** 1.5 + x**y),
    "grad of norm": _grad(lambda x, y, z: jnp.sqrt(jnp.sum(x**2) + 1) * jnp.cumsum(x)),
    "hessian": lambda x, y, z: jax.hessian(lambda v: jnp.sum(v**2 * jnp.cos(v)))(x.ravel()[:2]),
    "place": lambda x, y, z: jnp.argmax(x).astype(float),
    "lowest": lambda x, y, z: jnp.argmin(x, axis=-1).astype(float) if x.ndim else x,
    "any": lambda x, y, z: jnp.any(x > 1).astype(float) + jnp.all(jnp.isfinite(x)),
    "whole": lambda x, y, z: x.astype(np.int32),
}  # fmt: skip
INTEGER: dict[str, Callable[..., Any]] = {
    "add": _two(jnp.add), "sub": _two(jnp.subtract), "mul": _two(jnp.multiply),
    "quotient": _two(jnp.floor_divide), "remainder": _two(jnp.remainder),
    "and": _two(jnp.bitwise_and), "or": _two(jnp.bitwise_or), "xor": _two(jnp.bitwise_xor),
    "left": lambda x, y, z: x << 3, "right": lambda x, y, z: x >> 2,
    "max": _two(jnp.maximum), "negative": lambda x, y, z: -x, "abs": lambda x, y, z: jnp.abs(x),
    "sum": lambda x, y, z: jnp.sum(x, dtype=np.int32), "sort": lambda x, y, z: jnp.sort(x.ravel()),
    "prod": lambda x, y, z: jnp.prod(x, dtype=np.int32),
    "float": lambda x, y, z: x.astype(float), "cube": lambda x, y, z: x**3,
}  # fmt: skip

steps = st.tuples(*[st.integers(0, 2**16)] * 4)
programs = st.lists(steps, min_size=1, max_size=7)
seeds = st.integers(0, 2**32 - 1)


def function_of(program: list[Step]) -> Callable[..., Any]:
    """Return the function that a program describes; a step works on any of the values so far."""

    def composed(*inputs: Any) -> Any:
        values = list(inputs)
        for operation, *places in program:
            x = values[places[0] % len(values)]
            table = INTEGER if jnp.issubdtype(x.dtype, jnp.integer) else FLOAT
            alike = [value for value in values if value.dtype == x.dtype]
            y, z = (alike[place % len(alike)] for place in places[1:])
            name = list(table)[operation % len(table)]
            values.append(_smaller(jnp.asarray(table[name](x, y, z))))
        return values[-1], values[-2]

    return composed


def inputs_of(seed: int) -> list[np.ndarray]:
    """Return inputs of all sizes, some of them special."""
    draw = np.random.default_rng(seed)
    wild = draw.random() < 0.5

    def some(shape: Any, dtype: Any) -> np.ndarray:
        if dtype is np.int32:
            return draw.integers(-40, 40, shape).astype(np.int32)
        values = draw.normal(size=shape) * 10.0 ** draw.integers(-2, 3)
        return np.where(wild & (draw.random(shape) < 0.4), draw.choice(SPECIAL, shape), values)

    return [some(shape, dtype) for shape, dtype in STARTS]


class Every:
    """A function that returns every value that another computes on its way.

    Attributes:
        equations: for each equation, the places of its operands and results among the values.
        outputs: the places of what the program returns.
        values: the values it was traced with, or computed, last.
    """

    def __init__(self, program: Any):
        self.program = program
        self.equations: list[tuple[Any, list[int], list[int]]] = []
        self.outputs: list[int] = []
        self.values: list[Any] = []

    def __call__(self, *inputs: Any) -> Any:
        """Return all values, and note which equation made which."""
        self.equations = []
        values = list(inputs)
        places = list(range(len(values)))
        self.outputs = self._run(self.program.jaxpr, self.program.consts, places, values)
        self.values = values
        return values

    def _run(self, jaxpr: Any, constants: Any, places: list[int], values: list[Any]) -> list[int]:
        known = dict(zip(jaxpr.invars, places, strict=True))

        def place(atom: Any) -> int:
            if not isinstance(atom, Literal):
                return known[atom]
            values.append(jnp.asarray(atom.val, atom.aval.dtype))
            return len(values) - 1

        for variable, constant in zip(jaxpr.constvars, constants, strict=True):
            values.append(jnp.asarray(constant))
            known[variable] = len(values) - 1
        for eqn in jaxpr.eqns:
            operands = [place(atom) for atom in eqn.invars]
            inner = eqn.params.get("jaxpr") or eqn.params.get("call_jaxpr")
            if inner is not None:
                results = self._run(inner.jaxpr, inner.consts, operands, values)
            else:
                outcome = eqn.primitive.bind(*(values[i] for i in operands), **eqn.params)
                outcomes = outcome if eqn.primitive.multiple_results else [outcome]
                results = list(range(len(values), len(values) + len(outcomes)))
                values += outcomes
                self.equations.append((eqn, operands, results))
            known.update(zip(eqn.outvars, results, strict=True))
        return [place(atom) for atom in jaxpr.outvars]


SUMS = {"reduce_sum", "dot_general", "cumsum", "scatter-add", "add_any", "add", "sub"}


def check_program(program: list[Step], seed: int) -> None:
    """Assert that the emitted program computes, equation by equation, what JAX computes."""
    inputs = inputs_of(seed)
    with np.errstate(all="ignore"):
        jaxpr = jax.make_jaxpr(function_of(program))(*inputs)
        every = Every(jaxpr)
        module = gd.live.emit(every, *inputs)
    traced = [np.empty(np.shape(value), value.dtype) for value in every.values]
    cuts = np.cumsum([array.size for array in traced])[:-1]
    got = np.split(run(module, flat(inputs))[0], cuts)
    values = [x.reshape(t.shape).astype(t.dtype) for x, t in zip(got, traced, strict=True)]
    for eqn, operands, results in every.equations:
        check_equation(eqn, [values[i] for i in operands], [values[i] for i in results])
    alone = run(gd.live.emit(function_of(program), *inputs), flat(inputs))[0]
    np.testing.assert_array_equal(alone, flat([values[i] for i in every.outputs]))


def check_equation(eqn: Any, operands: list[Any], results: list[Any]) -> None:
    """Assert that one equation's results are what JAX makes of its operands."""
    if any(np.any((np.abs(x) < TINY) & (x != 0)) for x in operands if x.dtype.kind == "f"):
        return  # what XLA takes for 0
    scales: Any = [0.0] * len(results)
    with np.errstate(all="ignore"):
        if eqn.primitive.name in SUMS:
            sizes = [np.abs(x) if x.dtype.kind == "f" else x for x in operands]
            scales = reference(eqn, sizes)
        wanted = reference(eqn, operands)
    for got, right, scale in zip(results, wanted, scales, strict=True):
        try:
            assert_close(got.astype(float), np.asarray(right).astype(float), scale)
        except AssertionError as error:
            raise AssertionError(f"{eqn} of {operands}: {error}") from None


NUMPY: dict[str, Callable[..., Any]] = {
    "reshape": lambda p, x: x.reshape(p["new_sizes"]),
    "squeeze": lambda p, x: np.squeeze(x, p["dimensions"]),
    "transpose": lambda p, x: np.transpose(x, p["permutation"]),
    "rev": lambda p, x: np.flip(x, p["dimensions"]),
    "concatenate": lambda p, *xs: np.concatenate(xs, p["dimension"]),
    "slice": lambda p, x: x[tuple(map(slice, p["start_indices"], p["limit_indices"],
                                      p["strides"] or [1] * x.ndim))],
    "reduce_sum": lambda p, x: np.sum(x, p["axes"], dtype=x.dtype),
    "reduce_prod": lambda p, x: np.prod(x, p["axes"], dtype=x.dtype),
    "reduce_max": lambda p, x: np.max(x, p["axes"]),
    "reduce_min": lambda p, x: np.min(x, p["axes"]),
    "reduce_and": lambda p, x: np.all(x, p["axes"]),
    "reduce_or": lambda p, x: np.any(x, p["axes"]),
    "argmax": lambda p, x: np.argmax(x, p["axes"][0]),
    "argmin": lambda p, x: np.argmin(x, p["axes"][0]),
    "cumsum": lambda p, x: _reversed(np.cumsum, p, x),
    "cumprod": lambda p, x: _reversed(np.cumprod, p, x),
    "cummax": lambda p, x: _reversed(np.maximum.accumulate, p, x),
    "stack": lambda p, *xs: np.stack(xs, p["axis"]),
    "copy": lambda p, x: x, "stop_gradient": lambda p, x: x,
}  # fmt: skip
"""What has a one-line equivalent in NumPy; each is compared with JAX in the tests of its rule."""


def _reversed(function: Any, p: Any, x: Any) -> Any:
    flip = (lambda y: np.flip(y, p["axis"])) if p["reverse"] else (lambda y: y)
    return flip(function(flip(x), p["axis"]))


def reference(eqn: Any, operands: list[Any]) -> list[Any]:
    """Return an equation's results by NumPy or JAX.

    JAX compiles every primitive for every shape. Entrywise ones get arrays of one length, so that
    each is compiled once.
    """
    name, shape = eqn.primitive.name, eqn.outvars[0].aval.shape
    if name in NUMPY:
        return [np.asarray(NUMPY[name](eqn.params, *operands))]
    if name == "broadcast_in_dim":
        inner = [1] * len(shape)
        for axis, size in zip(eqn.params["broadcast_dimensions"], operands[0].shape, strict=True):
            inner[axis] = size
        return [np.broadcast_to(operands[0].reshape(inner), shape)]
    if name in ELEMENTWISE:
        operands = [np.resize(np.broadcast_to(x, shape), 64) for x in operands]
    outcome = eqn.primitive.bind(*map(jnp.asarray, operands), **eqn.params)
    if name in ELEMENTWISE:
        return [np.asarray(outcome)[: int(np.prod(shape))].reshape(shape)]
    return list(outcome) if eqn.primitive.multiple_results else [outcome]
