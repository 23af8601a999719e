"""Linear algebra on small matrices: triangular systems and Cholesky factors."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.live.node import check

draw = np.random.default_rng(0)
A = draw.normal(size=(3, 3)) + 3 * np.eye(3)
B = draw.normal(size=(3, 2))


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("transpose", [True, False])
@pytest.mark.parametrize("unit", [True, False])
def test_triangular_systems(left: bool, lower: bool, transpose: bool, unit: bool) -> None:
    """All sixteen arrangements of a triangular system are solved as by JAX."""
    options = {"left_side": left, "lower": lower, "transpose_a": transpose, "unit_diagonal": unit}
    check(
        lambda a, b: lax.linalg.triangular_solve(a, b, **options), A, B if left else B.T, scale=1.0
    )


def test_cholesky() -> None:
    """The factor, and a solution by it, are JAX's; a batch is factored one by one."""
    spd = A @ A.T
    check(jnp.linalg.cholesky, spd, scale=1.0)
    check(jnp.linalg.cholesky, np.stack([spd, np.eye(3)]), scale=1.0)
    check(lambda a, b: jax.scipy.linalg.cho_solve((jnp.linalg.cholesky(a), True), b), spd, B)
