"""gdbook: gradient descent, in functions short enough to print.

>>> import gdbook as gd
>>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.gradient_descent(0.1), 50)
>>> bool(path.loss[-1] < 0.001)
True
"""

from gdbook import (
    analysis,
    datasets,
    demos,
    figures,
    live,
    models,
    optimizers,
    palette,
    schedules,
    surfaces,
)
from gdbook.descend import descend
from gdbook.finder import find_learning_rate
from gdbook.quote import quote
from gdbook.race import race
from gdbook.receipts import Receipt, ReceiptError, receipt
from gdbook.source import source
from gdbook.stopping import Stop, stop
from gdbook.types import Loss, Optimizer, Params, Path, Schedule

__all__ = [
    "Loss",
    "Optimizer",
    "Params",
    "Path",
    "Receipt",
    "ReceiptError",
    "Schedule",
    "Stop",
    "analysis",
    "datasets",
    "demos",
    "descend",
    "figures",
    "find_learning_rate",
    "live",
    "models",
    "optimizers",
    "palette",
    "quote",
    "race",
    "receipt",
    "schedules",
    "source",
    "stop",
    "surfaces",
]
