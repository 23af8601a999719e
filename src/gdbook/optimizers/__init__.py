"""Update rules, one per file, each short enough to print whole on the page that explains it."""

from gdbook.optimizers.adam import adam
from gdbook.optimizers.gradient_descent import gradient_descent
from gdbook.optimizers.momentum import momentum

__all__ = ["adam", "gradient_descent", "momentum"]
