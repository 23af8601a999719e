"""A jaxpr evaluated on arrays of expressions: what is constant stays JAX's, the rest is written."""

from __future__ import annotations

from typing import Any

import numpy as np
from jax.extend.core import ClosedJaxpr, Literal

from gdbook.live import constants
from gdbook.live.dtypes import check, convert
from gdbook.live.errors import Refusal, complaint
from gdbook.live.expressions import Expressions, Node, array
from gdbook.live.primitives import ELEMENTWISE, KNOWING, WHOLE

Array = Any
"""An array of expressions, dtype object; or any other array, which is constant."""

IN_THE_PAGE = "write a function of one step; in the page, the browser owns the loop"
UNROLL = f"unroll a short loop with Python's own for; or {IN_THE_PAGE}"
DRAW = "draw with a constant key, or make the drawn numbers an input"
WAYS_OUT = {
    "while": UNROLL, "scan": UNROLL,
    "random_bits": DRAW, "random_wrap": DRAW, "random_unwrap": DRAW, "random_seed": DRAW,
    "random_split": DRAW, "random_fold_in": DRAW, "threefry2x32": DRAW,
    "pure_callback": "Python is not there in the page",
    "io_callback": "Python is not there in the page",
    "debug_callback": "Python is not there in the page; take jax.debug.print out",
    "lu": "use jnp.linalg.cholesky, or write the solution of a 2 by 2 system out",
}  # fmt: skip


class Evaluation:
    """One evaluation of one function.

    Attributes:
        name: what the function is called in complaints.
        expressions: the maker of its expressions.
    """

    def __init__(self, name: str, expressions: Expressions):
        self.name = name
        self.expressions = expressions

    def run(self, program: Any, values: Any) -> list[Array]:
        """Return the outputs of a jaxpr for arrays, constant or symbolic.

        Raises:
            EmitError: if a primitive cannot be written in JavaScript.
        """
        jaxpr, captured = (
            (program.jaxpr, program.consts) if isinstance(program, ClosedJaxpr) else (program, ())
        )
        known = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*captured, *values], strict=True))

        def read(atom: Any) -> Array:
            return atom.val if isinstance(atom, Literal) else known[atom]

        for eqn in jaxpr.eqns:
            outcomes = self._equation(eqn, [read(atom) for atom in eqn.invars])
            known.update(zip(eqn.outvars, outcomes, strict=True))
        return [read(atom) for atom in jaxpr.outvars]

    def nodes(self, value: Array) -> Array:
        """Return an array as one of expressions."""
        return value if self.is_symbolic(value) else self.expressions.constants(value)

    def doubles(self, value: Array, dtype: Any) -> list[Node]:
        """Return an array's entries as numbers that go into an array of doubles."""
        check(dtype)
        e, double = self.expressions, np.dtype(float)
        return [convert(e, dtype, double, node) for node in self.nodes(value).ravel()]

    @staticmethod
    def is_symbolic(value: Array) -> bool:
        """Whether an array depends on the inputs."""
        return isinstance(value, np.ndarray) and value.dtype == object

    def _equation(self, eqn: Any, values: list[Array]) -> list[Array]:
        name = eqn.primitive.name
        try:
            if name not in KNOWING and not any(map(self.is_symbolic, values)):
                return constants.evaluated(eqn, values)
            outcomes = self._rule(eqn, values)
            return [self._settled(x, v.aval) for x, v in zip(outcomes, eqn.outvars, strict=True)]
        except Refusal as refusal:
            raise complaint(self.name, eqn, str(refusal)) from None

    def _rule(self, eqn: Any, values: list[Array]) -> list[Array]:
        name = eqn.primitive.name
        if name in KNOWING:
            outcomes = KNOWING[name](self, eqn, *values)
        elif name in ELEMENTWISE:
            _check_dtypes(eqn)
            nodes = map(self.nodes, values)
            outcomes = _entry_by_entry(ELEMENTWISE[name], self.expressions, eqn, nodes)
        elif name in WHOLE:
            _check_dtypes(eqn)
            outcomes = WHOLE[name](self, eqn, *map(self.nodes, values))
        else:
            known = "no rule writes it as scalar arithmetic; use other functions, or compute it "
            raise Refusal(WAYS_OUT.get(name, known + "in Python and hand it in as an input"))
        return list(outcomes) if isinstance(outcomes, (list, tuple)) else [outcomes]

    def _settled(self, value: Array, aval: Any) -> Array:
        """Return an array of constants as such, so that it can be an index or JAX's again."""
        value = np.asarray(value)  # one entry taken out of an array is an array too
        if not self.is_symbolic(value) or not all(node.is_constant for node in value.flat):
            return value
        numbers = [node.value for node in value.flat]
        return np.array(numbers).reshape(value.shape).astype(aval.dtype)


def _check_dtypes(eqn: Any) -> None:
    for variable in (*eqn.invars, *eqn.outvars):
        check(variable.aval.dtype)


def _entry_by_entry(rule: Any, e: Expressions, eqn: Any, operands: Any) -> Array:
    operands = np.broadcast_arrays(*operands)
    entries = zip(*(x.ravel() for x in operands), strict=True)
    return array((rule(e, eqn, *nodes) for nodes in entries), operands[0].shape)
