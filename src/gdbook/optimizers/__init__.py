"""Update rules, one per file, each short enough to print whole on the page that explains it."""

from gdbook.optimizers.accumulate import accumulate
from gdbook.optimizers.adam import adam
from gdbook.optimizers.average import average, averaged
from gdbook.optimizers.clip import clip_by_norm, clip_by_value
from gdbook.optimizers.evolution_strategy import evolution_strategy
from gdbook.optimizers.gradient_descent import gradient_descent
from gdbook.optimizers.lbfgs import lbfgs
from gdbook.optimizers.momentum import momentum
from gdbook.optimizers.muon import muon, newton_schulz
from gdbook.optimizers.newton import newton
from gdbook.optimizers.prodigy import prodigy
from gdbook.optimizers.random_search import random_search
from gdbook.optimizers.sam import sam
from gdbook.optimizers.schedule_free import schedule_free, schedule_free_adamw
from gdbook.optimizers.shampoo import shampoo
from gdbook.optimizers.simulated_annealing import simulated_annealing
from gdbook.optimizers.soap import soap

__all__ = [
    "accumulate",
    "adam",
    "average",
    "averaged",
    "clip_by_norm",
    "clip_by_value",
    "evolution_strategy",
    "gradient_descent",
    "lbfgs",
    "momentum",
    "muon",
    "newton",
    "newton_schulz",
    "prodigy",
    "random_search",
    "sam",
    "schedule_free",
    "schedule_free_adamw",
    "shampoo",
    "simulated_annealing",
    "soap",
]
