"""Learning rates that change with the step: ``schedule(step) -> rate``, with steps from 0.

Their numbers are leaves of a pytree, as an optimizer's are: another peak or another length
compiles nothing, and ``vmap`` over them needs no code.
"""

from gdbook.schedules.compose import join, warm_up
from gdbook.schedules.cycles import cosine, cosine_restarts, one_cycle, warmup_stable_decay
from gdbook.schedules.decays import (
    constant,
    exponential,
    inverse_sqrt,
    linear,
    polynomial,
    step,
)

__all__ = [
    "constant",
    "cosine",
    "cosine_restarts",
    "exponential",
    "inverse_sqrt",
    "join",
    "linear",
    "one_cycle",
    "polynomial",
    "step",
    "warm_up",
    "warmup_stable_decay",
]
