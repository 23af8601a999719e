"""Demos: the page's own functions, played in the reader's browser."""

from gdbook.demos.controls import Slider, slider
from gdbook.demos.demo import Demo, demo
from gdbook.demos.graph import Graph, graph
from gdbook.demos.microscope import Microscope, microscope
from gdbook.demos.playground import Playground, playground
from gdbook.demos.points import Points, points
from gdbook.demos.racers import Racer, racer
from gdbook.demos.sandbox import Example, example, sandbox

__all__ = [
    "Demo",
    "Example",
    "Graph",
    "Microscope",
    "Playground",
    "Points",
    "Racer",
    "Slider",
    "demo",
    "example",
    "graph",
    "microscope",
    "playground",
    "points",
    "racer",
    "sandbox",
    "slider",
]
