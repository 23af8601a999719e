"""Shapes: entries that move about cost nothing in the browser."""

from __future__ import annotations

import re
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import gdbook as gd
from tests.live.node import flat, run

X = np.arange(12.0).reshape(3, 4)
MOVES = {
    "reshape": lambda x: x.reshape(2, 6),
    "transpose": lambda x: x.reshape(3, 2, 2).transpose(2, 0, 1),
    "squeeze": lambda x: x[:1].squeeze(0),
    "expand_dims": lambda x: x[:, None, :, None],
    "broadcast": lambda x: jnp.broadcast_to(x[:, :1], (2, 3, 4)),
    "scalar": lambda x: jnp.broadcast_to(x[1, 2], (2, 2)),
    "slice": lambda x: lax.slice(x, (1, 0), (3, 4), (1, 3)),
    "rev": lambda x: x[::-1, ::-1],
    "concatenate": lambda x: jnp.concatenate([x, x[:, :2]], axis=1),
    "stack": lambda x: jnp.stack([x, x + 0.5, -x], axis=1),
    "unstack": lambda x: jnp.unstack(x, axis=1),
    "split": lambda x: jnp.split(x, [1, 3], axis=1),
    "tile": lambda x: jnp.tile(x, (2, 2)),
    "pad": lambda x: lax.pad(x, -1.0, ((1, 2, 0), (0, 1, 0))),
    "pad between": lambda x: lax.pad(x, -1.0, ((1, 0, 2), (2, 1, 1))),
    "pad negative": lambda x: lax.pad(x, -1.0, ((-1, 0, 0), (-2, -1, 1))),
    "pad negative and between": lambda x: lax.pad(x, -1.0, ((-2, 3, 1), (1, -4, 2))),
    "pad nothing": lambda x: lax.pad(x[:0], -1.0, ((1, 1, 1), (0, 0, 0))),
    "roll": lambda x: jnp.roll(x, 2, axis=1),
    "diagonal": lambda x: jnp.trace(x[:, :3]),
    "nothing": lambda x: x[:, 4:],
}


@pytest.mark.parametrize("name", MOVES)
def test_moves(name: str) -> None:
    """Each entry ends where JAX puts it."""
    function: Any = MOVES[name]
    got = run(gd.live.emit(function, X), flat(X))[0]
    np.testing.assert_array_equal(got, flat(function(X)))


def test_moves_cost_nothing() -> None:
    """Moved entries are read and written, with no arithmetic between."""
    module = gd.live.emit(lambda x: x.T[::-1].reshape(-1)[2:5], X)
    body = module[module.index("{") :]
    assert body.count("=") == 3 + 3  # three entries read, three written
    assert not set("+-*(") & set(re.sub(r"//.*", "", body))
