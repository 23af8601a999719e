"""A network playground, described as data: what the page's ``<gd-playground>`` element plays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from gdbook import checks
from gdbook.demos import nets
from gdbook.demos.clouds import DATA, SPLIT, Cloud, clouds
from gdbook.demos.controls import Slider
from gdbook.demos.copied import expression
from gdbook.demos.playable import Playable, check_name
from gdbook.demos.racers import Racer
from gdbook.descend import descend
from gdbook.display import PLAYGROUND
from gdbook.figures import Figure, draw
from gdbook.models import binary_cross_entropy, mlp, objective
from gdbook.models.model import ACTIVATIONS, GAINS, chosen
from gdbook.palette import SERIES, Theme, mark

ORDER = 102  # the seed of the key that shuffles the examples
GRID = 80  # places of the poster along each side
TINT = 0.6  # of a class's colour, where the network is sure


class Playground(Playable):
    """A playground that shows itself as a playable element in the book, as a poster elsewhere.

    Attributes:
        id: its name in links and in the page's address.
        alt: what is seen, in words.
        spec: everything the element needs but the modules, as plain data.
        modules: names and texts of JavaScript modules, each fetched when it is needed.
        poster: the figure shown where nothing can be played.
    """

    kind = PLAYGROUND
    word = "Playground"

    def __init__(self, spec: dict[str, Any], modules: dict[str, str], picture: Figure):
        super().__init__(spec, picture)
        self.modules = modules

    def parts(self) -> dict[str, Any]:
        """Return the JavaScript of the page."""
        return {"modules": self.modules}


def playground(
    name: str,
    layers: Sequence[tuple[int, ...]],
    activations: Sequence[str],
    optimizers: Mapping[str, Racer],
    datasets: Mapping[str, tuple[Callable[..., Any], float]],
    learning_rate: Slider,
    noise: Slider,
    *,
    title: str,
    description: str,
    inits: Sequence[str] = ("xavier", "he", "zeros"),
    batch_sizes: Sequence[int | None] = (1, 10, None),
    seeds: Sequence[int] = (0, 1, 2, 3),
    at_first: Mapping[str, Any] | None = None,
    steps: int = 3000,
    poster_steps: int = 400,
    caption: str | None = None,
) -> Playground:
    """Return a playground in which a reader trains small networks on points of two classes.

    In the page every number comes from the book's own functions, compiled to JavaScript:
    ``gd.models.mlp`` and its gradient by ``gd.models.binary_cross_entropy``, and the rules.
    A walk in the page is the walk of :func:`~gdbook.descend`.

    Args:
        name: its name in links: lower-case letters, digits and hyphens, unique on the page.
        layers: the networks on offer, as sizes of their hidden layers; ``()`` has none.
        activations: names that ``gd.models.mlp`` knows.
        optimizers: names and racers, each with a learning rate of its own at first; their rules
            must treat each parameter as if it were alone.
        datasets: names and pairs of a function ``make(key, noise) -> (inputs, classes)``, with
            inputs of shape (n, 2) and classes 0 and 1, and its noise at first; the first half of
            the shuffled points is learned from, the second held out.
        learning_rate: the slider of the learning rate; its value does not count.
        noise: the slider of the noise; its value does not count.
        title: what it is called.
        description: what the poster shows, in words, for those who do not see it.
        inits: names that ``gd.models.mlp`` knows.
        batch_sizes: how many examples a step may look at; None for all.
        seeds: of the keys that the weights are drawn from.
        at_first: what is chosen at first, by the names ``data``, ``layers``, ``activation``,
            ``init``, ``optimizer``, ``batch_size`` and ``seed``; else the first of each.
        steps: how many steps a walk may have.
        poster_steps: how many steps the poster's network was trained.
        caption: a sentence to print below.

    Raises:
        TypeError: if an argument is of the wrong kind.
        ValueError: if an argument is out of its range, or a rule looks at parameters together.
        EmitError: if a rule or what makes the data cannot be compiled to JavaScript.

    Example:
        >>> import gdbook as gd
        >>> def clouds(key, noise):
        ...     data = gd.datasets.blobs(key, 40, noise=noise)
        ...     return data.inputs, data.targets
        >>> play = gd.demos.playground(
        ...     "small", [(), (2,)], ["tanh"],
        ...     {"Adam": gd.demos.racer(gd.optimizers.adam, learning_rate=0.03)},
        ...     {"clouds": (clouds, 0.5)}, gd.demos.slider(0.001, 1, 0.1),
        ...     gd.demos.slider(0, 1, 0.5, log=False), title="Small",
        ...     description="Two clouds of points and the line between them.",
        ... )
        >>> sorted(play.modules)
        ['data-0', 'network-0-0', 'network-1-0', 'rules']
    """
    check_name(name)
    nonempty = {"layers": layers, "activations": activations, "optimizers": optimizers,
                "datasets": datasets, "inits": inits, "batch_sizes": batch_sizes,
                "seeds": seeds}  # fmt: skip
    for argument, value in nonempty.items():
        if not len(value):
            raise ValueError(f"{argument} is empty; expected at least one")
    hidden = [tuple(checks.count("layers", size) for size in sizes) for sizes in layers]
    activations = [chosen("activations", entry, ACTIVATIONS) for entry in activations]
    inits = [chosen("inits", entry, GAINS) for entry in inits]
    steps, poster_steps = checks.count("steps", steps), checks.count("poster_steps", poster_steps)
    racers = _racers(optimizers)
    _check_noise(datasets, noise)
    points = clouds(datasets)
    _check_batches(batch_sizes, points)
    first = _first(at_first or {}, points, hidden, activations, inits, racers, batch_sizes, seeds)
    seeds = tuple(seeds)
    nets.check_alone(racers)
    modules = {"rules": nets.rules(racers)}
    modules |= {f"data-{i}": entry.module() for i, entry in enumerate(points)}
    modules |= {
        f"network-{i}-{j}": nets.network(sizes, activation, drawn)
        for i, (sizes, drawn) in enumerate(zip(hidden, nets.starts(hidden, seeds), strict=True))
        for j, activation in enumerate(activations)
    }
    spec = {
        "id": name,
        "title": title,
        "description": description,
        "caption": caption,
        "steps": steps,
        "layers": [
            {"sizes": list(sizes), "gains": {name: nets.gains(sizes, name) for name in inits}}
            for sizes in hidden
        ],
        "activations": list(activations),
        "inits": list(inits),
        "optimizers": [_rule(key, j, racer) for j, (key, racer) in enumerate(racers.items())],
        "data": [
            {"name": entry.name, "noise": entry.noise, "python": expression(entry.make)}
            for entry in points
        ],
        "batches": list(batch_sizes),
        "seeds": list(seeds),
        "first": first,
        "rate": learning_rate.spec("learning_rate"),
        "noise": noise.spec("noise"),
        "keys": {"data": DATA, "split": SPLIT, "order": ORDER},
        "colors": [{"light": style.light, "dark": style.dark} for style in SERIES[:2]],
    }
    return Playground(spec, modules, _poster(spec, points, racers, poster_steps))


def _racers(optimizers: Mapping[str, Racer]) -> dict[str, Racer]:
    """Return the rules, or refuse those without a learning rate to begin with."""
    for key, entry in optimizers.items():
        if not isinstance(entry, Racer) or entry.learning_rate is None:
            raise ValueError(
                f"optimizers[{key!r}] is {entry!r}; expected gd.demos.racer(rule, learning_rate=…)"
            )
    return dict(optimizers)


def _check_noise(datasets: Mapping[str, Any], slider: Slider) -> None:
    for name, (_, level) in datasets.items():
        if not slider.low <= level <= slider.high:
            raise ValueError(
                f"datasets[{name!r}] has noise {level!r}; expected {slider.low} to {slider.high}"
            )


def _check_batches(sizes: Sequence[int | None], points: list[Cloud]) -> None:
    most = min(len(entry.base) // 2 for entry in points)
    for size in sizes:
        if size is not None and not 1 <= checks.count("batch_sizes", size) <= most:
            raise ValueError(f"batch_sizes has {size}; expected None, or 1 to {most}")


def _first(
    wanted: Mapping[str, Any], points: Any, layers: Any, activations: Any, inits: Any,
    optimizers: Any, batches: Any, seeds: Any,
) -> dict[str, int]:  # fmt: skip
    """Return what is chosen at first, as places in the lists of what is on offer."""
    offered: dict[str, list[Any]] = {
        "data": [entry.name for entry in points], "layers": list(layers),
        "activation": list(activations), "init": list(inits), "optimizer": list(optimizers),
        "batch_size": list(batches), "seed": list(seeds),
    }  # fmt: skip
    for key, value in wanted.items():
        if value not in offered.get(key, []):
            raise ValueError(f"at_first has {key}={value!r}; expected of {offered.get(key)}")
    return {key: list_.index(wanted.get(key, list_[0])) for key, list_ in offered.items()}


def _rule(name: str, place: int, racer: Racer) -> dict[str, Any]:
    """Return a rule as plain data."""
    style = mark(name, place)
    state = racer.build({"learning_rate": 0.1}).init(np.zeros(()))
    return {
        "name": name,
        "rate": racer.learning_rate,
        "state": sum(int(np.size(leaf)) for leaf in jax.tree.leaves(state)),
        "color": {"light": style.light, "dark": style.dark},
        "python": {"rule": f"gd.optimizers.{racer.rule.__name__}", "fixed": dict(racer.fixed)},
    }


def _poster(
    spec: dict[str, Any], points: list[Cloud], racers: dict[str, Racer], steps: int
) -> Figure:
    """Return the picture of a network trained by ``descend`` as the page would train it."""
    first = spec["first"]
    entry, racer = points[first["data"]], list(racers.values())[first["optimizer"]]
    sizes = nets.sizes_of(tuple(spec["layers"][first["layers"]]["sizes"]))
    window = np.array(entry.window(entry.noise))
    with jax.enable_x64(True):
        activation, init = spec["activations"][first["activation"]], spec["inits"][first["init"]]
        model = mlp(sizes, activation, init)
        start = model.init(jax.random.key(spec["seeds"][first["seed"]]))
        train, held_out = entry.at(entry.noise)
        size = spec["batches"][first["batch_size"]]
        key = None if size is None else jax.random.key(ORDER)
        path = descend(
            objective(model, binary_cross_entropy), start,
            racer.build({"learning_rate": racer.learning_rate}), steps,
            data=train, batch_size=size, key=key, record="loss",
        )  # fmt: skip
        axes = [np.linspace(low, high, GRID) for low, high in window]
        places = np.stack(np.meshgrid(*axes), axis=-1)
        scores = np.asarray(jax.jit(model.apply)(path.last, places))[..., 0]

    def paint(canvas: Any, theme: Theme) -> None:
        _paint(canvas, theme, axes, scores, (train, held_out))

    words: dict[str, Any] = {"alt": spec["description"], "caption": spec["caption"]}
    return draw(paint, size=(5.0, 5.0), **words)


def _paint(canvas: Any, theme: Theme, axes: Any, scores: np.ndarray, parts: Any) -> None:
    """Draw the probabilities, the boundary, and the points: filled, or hollow if held out."""
    colors = [style.on(theme) for style in SERIES[:2]]
    zero, one, ground = (_rgb(color) for color in (*colors, theme.background))
    sure = TINT * np.tanh(np.abs(scores) / 2)[..., None]  # |2p - 1|
    image = ground + sure * (np.where(scores[..., None] < 0, zero, one) - ground)
    ax = canvas.add_subplot()
    window = [*axes[0][[0, -1]], *axes[1][[0, -1]]]
    ax.imshow(image, extent=window, origin="lower", interpolation="bilinear")
    ax.contour(*axes, scores, levels=[0.0], colors=theme.text, linewidths=1.5)
    for (inputs, targets), filled in zip(parts, (True, False), strict=True):
        for kind, marker in enumerate("os"):
            x, y = inputs[targets[:, 0] == kind].T
            face = colors[kind] if filled else "none"
            edge = theme.background if filled else colors[kind]
            ax.scatter(x, y, s=34, marker=marker, facecolors=face, edgecolors=edge, linewidths=1.1)
    ax.set_xlabel("x₁")
    ax.set_ylabel("x₂")


def _rgb(color: str) -> np.ndarray:
    return np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
