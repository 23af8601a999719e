"""Functions that Math lacks: accurate, and only there where they are called."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import scipy.special

import gdbook as gd
from gdbook.live import runtime
from tests.live.node import assert_close, run

X = np.concatenate([np.linspace(-7, 7, 301), np.geomspace(1e-300, 27.5, 200), [np.inf, -np.inf]])


def values(function: object, x: np.ndarray) -> np.ndarray:
    """Return an emitted function of one number at many places."""
    return run(gd.live.emit(function, 0.5), x[:, None])[:, 0]  # type: ignore[arg-type]


def test_the_error_function_is_scipy_s() -> None:
    """Erf agrees with SciPy to 1e-14 everywhere, and erfc to 1e-12, far out in its tail too."""
    assert_close(values(jax.lax.erf, X), scipy.special.erf(X), rtol=1e-14)
    x = X[np.abs(X) < 26]
    assert_close(values(jax.lax.erfc, x), scipy.special.erfc(x), rtol=1e-12)


def test_the_inverse_error_function_is_scipy_s() -> None:
    """erf_inv agrees with SciPy to 1e-13, near its poles and near 0 too."""
    near = 1 - np.geomspace(1e-16, 0.5, 100)
    y = np.concatenate([near, -near, np.geomspace(1e-300, 0.6, 150), [0, 1, -1, 1.5]])
    with np.errstate(all="ignore"):
        assert_close(values(jax.lax.erf_inv, y), scipy.special.erfinv(y), rtol=1e-13)


def test_a_module_has_only_the_functions_it_calls() -> None:
    """Erfc brings what it calls, and a sum brings nothing."""
    module = gd.live.emit(jax.lax.erfc, 0.5)
    assert "function erfcFraction" in module
    assert "function roundEven" not in module
    assert module.count("function erf") == 4
    assert gd.live.emit(lambda x: x + 1, 0.5).count("function ") == 1


def test_every_function_is_reached() -> None:
    """Each function of the file is one that an operation calls, or that such a function calls."""
    from gdbook.live.operations import OPERATIONS

    names = {operation.helper for operation in OPERATIONS.values()} - {""}
    assert len(runtime.needed(names)) == len(runtime.functions()) >= 7


def test_ties_are_rounded_as_by_jax() -> None:
    """Halves go to the even neighbour, large numbers stay as they are."""
    x = np.array([0.5, 1.5, 2.5, -0.5, -1.5, 4503599627370497.0, 1e300, 0.49999999999999994])
    np.testing.assert_array_equal(values(jnp.round, x), np.round(x))
