"""A bar for long walks: one line on standard error, drawn a few dozen times in all."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import jax

DRAWN = 50
"""How often a bar is drawn anew, at most."""
WIDTH = 30


def report(step: jax.Array, steps: int, loss: jax.Array) -> None:
    """Draw the bar if it is time to; to be called in the compiled loop, at every step."""
    every = max(1, steps // DRAWN)

    def draw(step: Any, loss: Any) -> None:
        jax.debug.callback(partial(show, steps=steps), step, loss)

    # The callback is behind a condition: the steps between pay for one comparison.
    due = (step % every == 0) | (step == steps)
    jax.lax.cond(due, draw, lambda step, loss: None, step, loss)


def show(step: Any, loss: Any, *, steps: int) -> None:
    """Write one line over the last: how far, and the loss there."""
    full = int(step) * WIDTH // steps
    bar = "█" * full + "·" * (WIDTH - full)
    end = "\n" if int(step) == steps else ""
    line = f"\r{bar} {int(step) * 100 // steps:3d} %  step {int(step)}  loss {float(loss):.4g}   "
    sys.stderr.write(line + end)
    sys.stderr.flush()
