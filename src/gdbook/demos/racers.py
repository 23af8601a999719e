"""Who walks in a demo: an optimizer's constructor, and how many examples its steps look at."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax

from gdbook import checks
from gdbook.types import Optimizer, Schedule


@dataclass(frozen=True)
class Racer:
    """An optimizer in a demo.

    Attributes:
        rule: a constructor from ``gd.optimizers``, whose ``learning_rate`` a slider sets.
        fixed: further hyperparameters, the same throughout.
        learning_rate: its own learning rate at first, or None: that of the demo's slider.
        batch_size: how many examples a step looks at, or None: all.
        seed: of the key that shuffles the examples.
        schedule: a constructor from ``gd.schedules``, which makes a schedule of the learning
            rate, or None: the rate is the same throughout.
        shape: the schedule's further numbers.
    """

    rule: Callable[..., Optimizer]
    fixed: dict[str, float]
    learning_rate: float | None = None
    batch_size: int | None = None
    seed: int = 0
    schedule: Callable[..., Schedule] | None = None
    shape: dict[str, float] = field(default_factory=dict)

    def accepts(self, name: str) -> bool:
        """Say whether the rule has a hyperparameter that a slider may set."""
        return name in inspect.signature(self.rule).parameters and name not in self.fixed

    def build(self, settings: dict[str, Any]) -> Optimizer:
        """Return the rule at these hyperparameters."""
        if self.schedule is not None:
            peak = settings["learning_rate"]
            settings = {**settings, "learning_rate": self.schedule(peak, **self.shape)}
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
    schedule: Callable[..., Schedule] | None = None,
    **fixed: float,
) -> Racer:
    """Return an optimizer for a demo.

    Args:
        rule: a constructor from ``gd.optimizers`` that takes ``learning_rate``.
        learning_rate: its own learning rate at first; by default that of the demo's slider.
        batch_size: how many examples a step looks at; all of them by default.
        seed: of the key that shuffles the examples.
        schedule: a constructor from ``gd.schedules`` whose first argument is a rate: it gets the
            learning rate, and the rule gets the schedule.
        fixed: further hyperparameters of the rule, and numbers of the schedule, by name.

    Raises:
        TypeError: if ``rule`` and ``schedule`` do not take these, or a number is none.
        ValueError: if ``learning_rate`` is negative, or ``batch_size`` below 1.

    Example:
        >>> import gdbook as gd
        >>> gd.demos.racer(gd.optimizers.momentum, momentum=0.5).fixed
        {'momentum': 0.5}
        >>> gd.demos.racer(
        ...     gd.optimizers.adam, schedule=gd.schedules.cosine, steps=200, b1=0.8
        ... ).shape
        {'steps': 200}
    """
    shape = {}
    if schedule is not None:
        taken = list(_parameters(schedule))
        if not taken or taken[0] in fixed:
            raise TypeError(f"schedule is {schedule!r}; expected a named constructor of a rate")
        shape = {name: fixed.pop(name) for name in taken if name in fixed}
    known = _parameters(rule)
    unknown = [name for name in ("learning_rate", *fixed) if name not in known]
    if unknown:
        raise TypeError(f"rule is {rule!r}; expected a named constructor that takes {unknown[0]}")
    if learning_rate is not None:
        checks.finite("learning_rate", learning_rate, 0)
    if batch_size is not None:
        batch_size = checks.count("batch_size", batch_size)
    if schedule is not None:  # which says itself what is wrong with its numbers
        schedule(1.0, **shape)
    return Racer(rule, fixed, learning_rate, batch_size, seed, schedule, shape)


def _parameters(function: Any) -> Any:
    """Return what a function takes, if it has a name, which the copy as Python needs."""
    named = callable(function) and getattr(function, "__name__", "<lambda>") != "<lambda>"
    return inspect.signature(function).parameters if named else {}
