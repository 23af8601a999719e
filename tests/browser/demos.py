"""A small book with demos of every kind, and what is known of them without a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.book.conftest import STAND_IN
from tests.book.pages import CONF, cell, contents, executed, plain

ROOT = Path(__file__).parents[2]

SOLID = cell("""
import jax.numpy as jnp
import gdbook as gd

rules, slider = gd.optimizers, gd.demos.slider
gd.demos.demo(
    "bowl", gd.surfaces.bowl, {"Gradient descent": rules.gradient_descent}, slider(0.001, 3, 0.1),
    title="A bowl", description="A ball on the wall of a bowl.", axes=("w", "b"),
    views=("surface", "map", "loss"), steps=600, caption="A bowl & <more>.",
)
""")

RACE = cell("""
import jax.numpy as jnp
import gdbook as gd

rules, slider = gd.optimizers, gd.demos.slider
gd.demos.demo(
    "race", gd.surfaces.curved_valley,
    {
        "SGD": gd.demos.racer(rules.gradient_descent, learning_rate=0.01),
        "Momentum": gd.demos.racer(rules.momentum, learning_rate=0.002),
        "RMSProp": gd.demos.racer(rules.rmsprop, learning_rate=0.01),
        "Adam": gd.demos.racer(rules.adam, learning_rate=0.1, b1=0.8),
    },
    slider(0.0001, 1, 0.01), settings={"momentum": slider(0, 0.99, 0.9, log=False)},
    title="A race", description="Four balls in a curved valley.", axes=("x", "y"), steps=300,
)
""")

FIT = cell("""
def line(params, x):
    return params[0] * x + params[1]

def squared_error(params, data):
    x, y, present = data
    errors = params[0] * x + params[1] - y
    return jnp.sum(present * errors**2) / jnp.sum(present)

def least_squares(x, y, present):
    n = jnp.sum(present)
    mean_x, mean_y = jnp.sum(present * x) / n, jnp.sum(present * y) / n
    off = present * (x - mean_x)
    slope = jnp.sum(off * (y - mean_y)) / jnp.sum(off * (x - mean_x))
    return jnp.array([slope, mean_y - slope * mean_x])

gd.demos.demo(
    "fit", squared_error, {"Gradient descent": rules.gradient_descent}, slider(0.001, 1, 0.02),
    title="A line", description="A line through four points.",
    points=gd.demos.points(
        [1.0, 2, 3, 4], [1.5, 2.5, 2, 3.5], line, window=((0, 6), (0, 5)),
        solution=least_squares, room=6,
    ),
    domain=((-1, 2), (-1, 3)), start=(0.5, 1.0), views=("map", "data", "loss"),
)
""")

FLAVOURS = cell("""
def mean_error(params, data):
    x, y = data
    return jnp.mean((params[0] * x + params[1] - y) ** 2)

gd.demos.demo(
    "flavours", mean_error,
    {
        "Batch": rules.gradient_descent,
        "Stochastic": gd.demos.racer(rules.gradient_descent, batch_size=1, seed=2),
        "Falling": gd.demos.racer(
            rules.gradient_descent, batch_size=1, schedule=gd.schedules.cosine, steps=40
        ),
    },
    slider(0.001, 1, 0.02), title="Three flavours", description="Three balls on one surface.",
    points=gd.demos.points(
        [1.0, 2, 3, 4], [1.5, 2.5, 2, 3.5], line, window=((0, 6), (0, 5)),
    ),
    domain=((-1, 2), (-1, 3)), start=(0, 0), views=("map", "data"), steps=40,
)
""")

MENU = cell("""
gd.demos.demo(
    "menu", {"Two valleys": gd.surfaces.two_valleys, "A saddle": gd.surfaces.saddle},
    {"Gradient descent": rules.gradient_descent}, slider(0.001, 2, 0.05),
    title="Challenges", description="A ball above two valleys.", views=("map",), axes=("x", "y"),
)
""")

BOX = cell("""
import gdbook as gd

rules, slider, example = gd.optimizers, gd.demos.slider, gd.demos.example
gd.demos.sandbox(
    "box",
    {
        "A valley": example("(1 - x)^2 + 10 (y - x^2)^2", ((-2, 2), (-1, 3)), (-1.5, 2.0)),
        "Kinks": example("abs(x) + 3 abs(y)", ((-3, 3), (-2, 2)), (2.5, 1.0), rates={"Adam": 0.3}),
    },
    {
        "SGD": gd.demos.racer(rules.gradient_descent, learning_rate=0.01),
        "Momentum": gd.demos.racer(rules.momentum, learning_rate=0.002),
        "RMSProp": gd.demos.racer(rules.rmsprop, learning_rate=0.01),
        "Adam": gd.demos.racer(rules.adam, learning_rate=0.1, b1=0.8),
    },
    slider(0.0001, 1, 0.01), settings={"momentum": slider(0, 0.99, 0.9, log=False)},
    title="A sandbox", description="Four balls on the ground of a formula.", steps=300,
    at_first=("SGD", "Adam"), views=("map", "surface", "loss"),
)
""")

BASINS = cell("""
import gdbook as gd

