"""Analysis: dense linear algebra's spectra, closed-form rates, noise from its definition."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree
from jax.tree_util import Partial

import gdbook as gd

DRAW = np.random.default_rng(0)
MODEL = gd.models.mlp([2, 4, 3])
BATCH = jnp.asarray(DRAW.normal(size=(12, 2))), jnp.asarray(DRAW.normal(size=(12, 3)))
LOSS = gd.models.objective(MODEL, gd.models.mean_squared_error)


def on_batch(params: Any) -> jax.Array:
    """Return a small network's loss on a batch."""
    return LOSS(params, BATCH)


@pytest.fixture(scope="module")
def network() -> Any:
    """A small network's parameters, its dense Hessian, and the way back from flat vectors."""
    params = MODEL.init(jax.random.key(1))
    flat, unravel = ravel_pytree(params)
    return params, np.asarray(jax.hessian(lambda p: on_batch(unravel(p)))(flat)), unravel


def test_hvp_is_the_dense_hessian_times_a_vector(network: Any) -> None:
    """On a pytree, the product agrees with the Hessian written out."""
    params, hessian, unravel = network
    v = DRAW.normal(size=len(hessian))
    got = ravel_pytree(gd.analysis.hvp(on_batch, params, unravel(jnp.asarray(v))))[0]
    np.testing.assert_allclose(got, hessian @ v, rtol=1e-9, atol=1e-12)


def test_lanczos_agrees_with_dense_eigenvalues(network: Any) -> None:
    """All 27 eigenvalues are those of eigh, and the vectors are theirs and orthonormal."""
    params, hessian, _ = network
    n = len(hessian)
    top = gd.analysis.top_eigenvalues(on_batch, params, n)
    np.testing.assert_allclose(top.values, np.linalg.eigvalsh(hessian)[::-1], atol=1e-10)
    vectors = np.asarray(jax.vmap(lambda tree: ravel_pytree(tree)[0])(top.vectors))
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(n), atol=1e-9)
    np.testing.assert_allclose(vectors @ hessian, top.values[:, None] * vectors, atol=1e-8)


def diagonal(values: jax.Array, params: jax.Array) -> jax.Array:
    """Return a quadratic with these curvatures."""
    return 0.5 * jnp.sum(values * params**2)


def test_lanczos_bears_repeated_eigenvalues() -> None:
    """Of curvatures 5, 5, 5, 1, ..., 1 the largest is 5, though two products exhaust the space."""
    loss = Partial(diagonal, jnp.array([5.0] * 3 + [1.0] * 20))
    top = gd.analysis.top_eigenvalues(loss, jnp.zeros(23), 4)
    np.testing.assert_allclose(top.values, [5, 5, 5, 1], atol=1e-10)
    assert float(gd.analysis.sharpness(loss, jnp.zeros(23))) == pytest.approx(5, rel=1e-10)


def test_the_condition_number_of_rosenbrock_s_valley_is_known() -> None:
    """At (1, 1) it is 2508.01."""
    κ = gd.analysis.condition_number(gd.surfaces.rosenbrock, jnp.ones(2))
    assert float(κ) == pytest.approx(2508.01, abs=0.005)


def test_contraction_rates_are_the_closed_forms() -> None:
    """Gradient descent at 2/(L + µ) has (κ - 1)/(κ + 1); heavy ball at its best has 9/11."""
    path = gd.descend(
        gd.surfaces.quadratic(100), [1.0, 1.0], gd.optimizers.gradient_descent(2 / 101), 50
    )
    rate = gd.analysis.contraction_rate(path, [0.0, 0.0])
    assert float(rate) == pytest.approx(99 / 101, rel=1e-9)
    η, β = 4 / 121, (9 / 11) ** 2
    matrix = [[1 + β - η * 100, -β], [1.0, 0.0]]
    # At the optimum its two eigenvalues fall together: half of the digits are lost.
    assert float(gd.analysis.contraction_rate(jnp.array(matrix))) == pytest.approx(9 / 11, abs=1e-6)
    with pytest.raises(ValueError, match=r"^last is 60 and minimum is \[0\], for a path of 50"):
        gd.analysis.contraction_rate(path, [0], last=60)


