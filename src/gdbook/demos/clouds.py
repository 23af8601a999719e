"""The data of a playground: points of two classes, whose scatter a slider sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

DATA, SPLIT = 100, 101  # seeds of the keys that make the points, and tell which are held out
LEVELS = (0.0, 1.0, 0.37)  # of noise, of which the third must lie on the line through the others


@dataclass(frozen=True)
class Cloud:
    """Points of two classes: where they are without noise, and how far noise moves each.

    Attributes:
        name: what it is called in the menu.
        make: ``make(key, noise) -> (inputs, classes)``.
        base: where the points are without noise, shape (n, 2), those to learn from first.
        scatter: by how much noise of level 1 moves each, shape (n, 2).
        classes: 0 or 1, shape (n,).
        noise: the level of noise at first.
    """

    name: str
    make: Callable[..., Any]
    base: np.ndarray
    scatter: np.ndarray
    classes: np.ndarray
    noise: float

    def at(self, noise: float) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        """Return inputs and targets at a level of noise: those to learn from, those held out."""
        inputs, half = self.base + noise * self.scatter, len(self.base) // 2
        targets = self.classes[:, None].astype(float)
        return (inputs[:half], targets[:half]), (inputs[half:], targets[half:])

    def window(self, noise: float) -> list[list[float]]:
        """Return a square window that holds the points of a level of noise."""
        points = self.base + noise * self.scatter
        low, high = points.min(axis=0), points.max(axis=0)
        reach = 0.54 * float(np.max(high - low))
        return [[float(middle - reach), float(middle + reach)] for middle in (low + high) / 2]

    def module(self) -> str:
        """Return the points as a JavaScript module."""
        return "".join(
            f"export const {name} = [{','.join(map(repr, values.ravel().tolist()))}];\n"
            for name, values in (
                ("base", self.base), ("scatter", self.scatter), ("classes", self.classes),
            )
        )  # fmt: skip


def clouds(datasets: Mapping[str, tuple[Callable[..., Any], float]]) -> list[Cloud]:
    """Return the points that each function makes, shuffled; the second half will be held out.

    Raises:
        ValueError: if they are not points of the plane of classes 0 and 1, or noise does more
            than add itself times fixed numbers.
    """

    def draw() -> Any:
        key, split = jax.random.key(DATA), jax.random.key(SPLIT)
        made = {name: [make(key, n) for n in LEVELS] for name, (make, _) in datasets.items()}
        sizes = {jnp.shape(classes)[0] for [(_, classes), *_] in made.values()}
        return made, {size: jax.random.permutation(split, size) for size in sizes}

    with jax.enable_x64(True):
        made, orders = jax.tree.map(np.asarray, draw())
    found = []
    for name, (make, noise) in datasets.items():
        [(inputs, classes), (whole, _), (part, _)] = made[name]
        scatter = whole - inputs
        _check(name, inputs, classes, part, scatter)
        order = orders[len(classes)]
        places, moves, kinds = inputs[order], scatter[order], classes[order].astype(int)
        found.append(Cloud(name, make, places, moves, kinds, float(noise)))
    return found


def _check(name: str, inputs: Any, classes: Any, part: Any, scatter: Any) -> None:
    """Refuse what cannot be shown, or what a noise slider could not move."""
    n = len(classes)
    if inputs.shape != (n, 2) or classes.shape != (n,) or n < 4 or n % 2:
        raise ValueError(
            f"datasets[{name!r}] gives inputs of shape {inputs.shape} and classes of shape "
            f"{classes.shape}; expected (n, 2) and (n,), with n even and at least 4"
        )
    kinds = np.unique(classes).tolist()
    if kinds != [0, 1]:
        raise ValueError(f"datasets[{name!r}] has classes {kinds}; expected 0 and 1")
    if not np.allclose(part, inputs + LEVELS[2] * scatter, rtol=1e-12, atol=1e-12):
        raise ValueError(
            f"datasets[{name!r}] is not linear in its noise; expected "
            f"inputs = base + noise × numbers that follow from the key"
        )