rules, slider = gd.optimizers, gd.demos.slider
gd.demos.demo(
    "four", {"Four valleys": gd.surfaces.himmelblau, "Two valleys": gd.surfaces.two_valleys},
    {"Gradient descent": rules.gradient_descent, "Momentum": rules.momentum},
    slider(0.002, 0.04, 0.012), settings={"momentum": slider(0, 0.99, 0.5, log=False)},
    title="Basins", description="Four basins, one for each minimum.", axes=("x", "y"),
    views=("map", "surface", "loss"), at_first=("Gradient descent",), steps=160, basins=160,
)
""")

PLAY = cell("""
import jax.numpy as jnp
import gdbook as gd

rules, racer, slider = gd.optimizers, gd.demos.racer, gd.demos.slider


def moons(key, noise):
    data = gd.datasets.moons(key, 60, noise=noise)
    return data.inputs - jnp.array([0.5, 0.25]), data.targets


def clouds(key, noise):
    data = gd.datasets.blobs(key, 40, noise=noise)
    return data.inputs, data.targets


gd.demos.playground(
    "play", [(), (3,), (8, 8)], ("tanh", "relu", "identity"),
    {
        "gradient descent": racer(rules.gradient_descent, learning_rate=0.3),
        "momentum": racer(rules.momentum, learning_rate=0.1),
        "RMSProp": racer(rules.rmsprop, learning_rate=0.01, decay=0.95),
        "Adam": racer(rules.adam, learning_rate=0.03),
    },
    {"moons": (moons, 0.15), "clouds": (clouds, 0.5)},
    slider(0.0001, 1000, 0.1), slider(0, 1, 0.1, log=False),
    batch_sizes=(7, None), seeds=(3, 4), steps=900, poster_steps=50,
    at_first={"layers": (3,), "optimizer": "Adam"},
    title="A playground", description="Two half moons of points and a line between them.",
    caption="Points & <more>.",
)
""")

NET = cell("""
import jax.numpy as jnp
import gdbook as gd


def small(x, y, w1, b1, v1, w2, b2, v2):
    return (v1 * jnp.tanh(w1 * x + b1) + v2 * jnp.tanh(w2 * x + b2) - y) ** 2


point = {"x": 2.0, "y": 1.0, "w1": 0.5, "b1": -0.4, "v1": 0.8, "w2": -1.0, "b2": 1.5, "v2": 1.2}
gd.demos.graph(
    "net", small, {key: gd.demos.slider(-3, 3, v, log=False) for key, v in point.items()},
    [key for key in point if key not in "xy"], gd.optimizers.gradient_descent,
    gd.demos.slider(0.001, 1, 0.1), title="A network",
    description="The graph of a network, with values and slopes.", caption="Values & <slopes>.",
)
""")

LENS = cell("""
import gdbook as gd


def polynomial():
    data = gd.datasets.chebyshev(20, 4)
    return data.inputs[:, None], data.targets[:, None]


gd.demos.microscope(
    "lens", [8, 8], polynomial, gd.demos.slider(0.02, 1, 0.1), seed=1, poster_steps=20,
    title="A microscope", description="The sharpness of a small network, and a dashed line.",
    caption="Sharpness & <line>.",
)
""")

PAGES = {
    "index": plain(
        "A small book", "Words.", contents("solid", "many", "valleys", "box", "play", "net", "lens")
    ),
    "solid": executed("A bowl", *["Words, and words."] * 60, SOLID),
    "many": executed("Many", RACE, FIT, FLAVOURS, MENU),
    "valleys": executed("Valleys", *["Words, and words."] * 60, BASINS),
    "box": executed("A box", *["Words, and words."] * 60, BOX),
    "play": executed("Play", PLAY),
    "net": executed("Net", NET),
    "lens": executed("Lens", LENS),
}

# The colours that demos read from the page are those of the book.
COLOURS = f"""
import runpy
html_theme_options = runpy.run_path({str(ROOT / "docs" / "conf.py")!r})["html_theme_options"]
html_theme_options = {{
    key: value for key, value in html_theme_options.items() if key.endswith("_css_variables")
}}
html_favicon = "favicon.svg"
gdbook_parts = {{}}
"""


def write_and_build(folder: Path) -> Path:
    """Write the book, build it as the real one is, and return the folder of its pages."""
    pages = {f"{name}.md": text for name, text in PAGES.items()}
    conf = CONF + COLOURS + STAND_IN + "\nnb_execution_timeout = 300\n"
    for name, text in {"conf.py": conf, "references.bib": "", **pages}.items():
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "docs" / "_static" / "favicon.svg", folder)
    html = folder / "_build" / "html"
    command = [sys.executable, "-m", "sphinx", "-nW", "-b", "html", str(folder), str(html)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return html
