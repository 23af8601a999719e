"""A network under the microscope, described as data: what the page's ``<gd-microscope>`` plays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np
from jax.flatten_util import ravel_pytree

from gdbook import analysis, checks
from gdbook.demos import kernels
from gdbook.demos.controls import Slider
from gdbook.demos.copied import expression
from gdbook.demos.playable import Playable, check_name
from gdbook.descend import descend
from gdbook.display import MICROSCOPE
from gdbook.figures import Figure, draw
from gdbook.live.emit import emit
from gdbook.models import mean_squared_error, mlp, objective
from gdbook.models.model import ACTIVATIONS, GAINS, chosen
from gdbook.optimizers.gradient_descent import gradient_descent
from gdbook.palette import SERIES, Theme

LOOKS = 75  # steps of the poster at which the sharpness is computed
PRODUCTS = 20  # with the Hessian, at each; twice as many change no line that is drawn


class Microscope(Playable):
    """A microscope that shows itself as a playable element in the book, as a poster elsewhere.

    Attributes:
        id: its name in links and in the page's address.
        alt: what is seen, in words.
        spec: everything the element needs but the kernels, as plain data.
        module: the JavaScript module of the network: its kernels, its examples and its start.
        poster: the figure shown where nothing can be played.
    """

    kind = MICROSCOPE
    word = "Microscope"

    def __init__(self, spec: dict[str, Any], module: str, picture: Figure):
        super().__init__(spec, picture)
        self.module = module

    def parts(self) -> dict[str, Any]:
        """Return the JavaScript of the page."""
        return {"module": self.module}


class Net(NamedTuple):
    """A network, what it learns from, and where it starts.

    Attributes:
        sizes: of all layers.
        loss: ``loss(params, (inputs, targets)) -> scalar``, a mean over examples.
        data: inputs and targets, each of shape (n, …).
        start: the first parameters.
    """

    sizes: tuple[int, ...]
    loss: Callable[..., Any]
    data: tuple[Any, Any]
    start: Any


def microscope(
    name: str,
    hidden: Sequence[int],
    data: Callable[[], Any],
    learning_rate: Slider,
    *,
    title: str,
    description: str,
    activation: str = "tanh",
    init: str = "xavier",
    seed: int = 0,
    steps: int = 3000,
    poster_steps: int = 1000,
    caption: str | None = None,
) -> Microscope:
    """Return a network whose curvature a reader watches while gradient descent trains it.

    In the page the gradient, the Hessian's products with vectors and the loss are the book's own
    functions, compiled to JavaScript; a step is that of :func:`~gdbook.descend` on all examples.
    The sharpness is found by multiplying a vector with the Hessian, beginning at each step with
    the vector of the last one.

    Args:
        name: its name in links: lower-case letters, digits and hyphens, unique on the page.
        hidden: how many units each hidden layer has; few, for every step of the page multiplies
            with the Hessian several times.
        data: a function without arguments, made by ``def``, that returns inputs of shape
            (n, features) and targets of shape (n, outputs).
        learning_rate: the slider of the learning rate; its ``low`` must be above 0.
        title: what it is called.
        description: what the poster shows, in words, for those who do not see it.
        activation: a name that ``gd.models.mlp`` knows.
        init: a name that ``gd.models.mlp`` knows.
        seed: of the key that the first weights are drawn from.
        steps: how many steps a walk may have.
        poster_steps: how many steps the poster shows, at the slider's first rate.
        caption: a sentence to print below.

    Raises:
        TypeError: if an argument is of the wrong kind.
        ValueError: if an argument is out of its range, or the data are not pairs.
        EmitError: if the network is too large to be compiled to JavaScript.

    Example:
        >>> import gdbook as gd
        >>> def parabola():
        ...     x = gd.datasets.chebyshev(5, 2).inputs[:, None]
        ...     return x, x**2
        >>> play = gd.demos.microscope(
        ...     "small", [2], parabola, gd.demos.slider(0.01, 1, 0.1), steps=50, poster_steps=10,
        ...     title="Small", description="The sharpness of a small network, and a dashed line.",
        ... )
        >>> play.spec["sizes"], play.spec["parameters"]
        ([1, 2, 1], 7)
    """
    check_name(name)
    layers = tuple(checks.count("hidden", size) for size in hidden)
    chosen("activation", activation, ACTIVATIONS)
    chosen("init", init, GAINS)
    steps, poster_steps = checks.count("steps", steps), checks.count("poster_steps", poster_steps)
    if not learning_rate.low > 0:
        raise ValueError(f"learning_rate begins at {learning_rate.low!r}; expected more than 0")
    with jax.enable_x64(True):
        net = _net(layers, _pairs(data), activation, init, seed)
        picture = _poster(net, learning_rate.value, poster_steps, description, caption)
        spec = {
            "id": name,
            "title": title,
            "description": description,
            "caption": caption,
            "steps": steps,
            "sizes": list(net.sizes),
            "parameters": int(ravel_pytree(net.start)[0].size),
            "rate": learning_rate.spec("learning_rate"),
            "python": {
                **expression(data), "activation": activation, "init": init, "seed": seed,
            },
        }  # fmt: skip
        return Microscope(spec, _module(net), picture)


def _pairs(data: Callable[[], Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and targets, or refuse what are none."""
    if not callable(data):
        raise TypeError(f"data is {data!r}; expected a function that returns inputs and targets")
    made = data()
    if not isinstance(made, tuple) or len(made) != 2:
        raise ValueError(f"data gives {type(made).__name__}; expected inputs and targets")
    inputs, targets = (np.asarray(part, float) for part in made)
    if inputs.ndim != 2 or targets.ndim != 2 or len(inputs) != len(targets) or not len(inputs):
        raise ValueError(
            f"data gives inputs of shape {inputs.shape} and targets of shape {targets.shape}; "
            f"expected (n, features) and (n, outputs)"
        )
    return inputs, targets


