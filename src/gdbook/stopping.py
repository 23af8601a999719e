"""When a walk ends before its steps do: criteria that work inside the compiled loop."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from gdbook import checks


@partial(
    jax.tree_util.register_dataclass,
    data_fields=["loss", "grad_norm", "patience", "improvement"],
    meta_fields=[],
)
@dataclass(frozen=True)
class Stop:
    """A walk's reasons to end, of which one is enough; those that are None are not asked.

    Attributes:
        loss: a loss at or below this is low enough.
        grad_norm: a gradient at or below this length is flat enough.
        patience: so many steps in a row without improvement are too many.
        improvement: by how much the lowest loss has to fall to have improved.
    """

    loss: Any = None
    grad_norm: Any = None
    patience: Any = None
    improvement: Any = 0.0

    def first(self, dtype: Any) -> Any:
        """Return what :meth:`look` carries along: the lowest loss, and how long ago it was."""
        return None if self.patience is None else (jnp.asarray(jnp.inf, dtype), jnp.int32(0))

    def look(self, watch: Any, loss: Any, watched: Any, norm: Any) -> tuple[Any, jax.Array]:
        """Return what to carry along and whether to stop here."""
        done = jnp.asarray(False)
        if self.loss is not None:
            done |= loss <= jnp.asarray(self.loss, loss.dtype)
        if self.grad_norm is not None:
            done |= norm <= jnp.asarray(self.grad_norm, norm.dtype)
        if self.patience is not None:
            lowest, since = watch
            better = watched < lowest - jnp.asarray(self.improvement, lowest.dtype)
            since = jnp.where(better, 0, since + 1)
            watch = jnp.where(better, watched, lowest), since
            done |= since >= jnp.asarray(self.patience, since.dtype)
        return watch, done


def stop(
    *,
    loss: float | None = None,
    grad_norm: float | None = None,
    patience: int | None = None,
    improvement: float = 0.0,
) -> Stop:
    """Return criteria to hand to ``gd.descend``; the first that holds ends the walk.

    Args:
        loss: stop where the loss of the step's batch is at most this.
        grad_norm: stop where the length of its gradient is at most this, >= 0.
        patience: stop after so many steps in a row without a new lowest loss, >= 1: of the
            validation data where there are some, of the step's batch otherwise.
        improvement: by how much the lowest loss has to fall to count as a new one, >= 0.

    Returns:
        The criteria, a pytree whose leaves are these numbers: others compile nothing.

    Raises:
        TypeError: if an argument is not a number, or ``patience`` is not an integer.
        ValueError: if an argument is out of its range, or no criterion is given.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.gradient_descent(0.25)
        >>> path = gd.descend(gd.surfaces.bowl, [4.0, 0.0], rule, 100, stop=gd.stop(loss=1.0))
        >>> path.stopped_at, float(path.loss[2]), float(path.loss[100])
        (2, 1.0, 1.0)
    """
    if loss is None and grad_norm is None and patience is None:
        raise ValueError("loss, grad_norm and patience are None; expected one criterion or more")
    if loss is not None:
        checks.finite("loss", loss)
    if grad_norm is not None:
        checks.finite("grad_norm", grad_norm, 0)
    if patience is not None:
        patience = checks.count("patience", patience)
    checks.finite("improvement", improvement, 0)
    return Stop(loss, grad_norm, patience, improvement)
