"""What cannot be emitted, and what to do instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class EmitError(NotImplementedError):
    """A function that has no JavaScript: says which primitive, where it stands, and the way out."""


class Refusal(Exception):  # noqa: N818  (not an error yet: one of a rule's two outcomes)
    """Raised by a rule, which knows the reason; the evaluation adds the primitive and the place."""


def complaint(name: str, eqn: Any, reason: str) -> EmitError:
    """Return the error for one equation of the function ``name``."""
    place = where(eqn)
    return EmitError(f"{eqn.primitive.name!r} in {name}{place} cannot be emitted: {reason}")


def where(eqn: Any) -> str:
    """Return " (file:line)" of the user's line that an equation comes from, if JAX recorded it."""
    traceback = getattr(getattr(eqn, "source_info", None), "traceback", None)
    for frame in getattr(traceback, "frames", None) or ():
        path = Path(frame.file_name)
        if "jax" not in path.parts and HERE not in path.parents:
            return f" ({path.name}:{frame.line_num})"
    return ""