def _net(
    hidden: tuple[int, ...], data: tuple[Any, Any], activation: str, init: str, seed: int
) -> Net:
    sizes = (data[0].shape[1], *hidden, data[1].shape[1])
    model = mlp(sizes, activation, init)
    start = jax.jit(model.init)(jax.random.key(seed))
    return Net(sizes, objective(model, mean_squared_error), data, start)


def _module(net: Net) -> str:
    """Return the module of a network: what it does at one example, its examples, its start.

    ``learn`` gives the loss of one example and its gradient, ``bend`` the Hessian times a vector,
    ``height`` the loss alone, and ``turn`` one parameter after a step. A mean over examples is the
    page's affair, so that the code does not grow with their number.
    """
    params = jax.tree.map(np.asarray, net.start)
    example = tuple(part[:1] for part in net.data)

    def bend(params: Any, vector: Any, example: Any) -> Any:
        return analysis.hvp(lambda params: net.loss(params, example), params, vector)

    parts = {
        "learn": emit(jax.value_and_grad(net.loss), params, example),
        "bend": emit(bend, params, params, example),
        "height": emit(net.loss, params, example),
        "turn": emit(_turn, 0.0, 0.0, 0.1),
    }
    flat = np.asarray(ravel_pytree(net.start)[0])
    rows = np.concatenate([part.reshape(len(part), -1) for part in net.data], axis=1)
    return (
        kernels.module(parts)
        + f"\nexport const start = {flat.tolist()!r};\n"
        + f"\nexport const examples = {rows.tolist()!r};\n"
    )


def _turn(param: Any, slope: Any, learning_rate: Any) -> Any:
    """Return one parameter after a step, as ``gd.descend`` takes it."""
    rule = gradient_descent(learning_rate)
    update, _ = rule.update(slope, rule.init(param), param)
    return param + update


def _poster(
    net: Net, rate: float, steps: int, description: str, caption: str | None
) -> Figure:  # fmt: skip
    """Return the picture of a walk at the first rate: its sharpness, and 2/rate."""
    loss = lambda params: net.loss(params, net.data)  # noqa: E731
    path = descend(loss, net.start, gradient_descent(rate), steps)
    at = np.unique(np.linspace(0, steps, LOOKS + 1).astype(int))
    looked = jax.tree.map(lambda leaf: leaf[at], path.params)
    products = min(PRODUCTS, ravel_pytree(net.start)[0].size)
    sharp = np.asarray(jax.lax.map(lambda at: analysis.sharpness(loss, at, steps=products), looked))
    losses = np.asarray(path.loss)

    def paint(canvas: Any, theme: Theme) -> None:
        above, below = canvas.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        above.axhline(2 / rate, color=theme.text, linestyle="--", linewidth=1.3)
        words = f"2/{rate:g} = {2 / rate:.3g}"
        above.text(0, 2 / rate, words, color=theme.text, va="bottom")
        above.plot(at, sharp, color=SERIES[1].on(theme))
        above.set(ylabel="sharpness", ylim=(0, 1.15 * float(max(2 / rate, np.nanmax(sharp)))))
        below.plot(losses, color=SERIES[0].on(theme), linewidth=1.2)
        below.set(yscale="log", ylabel="loss", xlabel="step", xlim=(0, steps))

    return draw(paint, size=(6.4, 5.2), alt=description, caption=caption)
