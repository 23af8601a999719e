"""Who walks in a demo: an optimizer's constructor, and how many examples its steps look at."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax

from gdbook import checks
from gdbook.types import Optimizer


@dataclass(frozen=True)
class Racer:
    """An optimizer in a demo.

    Attributes:
        rule: a constructor from ``gd.optimizers``, whose ``learning_rate`` a slider sets.
        fixed: further hyperparameters, the same throughout.
        learning_rate: its own learning rate at first, or None: that of the demo's slider.
        batch_size: how many examples a step looks at, or None: all.
        seed: of the key that shuffles the examples.
    """

    rule: Callable[..., Optimizer]
    fixed: dict[str, float]
    learning_rate: float | None = None
    batch_size: int | None = None
    seed: int = 0

    def accepts(self, name: str) -> bool:
        """Say whether the rule has a hyperparameter that a slider may set."""
        return name in inspect.signature(self.rule).parameters and name not in self.fixed

    def build(self, settings: dict[str, Any]) -> Optimizer:
        """Return the rule at these hyperparameters."""
        return self.rule(**settings, **self.fixed)

    @property
    def key(self) -> jax.Array | None:
        """The key that shuffles the examples, if there are batches."""
        return None if self.batch_size is None else jax.random.key(self.seed)


def racer(
    rule: Callable[..., Optimizer],
    *,
    learning_rate: float | None = None,
    batch_size: int | None = None,
    seed: int = 0,
    **fixed: float,
) -> Racer:
    """Return an optimizer for a demo.

    Args:
        rule: a constructor from ``gd.optimizers`` that takes ``learning_rate``.
        learning_rate: its own learning rate at first; by default that of the demo's slider.
        batch_size: how many examples a step looks at; all of them by default.
        seed: of the key that shuffles the examples.
        fixed: further hyperparameters, by name.

    Raises:
        TypeError: if ``rule`` does not take these hyperparameters, or a number is none.
        ValueError: if ``learning_rate`` is negative, or ``batch_size`` below 1.

    Example:
        >>> import gdbook as gd
        >>> gd.demos.racer(gd.optimizers.momentum, momentum=0.5).fixed
        {'momentum': 0.5}
    """
    named = getattr(rule, "__name__", "<lambda>") != "<lambda>"  # for the copy as Python
    known = inspect.signature(rule).parameters if callable(rule) and named else {}
    unknown = [name for name in ("learning_rate", *fixed) if name not in known]
    if unknown:
        raise TypeError(f"rule is {rule!r}; expected a named constructor that takes {unknown[0]}")
    if learning_rate is not None:
        checks.finite("learning_rate", learning_rate, 0)
    if batch_size is not None:
        batch_size = checks.count("batch_size", batch_size)
    return Racer(rule, fixed, learning_rate, batch_size, seed)
