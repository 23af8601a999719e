"""L-BFGS: it ends where SciPy's and optax's do, and its two loops are BFGS's matrix."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import scipy.optimize

import gdbook as gd
from gdbook.optimizers import lbfgs
from gdbook.optimizers.lbfgs import State, direction, line_search, remember
from tests.walks import PROBLEMS

pytestmark = pytest.mark.usefixtures("compile_quickly")


def chain(params: jax.Array) -> jax.Array:
    """Return Rosenbrock's function of many variables, each beside the next."""
    return jnp.sum(100 * (params[1:] - params[:-1] ** 2) ** 2 + (1 - params[:-1]) ** 2)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_lbfgs_finds_the_minimum_of_every_problem(problem: Any) -> None:
    """On every problem of the tests, 60 steps end where the gradient is nearly zero."""
    path = gd.descend(problem.loss, problem.start, lbfgs(), 60)
    assert path.diverged_at is None
    assert path.grad_norm[-1] < 1e-7
    assert (np.diff(path.loss) <= 1e-15).all()


def test_lbfgs_ends_where_scipy_and_optax_do() -> None:
    """On Rosenbrock's function of 10 variables, all three find the minimum, in like many steps."""
    start = np.tile([-1.2, 1.0], 5)
    slope = jax.jit(jax.value_and_grad(chain))
    scipys = scipy.optimize.minimize(
        lambda x: tuple(map(np.asarray, slope(x))),
        start,
        jac=True,
        method="L-BFGS-B",
        options={"ftol": 1e-16, "gtol": 1e-10},
    )
    ours = gd.descend(chain, start, lbfgs(10), 200)
    theirs = gd.descend(chain, start, optax.lbfgs(), 200)
    np.testing.assert_allclose(ours.last, scipys.x, atol=1e-8)
    np.testing.assert_allclose(ours.last, theirs.last, atol=1e-8)
    needed = int(np.argmax(np.asarray(ours.grad_norm) < 1e-8))
    assert 0 < needed < 2 * scipys.nit


def test_the_two_loops_are_the_matrix_of_bfgs() -> None:
    """H g from the ring is that of BFGS's update of the inverse, written out as a matrix."""
    draw = np.random.default_rng(1)
    n, memory = 5, 3
    A = np.diag(np.arange(1.0, n + 1))
    places = draw.normal(size=(6, n))
    ring = jnp.zeros((memory, n))
    state = State(jnp.int32(0), jnp.zeros(n), jnp.zeros(n), ring, ring, jnp.zeros(memory))
    state = state._replace(place=jnp.asarray(places[0]), gradient=jnp.asarray(A @ places[0]))
    for place in places[1:]:
        state = jax.jit(remember)(state, jnp.asarray(place), jnp.asarray(A @ place))
    assert int(state.pairs) == 5
    pairs = [(b - a, A @ (b - a)) for a, b in pairwise(places)][-memory:]
    s, y = pairs[-1]
    H = s @ y / (y @ y) * np.eye(n)
    for s, y in pairs:
        left = np.eye(n) - np.outer(s, y) / (s @ y)
        H = left @ H @ left.T + np.outer(s, s) / (s @ y)
    np.testing.assert_allclose(jax.jit(direction)(state), -H @ A @ places[-1], rtol=1e-10)


def test_a_pair_that_saw_no_curvature_is_not_kept() -> None:
    """A step along which the gradient did not grow leaves the ring as it was."""
    state = lbfgs(3).init(jnp.zeros(2))
    for gradient in (jnp.array([-1.0, 0.0]), jnp.zeros(2)):
        after = remember(state, jnp.array([1.0, 0.0]), gradient)
        assert int(after.pairs) == 0
        assert not np.any(after.S)


@pytest.mark.parametrize("far", [1e-4, 0.3, 1.0, 7.0, 1e5])
def test_the_line_search_fulfils_wolfe_s_conditions(far: float) -> None:
    """On a parabola whose minimum is anywhere, the length found is low enough and flat enough."""

    def along(t: Any) -> Any:
        return (t - far) ** 2 - far**2, 2 * (t - far)

    t = float(line_search(along, jnp.zeros(())))
    value, slope = along(t)
    assert value <= 1e-4 * t * -2 * far
    assert slope >= 0.9 * -2 * far


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_unit_of_the_loss_does_not_matter(scale: float, single_precision: None) -> None:
    """In single precision too, a loss in other units is walked down as far."""
    path = gd.descend(lambda p: scale * gd.surfaces.rosenbrock(p), [-1.2, 1.0], lbfgs(), 60)
    np.testing.assert_allclose(path.last, [1, 1], atol=1e-3)


def test_at_a_minimum_lbfgs_stays() -> None:
    """Where the gradient is zero nothing moves and nothing is nan."""
    path = gd.descend(gd.surfaces.bowl, [0.0, 0.0], lbfgs(), 3)
    np.testing.assert_array_equal(path.params, 0)
