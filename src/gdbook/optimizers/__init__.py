"""Update rules, one per file, each short enough to print whole on the page that explains it."""

from gdbook.optimizers.accumulate import accumulate
from gdbook.optimizers.adadelta import adadelta
from gdbook.optimizers.adafactor import adafactor
from gdbook.optimizers.adagrad import adagrad
from gdbook.optimizers.adam import adam
from gdbook.optimizers.adam_l2 import adam_l2
from gdbook.optimizers.adamax import adamax
from gdbook.optimizers.adamw import adamw
from gdbook.optimizers.amsgrad import amsgrad
from gdbook.optimizers.average import average, averaged
from gdbook.optimizers.clip import clip_by_norm, clip_by_value
from gdbook.optimizers.evolution_strategy import evolution_strategy
from gdbook.optimizers.gradient_descent import gradient_descent
from gdbook.optimizers.lamb import lamb
from gdbook.optimizers.lars import lars
from gdbook.optimizers.lbfgs import lbfgs
from gdbook.optimizers.lion import lion
from gdbook.optimizers.momentum import momentum
from gdbook.optimizers.muon import muon, newton_schulz
from gdbook.optimizers.nadam import nadam
from gdbook.optimizers.nesterov import nesterov
from gdbook.optimizers.newton import newton
from gdbook.optimizers.prodigy import prodigy
from gdbook.optimizers.project import project
from gdbook.optimizers.random_search import random_search
from gdbook.optimizers.rmsprop import rmsprop
from gdbook.optimizers.sam import sam
from gdbook.optimizers.schedule_free import schedule_free, schedule_free_adamw
from gdbook.optimizers.shampoo import shampoo
from gdbook.optimizers.simulated_annealing import simulated_annealing
from gdbook.optimizers.soap import soap
from gdbook.optimizers.sophia import sophia
from gdbook.optimizers.yogi import yogi

__all__ = [
    "accumulate",
    "adadelta",
    "adafactor",
    "adagrad",
    "adam",
    "adam_l2",
    "adamax",
    "adamw",
    "amsgrad",
    "average",
    "averaged",
    "clip_by_norm",
    "clip_by_value",
    "evolution_strategy",
    "gradient_descent",
    "lamb",
    "lars",
    "lbfgs",
    "lion",
    "momentum",
    "muon",
    "nadam",
    "nesterov",
    "newton",
    "newton_schulz",
    "prodigy",
    "project",
    "random_search",
    "rmsprop",
    "sam",
    "schedule_free",
    "schedule_free_adamw",
    "shampoo",
    "simulated_annealing",
    "soap",
    "sophia",
    "yogi",
]
