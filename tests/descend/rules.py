"""What tests of the loop walk on, and by which rules."""

from __future__ import annotations

from typing import Any

import jax
import pytest

import gdbook as gd
from tests.walks import PROBLEMS

of_every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
RULES = {
    "gradient descent": gd.optimizers.gradient_descent,
    "momentum": gd.optimizers.momentum,
    "Adam": gd.optimizers.adam,
}
of_every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
bowl = gd.surfaces.bowl
gentle = gd.optimizers.gradient_descent(0.1)


def traced(*arguments: Any) -> Any:
    """Return the shapes and dtypes of a path, without compiling and walking it."""
    return jax.eval_shape(lambda: gd.descend(*arguments))
