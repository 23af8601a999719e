"""gdbook: gradient descent, in functions short enough to print.

>>> import gdbook as gd
>>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.gradient_descent(0.1), 50)
>>> bool(path.loss[-1] < 0.001)
True
"""

from gdbook import datasets, demos, figures, live, optimizers, palette, surfaces
from gdbook.descend import descend
from gdbook.quote import quote
from gdbook.receipts import Receipt, ReceiptError, receipt
from gdbook.source import source
from gdbook.types import Loss, Optimizer, Params, Path, Schedule

__all__ = [
    "Loss",
    "Optimizer",
    "Params",
    "Path",
    "Receipt",
    "ReceiptError",
    "Schedule",
    "datasets",
    "demos",
    "descend",
    "figures",
    "live",
    "optimizers",
    "palette",
    "quote",
    "receipt",
    "source",
    "surfaces",
]
