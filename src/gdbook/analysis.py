"""What curvature and noise do to a walk: spectra, rates of contraction, the scale of the noise."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from gdbook import checks
from gdbook.types import Loss, Params, Path


def hvp(loss: Loss, params: Params, vector: Params) -> Params:
    r"""Return the Hessian times a vector, for about twice the price of a gradient.

    .. math:: ∇^2 L(θ)\, v = \left.\frac{d}{dε} ∇L(θ + ε v)\right|_{ε = 0}

    Args:
        loss: ``loss(params) -> scalar``.
        params: θ, any pytree of arrays.
        vector: v, a pytree of the same shapes.

    Returns:
        A pytree like ``params``, in units of the loss over units of the parameters.

    Example:
        >>> import gdbook as gd, jax.numpy as jnp
        >>> gd.analysis.hvp(gd.surfaces.bowl, jnp.zeros(2), jnp.array([1.0, -3.0])).tolist()
        [2.0, -6.0]
    """
    return jax.jvp(jax.grad(loss), (params,), (vector,))[1]


class Spectrum(NamedTuple):
    """The outer eigenvalues of a Hessian.

    Attributes:
        values: shape (k,), from the largest down.
        vectors: a pytree like the parameters, each leaf with a leading axis of length k.
    """

    values: jax.Array
    vectors: Params


def top_eigenvalues(
    loss: Loss,
    params: Params,
    k: int = 1,
    *,
    steps: int | None = None,
    key: jax.Array | None = None,
) -> Spectrum:
    r"""Return the largest eigenvalues of the Hessian, by Lanczos with full reorthogonalisation.

    .. math:: H q_j = β_{j-1} q_{j-1} + α_j q_j + β_j q_{j+1}

    The eigenvalues of the tridiagonal matrix of α and β are those of H, the outermost first.

    Args:
        loss: ``loss(params) -> scalar``.
        params: where, any pytree of n numbers in all.
        k: how many, at least 1; at most as many as there are parameters.
        steps: how many Hessian products to spend; by default ``min(n, max(2 k + 20, 40))``.
        key: a JAX random key for the first vector; ``jax.random.key(0)`` by default.

    Returns:
        The :class:`Spectrum`: eigenvalues from the largest down, and their vectors of length 1.

    Raises:
        TypeError: if ``k`` or ``steps`` is not an integer, or a parameter is not floating-point.
        ValueError: if ``k`` or ``steps`` is below 1 or above what there is.

    Example:
        >>> import gdbook as gd, jax.numpy as jnp
        >>> top = gd.analysis.top_eigenvalues(gd.surfaces.rosenbrock, jnp.ones(2), 2)
        >>> [round(float(value), 2) for value in top.values]
        [1001.6, 0.4]

    Source:
        C. Lanczos, Journal of Research of the National Bureau of Standards 45(4), 1950; the
        reorthogonalisation as in G. H. Golub and C. F. Van Loan, "Matrix Computations", 2013.
    """
    params = checks.parameters(params)
    flat, unravel = ravel_pytree(params)
    k = checks.count("k", k)
    steps = min(flat.size, max(2 * k + 20, 40)) if steps is None else checks.count("steps", steps)
    if not k <= steps <= flat.size:
        raise ValueError(
            f"k is {k} and steps is {steps}, for {flat.size} parameters; "
            f"expected k <= steps <= {flat.size}"
        )
    key = jax.random.key(0) if key is None else key
    values, vectors = _lanczos(checks.loss(loss, params), params, key, steps)
    return Spectrum(values[:k], jax.vmap(unravel)(vectors[:k]))


@partial(jax.jit, static_argnames="steps")
def _lanczos(loss: Any, params: Params, key: jax.Array, steps: int) -> Any:
    flat, unravel = ravel_pytree(params)
    noise = jax.random.normal(key, (steps, flat.size), flat.dtype)

    def times(vector: jax.Array) -> jax.Array:
        return ravel_pytree(hvp(loss, params, unravel(vector)))[0]

    def orthogonal(vector: jax.Array, basis: jax.Array) -> jax.Array:
        for _ in range(2):  # once leaves what rounding brought back in
            vector = vector - basis.T @ (basis @ vector)
        return vector

    def step(carry: Any, j: jax.Array) -> Any:
        basis, q = carry
        basis = basis.at[j].set(q)
        image = times(q)
        rest = orthogonal(image, basis)
        β = jnp.linalg.norm(rest)
        # Where the vectors so far hold all that H makes of them, any new direction will do.
        tiny = 10 * jnp.finfo(β.dtype).eps  # type: ignore[no-untyped-call]
        full = β <= tiny * jnp.linalg.norm(image)
        other = orthogonal(noise[j], basis)
        direction = jnp.where(full, other / jnp.linalg.norm(other), rest / jnp.where(full, 1, β))
        return (basis, direction), (q @ image, jnp.where(full, 0, β))

    begin = noise[0] / jnp.linalg.norm(noise[0])
    empty = jnp.zeros((steps, flat.size), flat.dtype)
    (basis, _), (α, β) = jax.lax.scan(step, (empty, begin), jnp.arange(steps))
    matrix = jnp.diag(α) + jnp.diag(β[:-1], 1) + jnp.diag(β[:-1], -1)
    values, mixed = jnp.linalg.eigh(matrix)
    return values[::-1], (mixed.T @ basis)[::-1]


def sharpness(loss: Loss, params: Params, **options: Any) -> jax.Array:
    """Return the largest eigenvalue of the Hessian; gradient descent is stable below 2/η.

    Args:
        loss: ``loss(params) -> scalar``.
        params: where, any pytree.
        options: ``steps`` and ``key``, for :func:`top_eigenvalues`.

    Returns:
        One number, in units of the loss over units of the parameters squared.

    Raises:
        TypeError: if an option is not of its kind, or a parameter is not floating-point.
        ValueError: if an option is out of its range.

    Example:
        >>> import gdbook as gd, jax.numpy as jnp
        >>> round(float(gd.analysis.sharpness(gd.surfaces.quadratic(50), jnp.zeros(2))), 3)
        50.0
    """
    return top_eigenvalues(loss, params, 1, **options).values[0]


def condition_number(loss: Loss, params: Params) -> jax.Array:
    """Return κ = L/µ, the largest over the smallest eigenvalue of the Hessian, computed densely.

    Args:
        loss: ``loss(params) -> scalar``.
        params: where, any pytree of few enough numbers to hold their Hessian.

    Returns:
        κ; below 1 or infinite where the loss is not strictly convex.

    Raises:
        TypeError: if a parameter is not floating-point.
        ValueError: if there are no parameters.

    Example:
        >>> import gdbook as gd, jax.numpy as jnp
        >>> round(float(gd.analysis.condition_number(gd.surfaces.quadratic(50), jnp.zeros(2))))
        50
    """
    flat, unravel = ravel_pytree(checks.parameters(params))
    values = jnp.linalg.eigvalsh(jax.hessian(lambda p: loss(unravel(p)))(flat))
    return jnp.divide(values[-1], values[0])


def contraction_rate(
    path: Path | jax.Array, minimum: Params = None, *, last: int = 20
) -> jax.Array:
    r"""Return by what factor a walk comes closer in a step, in the end.

    .. math:: ρ = \left(\frac{‖θ_T - θ^*‖}{‖θ_{T-m} - θ^*‖}\right)^{1/m}

    For a linear iteration ``e -> M e``, hand in the matrix: its spectral radius is the rate.

    Args:
        path: a :class:`~gdbook.types.Path` with its parameters, or a matrix of shape (n, n).
        minimum: θ*, parameters like those of the path; not for a matrix.
        last: m, over how many steps at the end to take the mean, at most all of them.

    Returns:
        ρ, below 1 where distances shrink.

    Raises:
        TypeError: if ``last`` is not an integer.
        ValueError: if ``last`` is not from 1 to the path's steps, or the minimum is missing.

    Example:
        >>> import gdbook as gd
        >>> rule = gd.optimizers.gradient_descent(2 / 101)
        >>> path = gd.descend(gd.surfaces.quadratic(100), [1.0, 1.0], rule, 50)
        >>> round(float(gd.analysis.contraction_rate(path, [0.0, 0.0])), 6)
        0.980198
    """
    if not isinstance(path, Path):
        matrix = jnp.asarray(path)
        return jnp.max(jnp.abs(jnp.linalg.eigvals(matrix)))
    last = checks.count("last", last)
    if last > path.steps or minimum is None or path.params is None:
        raise ValueError(
            f"last is {last} and minimum is {minimum!r}, for a path of {path.steps} steps; "
            f"expected at most {path.steps}, a minimum, and a path with its parameters"
        )
    goal = checks.parameters(minimum, "minimum")
    squares = jax.tree.map(
        lambda leaf, end: jnp.sum((leaf - end).reshape(leaf.shape[0], -1) ** 2, axis=1),
        path.params,
        goal,
    )
    distance = jnp.sqrt(sum(jax.tree.leaves(squares)))
    return (distance[-1] / distance[-1 - last]) ** (1 / last)


def gradients(loss: Loss, params: Params, data: Any) -> jax.Array:
    """Return each example's own gradient, shape (examples, parameters).

    Args:
        loss: ``loss(params, batch) -> scalar``, a mean over the batch's examples.
        params: where, any pytree.
        data: a pytree of arrays with a leading axis of examples.

    Returns:
        The gradients, flat, in the order of ``jax.flatten_util.ravel_pytree``.

    Example:
        >>> import gdbook as gd, jax.numpy as jnp
        >>> loss = lambda w, x: jnp.mean((w - x) ** 2)
        >>> gd.analysis.gradients(loss, jnp.array(0.0), jnp.array([1.0, 2.0])).tolist()
        [[-2.0], [-4.0]]
    """

    def one(example: Any) -> jax.Array:
        batch = jax.tree.map(lambda leaf: leaf[None], example)
        return ravel_pytree(jax.grad(loss)(params, batch))[0]

    return jax.vmap(one)(data)


def gradient_covariance(loss: Loss, params: Params, data: Any) -> jax.Array:
    r"""Return the covariance of the examples' gradients.

    .. math:: Σ = \frac{1}{n - 1} \sum_i (g_i - \bar g)(g_i - \bar g)^⊤

    Args:
        loss: ``loss(params, batch) -> scalar``, a mean over the batch's examples.
        params: where, any pytree.
        data: a pytree of arrays with a leading axis of n >= 2 examples.

    Returns:
        Σ, shape (parameters, parameters); a batch of B drawn examples has noise Σ / B.

    Example:
        >>> import gdbook as gd, jax.numpy as jnp
        >>> loss = lambda w, x: jnp.mean((w - x) ** 2)
        >>> gd.analysis.gradient_covariance(loss, jnp.array(0.0), jnp.array([1.0, 2.0])).tolist()
        [[2.0]]
    """
    own = gradients(loss, params, data)
    centred = own - own.mean(axis=0)
    return centred.T @ centred / (len(own) - 1)


def noise_scale(loss: Loss, params: Params, data: Any) -> jax.Array:
    r"""Return the gradient's noise scale: the batch size at which noise and signal are equal.

    .. math:: B = \frac{\operatorname{tr} Σ}{‖G‖^2}

    Args:
        loss: ``loss(params, batch) -> scalar``, a mean over the batch's examples.
        params: where, any pytree.
        data: a pytree of arrays with a leading axis of n >= 2 examples.

    Returns:
        B, in examples; G is the gradient over all the data.

    Example:
        >>> import gdbook as gd, jax.numpy as jnp
        >>> loss = lambda w, x: jnp.mean((w - x) ** 2)
        >>> float(gd.analysis.noise_scale(loss, jnp.array(0.0), jnp.array([1.0, 3.0])))
        0.5

    Source:
        S. McCandlish et al., "An Empirical Model of Large-Batch Training", 2018, equation 2.9.
    """
    own = gradients(loss, params, data)
    return jnp.sum(jnp.var(own, axis=0, ddof=1)) / jnp.sum(own.mean(axis=0) ** 2)


def random_direction(key: jax.Array, params: Params) -> Params:
    r"""Return a random direction whose filters are as long as the parameters' own.

    .. math:: d_f ← \frac{d_f}{‖d_f‖} ‖θ_f‖

    A filter is what feeds one output: a column of a matrix, all but the last axis of a kernel.
    Biases and other leaves with one axis or none stay where they are, as in the paper.

    Args:
        key: a JAX random key.
        params: θ, any pytree of arrays.

    Returns:
        A pytree like ``params``.

    Example:
        >>> import gdbook as gd, jax, jax.numpy as jnp
        >>> params = {"W": jnp.array([[3.0, 1.0], [4.0, 0.0]]), "b": jnp.ones(2)}
        >>> direction = gd.analysis.random_direction(jax.random.key(0), params)
        >>> [round(float(n), 3) for n in jnp.linalg.norm(direction["W"], axis=0)]
        [5.0, 1.0]

    Source:
        H. Li et al., "Visualizing the Loss Landscape of Neural Nets", NeurIPS 2018.
    """
    leaves, tree = jax.tree.flatten(params)
    keys = jax.random.split(key, len(leaves))

    def one(key: jax.Array, leaf: jax.Array) -> jax.Array:
        if leaf.ndim < 2:
            return jnp.zeros_like(leaf)
        noise = jax.random.normal(key, leaf.shape, leaf.dtype)
        axes = tuple(range(leaf.ndim - 1))
        ours, theirs = (jnp.sqrt(jnp.sum(x**2, axis=axes, keepdims=True)) for x in (noise, leaf))
        return noise / ours * theirs

    return jax.tree.unflatten(tree, [one(k, leaf) for k, leaf in zip(keys, leaves, strict=True)])


def landscape(loss: Loss, params: Params, directions: Any, offsets: jax.Array) -> jax.Array:
    """Return the loss on a line or a plane through the parameters.

    Args:
        loss: ``loss(params) -> scalar``.
        params: the middle, any pytree.
        directions: a list of one or two pytrees like ``params``, say from
            :func:`random_direction`.
        offsets: shape (n,), how far to go along each direction.

    Returns:
        Shape (n,) for one direction; for two, shape (n, n) with the loss at
        ``params + offsets[j] * directions[0] + offsets[i] * directions[1]`` in ``[i, j]``.

    Raises:
        ValueError: if there are neither one nor two directions.

    Example:
        >>> import gdbook as gd, jax.numpy as jnp
        >>> line = [jnp.array([1.0, 0.0])]
        >>> middle, offsets = jnp.array([1.0, 1.0]), jnp.array([-1.0, 0.0, 1.0])
        >>> gd.analysis.landscape(gd.surfaces.bowl, middle, line, offsets).tolist()
        [1.0, 2.0, 5.0]
    """
    if len(directions) not in (1, 2):
        raise ValueError(f"directions holds {len(directions)}; expected one or two")

    def at(*amounts: jax.Array) -> jax.Array:
        place = params
        for amount, direction in zip(amounts, directions, strict=True):
            place = jax.tree.map(lambda p, d, a=amount: p + a * d, place, direction)
        return loss(place)

    offsets = jnp.asarray(offsets)
    along = jax.vmap(at, in_axes=(0, None)[: len(directions)])
    if len(directions) == 1:
        return jnp.asarray(jax.lax.map(at, offsets))
    return jnp.asarray(jax.lax.map(lambda y: along(offsets, y), offsets))
