"""The loop: what it refuses. Each check has its own tests in test_checks and test_batches."""

from __future__ import annotations

import itertools
import re
from typing import Any

import jax
import numpy as np
import pytest

import gdbook as gd
from tests.descend.rules import bowl, gentle


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"steps": 0}, ValueError, "steps is 0; expected an integer >= 1"),
        ({"steps": -5}, ValueError, "steps is -5; expected an integer >= 1"),
        ({"steps": 2.5}, TypeError, "steps is 2.5; expected an integer >= 1"),
        ({"steps": True}, TypeError, "steps is True; expected an integer >= 1"),
        ({"loss": lambda p: p}, ValueError, "loss returns an array of shape (2,); expected one"),
        ({"loss": None}, TypeError, "loss is None; expected a function of the parameters"),
        ({"params": {"n": 3}}, TypeError, "params['n'] is 3, of dtype int64; expected floating"),
        ({"params": []}, ValueError, "params is [], which holds no array; expected at least one"),
        ({"optimizer": 0.1}, TypeError, "optimizer is 0.1; expected a pair of functions"),
        (
            {"optimizer": gd.optimizers.adam},
            TypeError,
            f"optimizer is {gd.optimizers.adam}; expected a pair of functions",
        ),
        ({"batch_size": 4}, ValueError, "batch_size is 4 and key is None, but data is None; exp"),
        (
            {"data": np.ones(3), "batch_size": 4, "key": jax.random.key(0)},
            ValueError,
            "batch_size is 4, but data has 3 examples; expected 1 to 3",
        ),
        ({"data": np.ones(3), "batch_size": 2}, ValueError, "key is None; expected a key such as"),
        (
            {"data": np.ones(3), "batch_size": 2.0, "key": jax.random.key(0)},
            TypeError,
            "batch_size is 2.0; expected an integer >= 1",
        ),
        (
            {"data": (np.ones(3), np.ones(4))},
            ValueError,
            "data has leaves of shapes [(3,), (4,)]; expected a leading axis of examples",
        ),
        (
            {"data": np.ones(3), "key": 5},
            ValueError,
            "batch_size is None, but key is 5 and replace is False; expected a batch_size to draw",
        ),
        (
            {"data": np.ones(3), "replace": True},
            ValueError,
            "batch_size is None, but key is None and replace is True; expected a batch_size to",
        ),
        ({"replace": 1}, TypeError, "replace is 1; expected True or False"),
        ({"validation": np.ones(3)}, ValueError, "validation is given, but data is None; expected"),
        ({"validate_every": 0}, ValueError, "validate_every is 0; expected an integer >= 1"),
        ({"stop": 0.1}, TypeError, "stop is 0.1; expected criteria such as gd.stop(loss=0.1)"),
        ({"progress": 1}, TypeError, "progress is 1; expected True or False"),
        ({"record": "all"}, TypeError, "record is 'all'; expected 'params', 'loss' or a function"),
        ({"data": gd.datasets.challenger()}, TypeError, "data.about is 'temperature at launch"),
    ],
    ids=itertools.count(),
)
def test_bad_arguments_are_named(
    changed: dict[str, Any], error: type[Exception], message: str
) -> None:
    """A bad argument raises an error that names it, its value, and what was expected."""
    arguments = {"loss": bowl, "params": [1.0, 2.0], "optimizer": gentle, "steps": 3}
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        gd.descend(**{**arguments, **changed})


def test_a_loss_s_own_complaint_reaches_the_caller() -> None:
    """An error inside the loss is the loss's: it is not dressed up as something else."""
    with pytest.raises(ValueError, match=r"^params of bowl has shape \(3,\); expected \(2,\)"):
        gd.descend(bowl, [1.0, 2.0, 3.0], gentle, 3)
