"""What each primitive of JAX is in scalar operations, by family.

A rule is ``rule(evaluation, equation, *arrays)`` and returns an array, or a list of arrays, of
expressions. Rules in ``KNOWING`` see constant operands as they are; the others see expressions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gdbook.live.primitives import (
    arithmetic,
    calls,
    contractions,
    functions,
    indexing,
    linear,
    logic,
    reductions,
    shapes,
    sorting,
)

Rule = Callable[..., Any]

ELEMENTWISE: dict[str, Rule] = {**arithmetic.RULES, **functions.RULES, **logic.RULES}
"""``rule(expressions, equation, *nodes) -> node``, applied entry by entry."""

WHOLE: dict[str, Rule] = {
    **shapes.RULES,
    **reductions.RULES,
    **contractions.RULES,
    **sorting.RULES,
    **linear.RULES,
}
"""Rules on whole arrays of expressions."""

KNOWING: dict[str, Rule] = {**calls.RULES, **indexing.RULES}
"""Rules that must know which operands are constant."""
