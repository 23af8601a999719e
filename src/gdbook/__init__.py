"""gdbook: gradient descent, in functions short enough to print.

>>> import gdbook as gd
>>> path = gd.descend(gd.surfaces.bowl, [2.5, 2.5], gd.optimizers.gradient_descent(0.1), 50)
>>> bool(path.loss[-1] < 0.001)
True
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

# Where the names are from that are not modules.
_HOMES = {
    "Loss": "types",
    "Optimizer": "types",
    "Params": "types",
    "Path": "types",
    "Receipt": "receipts",
    "ReceiptError": "receipts",
    "Schedule": "types",
    "Stop": "stopping",
    "descend": "descend",
    "find_learning_rate": "finder",
    "quote": "quote",
    "race": "race",
    "receipt": "receipts",
    "source": "source",
    "stop": "stopping",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for: who builds the book needs neither JAX nor Matplotlib."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOMES.get(name, name)}")
    value = getattr(module, name) if name in _HOMES else module
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """A package in which ``descend`` is the function, whoever imports the module of that name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
