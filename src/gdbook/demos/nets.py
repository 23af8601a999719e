"""The kernels of a playground: networks, rules and the loss, compiled from the book's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gdbook.demos.kernels import Kernels, module
from gdbook.demos.racers import Racer
from gdbook.live.emit import emit
from gdbook.models import binary_cross_entropy, mlp, objective
from gdbook.models.model import ACTIVATIONS, GAINS

INPUTS = 2
EXAMPLE = np.zeros((1, INPUTS)), np.zeros((1, 1))
FAR = 1e-12


def sizes_of(hidden: tuple[int, ...]) -> tuple[int, ...]:
    """Return the sizes of a network's layers, from its two inputs to its one score."""
    return (INPUTS, *hidden, 1)


def starts(layers: list[tuple[int, ...]], seeds: tuple[int, ...]) -> list[list[list[float]]]:
    """Return for each network, and each seed, the weights it starts with under Xavier's scheme.

    They are those of ``mlp(sizes).init(key)``. Of a key, each random number follows from its place
    alone, so that one drawing, of the largest layer, has the numbers of all layers in it.
    """
    most = max(m * n for hidden in layers for m, n in pairwise(sizes_of(hidden)))
    deepest = max(len(hidden) for hidden in layers) + 1

    def draw(seed: Any) -> Any:
        keys = jax.random.split(jax.random.key(seed), deepest)
        return jax.vmap(lambda key: jax.random.normal(key, (most,), float))(keys)

    with jax.enable_x64(True):
        normals = np.asarray(jax.jit(jax.vmap(draw))(np.array(seeds)))
    return [[_start(hidden, own) for own in normals] for hidden in layers]


def _start(hidden: tuple[int, ...], normals: np.ndarray) -> list[float]:
    """Return the weights of a network: of each layer W and b, W as Xavier has it, b zero."""
    flat: list[float] = []
    for (m, n), drawn in zip(pairwise(sizes_of(hidden)), normals, strict=False):
        flat += (GAINS["xavier"](m, n) * drawn[: m * n]).tolist() + [0.0] * n
    return flat


def gains(hidden: tuple[int, ...], scheme: str) -> list[float]:
    """Return by how much a scheme's weights are larger than Xavier's, layer by layer."""
    pairs = list(pairwise(sizes_of(hidden)))
    return [GAINS[scheme](*pair) / GAINS["xavier"](*pair) for pair in pairs]


def network(hidden: tuple[int, ...], activation: str, drawn: list[list[float]]) -> str:
    """Return the module of a network: how it learns from an example, what it sees, where it starts.

    ``learn`` gives the loss of one example and its gradient, ``look`` what every hidden unit makes
    of a point, and the score; ``starts`` has the weights of each seed, flat.
    """
    sizes = sizes_of(hidden)
    loss = objective(mlp(sizes, activation), binary_cross_entropy)
    params = [{"W": np.zeros(pair), "b": np.zeros(pair[1])} for pair in pairwise(sizes)]
    parts = {
        "learn": emit(jax.value_and_grad(loss), params, EXAMPLE),
        "look": emit(_seen(sizes, activation), params, np.zeros(INPUTS)),
    }
    return module(parts) + f"\nexport const starts = {_listed(drawn)};\n"


def rules(racers: dict[str, Racer]) -> str:
    """Return the module of the rules, each for one parameter, and of the loss of one score."""
    parts: Kernels = {"criterion": emit(binary_cross_entropy, np.zeros(()), np.zeros(()))}
    for j, racer in enumerate(racers.values()):
        state = racer.build({"learning_rate": 0.1}).init(np.zeros(()))
        parts[f"first{j}"] = emit(_first(racer), np.zeros(()), 0.1)
        parts[f"turn{j}"] = emit(_turn(racer), np.zeros(()), state, np.zeros(()), 0.1)
    return module(parts)


def check_alone(racers: dict[str, Racer]) -> None:
    """Refuse rules that do not treat each parameter as if it were alone.

    Raises:
        ValueError: if three steps on some parameters together differ from those on each alone.
    """
    with jax.enable_x64(True):
        names = list(racers)
        away = jax.jit(lambda: [_difference(racers[name]) for name in names])()
    for name, difference in zip(names, away, strict=True):
        if not float(difference) < FAR:
            raise ValueError(
                f"optimizers has {name!r}, which looks at parameters together; expected rules "
                f"that treat each as if it were alone"
            )


def _difference(racer: Racer) -> jax.Array:
    """Return how far three steps on a small tree are from those on each of its numbers."""
    tree = [{"W": jnp.array([[0.5, -1.0], [2.0, 0.1]]), "b": jnp.array([0.3, -0.7])}]
    slopes = [jax.tree.map(lambda leaf, k=k: jnp.sin(k + 3 * leaf), tree) for k in range(3)]

    def walked(params: Any, slopes: Any) -> Any:
        rule = racer.build({"learning_rate": 0.1})
        state = rule.init(params)
        for slope in slopes:
            updates, state = rule.update(slope, state, params)
            params = jax.tree.map(jnp.add, params, updates)
        return params

    together = _joined(walked(tree, slopes))
    alone = jax.vmap(walked)(_joined(tree), [_joined(slope) for slope in slopes])
    return jnp.max(jnp.abs(together - alone))


def _seen(sizes: tuple[int, ...], activation: str) -> Callable[..., Any]:
    """Return the function from a point to what each hidden unit makes of it, and the score."""

    def look(params: Any, x: Any) -> Any:
        # A network cut off after k layers has their sums as its output.
        sums = [
            mlp(sizes[: k + 1], activation).apply(params[:k], x) for k in range(1, len(sizes) - 1)
        ]
        return [ACTIVATIONS[activation](total) for total in sums], mlp(sizes, activation).apply(
            params, x
        )

    return look


def _turn(racer: Racer) -> Callable[..., Any]:
    """Return one step of a rule on one parameter, as ``gd.descend`` takes it."""

    def turn(param: Any, state: Any, slope: Any, learning_rate: Any) -> Any:
        rule = racer.build({"learning_rate": learning_rate})
        update, state = rule.update(slope, state, param)
        return param + update, state

    return turn


def _first(racer: Racer) -> Callable[..., Any]:
    def first(param: Any, learning_rate: Any) -> Any:
        return racer.build({"learning_rate": learning_rate}).init(param)

    return first


def _joined(tree: Any) -> jax.Array:
    return jnp.concatenate([jnp.ravel(leaf) for leaf in jax.tree.leaves(tree)])


def _listed(rows: Iterable[list[float]]) -> str:
    """Return rows of numbers as JavaScript, each the very same double."""
    return "[\n" + "".join(f"  [{','.join(map(repr, row))}],\n" for row in rows) + "]"