def test_noise_is_what_its_definition_says() -> None:
    """Gradients one by one, NumPy's covariance of them, and its trace over |G|²."""
    params = MODEL.init(jax.random.key(1))
    rows = [jax.tree.map(lambda leaf, i=i: leaf[i : i + 1], BATCH) for i in range(12)]
    grads = np.stack([ravel_pytree(jax.grad(LOSS)(params, row))[0] for row in rows])
    np.testing.assert_allclose(gd.analysis.gradients(LOSS, params, BATCH), grads, atol=1e-12)
    Σ = np.cov(grads, rowvar=False)
    np.testing.assert_allclose(gd.analysis.gradient_covariance(LOSS, params, BATCH), Σ, atol=1e-12)
    G = ravel_pytree(jax.grad(LOSS)(params, BATCH))[0]
    scale = np.trace(Σ) / float(G @ G)
    assert float(gd.analysis.noise_scale(LOSS, params, BATCH)) == pytest.approx(scale, rel=1e-9)


def test_landscapes_are_slices_of_the_loss(network: Any) -> None:
    """A plane's row and column through the middle are its two lines, and filters keep lengths."""
    params = network[0]
    ways = [gd.analysis.random_direction(jax.random.key(i), params) for i in (0, 1)]
    for way, layer in zip(ways[0], params, strict=True):
        lengths = [np.linalg.norm(leaf["W"], axis=0) for leaf in (way, layer)]
        np.testing.assert_allclose(*lengths, rtol=1e-6)
        assert not way["b"].any()
    offsets = jnp.linspace(-1, 1, 5)
    plane = gd.analysis.landscape(on_batch, params, ways, offsets)
    for line, way in zip((plane[2], plane[:, 2]), ways, strict=True):
        np.testing.assert_allclose(
            gd.analysis.landscape(on_batch, params, [way], offsets), line, rtol=1e-6
        )
    assert float(plane[2, 2]) == pytest.approx(float(on_batch(params)), rel=1e-6)
    with pytest.raises(ValueError, match=r"^directions holds 0; expected one or two$"):
        gd.analysis.landscape(on_batch, params, [], offsets)


def test_a_walk_settles_at_the_edge_of_stability() -> None:
    """On T₄ at 20 points, a 1-40-40-1 tanh network's sharpness settles at 2/η."""
    η = 0.1
    data = gd.datasets.chebyshev()
    model = gd.models.mlp([1, 40, 40, 1])
    loss = gd.models.objective(model, gd.models.mean_squared_error)
    batch = data.inputs[:, None], data.targets[:, None]
    rule = gd.optimizers.gradient_descent(η)
    start = jax.tree.map(lambda leaf: leaf.astype(float), model.init(jax.random.key(0)))
    path = gd.descend(loss, start, rule, 6000, data=batch, record="loss")

    def on_data(params: Any) -> jax.Array:
        return loss(params, batch)

    before, after = (float(gd.analysis.sharpness(on_data, p)) for p in (start, path.last))
    assert before < 0.8 * 2 / η
    assert after == pytest.approx(2 / η, rel=0.1)


@pytest.mark.parametrize(("k", "steps"), [(3, None), (2, 1), (1, 5)])
def test_more_eigenvalues_than_there_are_cannot_be_had(k: int, steps: int | None) -> None:
    """The error names k, steps and how many parameters there are."""
    with pytest.raises(ValueError, match=rf"^k is {k} and steps is \d, for 2 parameters"):
        gd.analysis.top_eigenvalues(gd.surfaces.bowl, jnp.zeros(2), k, steps=steps)


def test_descent_from_zero_finds_the_shortest_solution() -> None:
    """On an under-determined system, the walk from zero ends at the pseudo-inverse's answer."""
    A, b = DRAW.normal(size=(3, 6)), DRAW.normal(size=3)
    η = 1.0 / np.linalg.norm(A, 2) ** 2
    path = gd.descend(
        lambda x: 0.5 * jnp.sum((A @ x - b) ** 2), np.zeros(6),
        gd.optimizers.gradient_descent(η), 3000, record="loss",
    )  # fmt: skip
    np.testing.assert_allclose(path.last, np.linalg.pinv(A) @ b, rtol=1e-9, atol=1e-12)
