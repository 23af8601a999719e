"""Demos: the page's own functions, played in the reader's browser."""

from gdbook.demos.controls import Slider, slider
from gdbook.demos.demo import Demo, demo
from gdbook.demos.points import Points, points
from gdbook.demos.racers import Racer, racer

__all__ = ["Demo", "Points", "Racer", "Slider", "demo", "points", "racer", "slider"]
