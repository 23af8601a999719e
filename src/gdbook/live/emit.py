"""A JAX function as the text of a JavaScript module: ``gd.live.emit``."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from gdbook.live import names, printer, runtime
from gdbook.live.errors import EmitError, Refusal
from gdbook.live.evaluate import Evaluation
from gdbook.live.expressions import Expressions, Node, array
from gdbook.live.names import Leaf
from gdbook.live.operations import OPERATIONS

COLUMNS = 100


def emit(fn: Callable[..., Any], *example_args: Any) -> str:
    """Return the text of a JavaScript module that computes what a JAX function computes.

    The module exports ``kernel(input, output)``, which reads the arguments from one flat array of
    doubles and writes the results to another, leaves in pytree order, booleans as 0 and 1; and
    ``inputs`` and ``outputs``, their lengths. All inputs are read before an output is written, so
    that both may be the same array.

    Everything floating-point is computed in double precision, single precision only after an
    explicit cast to it. Shapes are static. What depends on no input is computed now, by JAX; equal
    expressions are computed once, unused ones not at all. ``cond`` on an input becomes a choice
    between the results of all branches; ``scan`` and ``while`` on inputs are refused, for in the
    page the browser owns the loop.

    Args:
        fn: a function of pytrees of arrays, such as ``jax.value_and_grad(loss)`` or a step
            ``(params, state, learning_rate) -> (params, state)``.
        example_args: arguments like those to come; of the numbers only shapes and dtypes count.

    Returns:
        The text of an ES module.

    Raises:
        EmitError: if the function needs a primitive that has no JavaScript, or more than
            50 000 scalar operations.
        TypeError: if an argument is not made of numbers.

    Example:
        >>> import jax
        >>> import gdbook as gd
        >>> module = gd.live.emit(jax.grad(gd.surfaces.bowl), [2.5, 2.5])
        >>> print("".join(line for line in module.splitlines(True) if "output[" in line), end="")
          output[0] = 2 * params0; // [0]
          output[1] = 2 * params1; // [1]
    """
    name = names.of_function(fn)
    with jax.enable_x64(True), jax.default_device(jax.local_devices(backend="cpu")[0]):
        arguments = _arguments(fn, example_args)
        structs = tuple(tree for _, tree in arguments)
        program, results = jax.make_jaxpr(fn, return_shape=True)(*structs)
        expressions = Expressions()
        try:
            nodes = _nodes(program, Evaluation(name, expressions))
        except Refusal as refusal:  # of an argument or a result as such
            raise EmitError(f"{name} cannot be emitted: {refusal}") from None
    return _module(name, names.of_leaves(arguments), names.of_leaves([("", results)]), nodes)


def _arguments(fn: Any, example_args: tuple[Any, ...]) -> list[tuple[str, Any]]:
    """Return each argument's name, and its leaves as shapes and dtypes."""
    found = []
    for name, tree in zip(names.of_arguments(fn, len(example_args)), example_args, strict=True):
        leaves, structure = jax.tree_util.tree_flatten_with_path(tree)
        structs = [_struct(name + jax.tree_util.keystr(path), leaf) for path, leaf in leaves]
        found.append((name, jax.tree.unflatten(structure, structs)))
    return found


def _struct(title: str, leaf: Any) -> jax.ShapeDtypeStruct:
    """Return a leaf's shape and dtype; every float becomes a double."""
    try:
        shape, dtype = np.shape(leaf), np.dtype(getattr(leaf, "dtype", type(leaf)))
        fits = dtype.kind in "biuf" or dtype.name in {"bfloat16", "float16"}
    except TypeError:
        fits = False
    if not fits:
        raise TypeError(f"{title} is {leaf!r}; expected a number or an array of numbers")
    dtype = dtype if dtype.kind in "biu" else np.dtype(float)
    return jax.ShapeDtypeStruct(shape, dtype)  # type: ignore[no-untyped-call]


def _nodes(program: Any, evaluation: Evaluation) -> list[Node]:
    """Return the expression of every output."""
    e = evaluation.expressions
    arrays, number = [], 0
    for aval in program.in_avals:
        size = math.prod(aval.shape)
        nodes = [e.input(number + i) for i in range(size)]
        if str(aval.dtype) == "bool":
            nodes = [e("ne", node, e.constant(0)) for node in nodes]
        arrays.append(array(nodes, aval.shape))
        number += size
    outcomes = evaluation.run(program, arrays)
    found: list[Node] = []
    for value, aval in zip(outcomes, program.out_avals, strict=True):
        found += evaluation.doubles(value, aval.dtype)
    return found


def _module(name: str, inputs: list[Leaf], outputs: list[Leaf], nodes: list[Node]) -> str:
    """Return the text of the module."""
    alive = printer.live(nodes)
    called = {OPERATIONS[n.operation].helper for n in alive if n.arguments} - {""}
    helpers = runtime.needed(called)
    lines, results = printer.statements(nodes, [leaf.identifier for leaf in inputs], called)
    read = sorted(node.value for node in alive if node.operation == "input")
    body = [
        *_declarations(inputs, read),
        *lines,
        *(
            f"output[{i}] = {text};" + (f" // {leaf.title}" if leaf.title else "")
            for i, (text, leaf) in enumerate(zip(results, outputs, strict=True))
        ),
    ]
    sections = [
        _header(name, inputs, outputs),
        f"export const inputs = {len(inputs)};\nexport const outputs = {len(outputs)};\n",
        *helpers,
        "export function kernel(input, output) {\n"
        + "".join(f"  {line}\n" for line in body)
        + "}\n",
    ]
    return "\n".join(sections)


def _declarations(inputs: list[Leaf], read: list[int]) -> list[str]:
    """Return the statements that read the inputs, as many to a line as fit."""
    parts = [f"{inputs[i].identifier} = input[{i}]" for i in read]
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) < COLUMNS - 6:
            lines[-1] += f", {part}"
        else:
            lines.append(f"const {part}")
    return [f"{line};" for line in lines]


def _header(name: str, inputs: list[Leaf], outputs: list[Leaf]) -> str:
    """Return the comment that says what the module computes, from what."""
    results = [leaf.title or "the result" for leaf in outputs]
    text = [
        f"{name}, compiled from JAX.",
        f"Input: {_listed([leaf.title for leaf in inputs])}.",
        f"Output: {_listed(results)}.",
    ]
    wrapped = [line for part in text for line in textwrap.wrap(part, COLUMNS - 3)]
    return "".join(f"// {line}\n" for line in wrapped)


def _listed(titles: list[str]) -> str:
    if not titles:
        return "nothing"
    return ", ".join(titles if len(titles) <= 12 else [*titles[:8], "…", titles[-1]])
