"""Update rules, one per file, each short enough to print whole on the page that explains it."""

from gdbook.optimizers.adadelta import adadelta
from gdbook.optimizers.adafactor import adafactor
from gdbook.optimizers.adagrad import adagrad
from gdbook.optimizers.adam import adam
from gdbook.optimizers.adam_l2 import adam_l2
from gdbook.optimizers.adamw import adamw
from gdbook.optimizers.amsgrad import amsgrad
from gdbook.optimizers.gradient_descent import gradient_descent
from gdbook.optimizers.lamb import lamb
from gdbook.optimizers.lars import lars
from gdbook.optimizers.lion import lion
from gdbook.optimizers.momentum import momentum
from gdbook.optimizers.nadam import nadam
from gdbook.optimizers.nesterov import nesterov
from gdbook.optimizers.rmsprop import rmsprop
from gdbook.optimizers.sophia import sophia

__all__ = [
    "adadelta",
    "adafactor",
    "adagrad",
    "adam",
    "adam_l2",
    "adamw",
    "amsgrad",
    "gradient_descent",
    "lamb",
    "lars",
    "lion",
    "momentum",
    "nadam",
    "nesterov",
    "rmsprop",
    "sophia",
]
