"""Operations: what Python makes of constants is what JavaScript makes of them."""

from __future__ import annotations

import numpy as np
import pytest

from gdbook.live.operations import OPERATIONS, int32, uint32
from tests.live.node import SPECIAL, assert_close, run

BOOLEAN = {"not", "and", "or", "select"}
FOLDED = [name for name, o in OPERATIONS.items() if o.fold is not None and name not in BOOLEAN]


@pytest.mark.parametrize("name", FOLDED)
def test_constants_fold_as_javascript_computes(name: str) -> None:
    """At special values, folding an operation gives what its text gives in Node."""
    operation = OPERATIONS[name]
    count = len(operation.operands)
    rows = np.stack([x.ravel() for x in np.meshgrid(*[SPECIAL] * count)], axis=1)
    text = operation.text.format(*(f"input[{i}]" for i in range(count)))
    helper = "".join(needed(operation.helper))
    module = (
        f"{helper}export const inputs = {count}, outputs = 1;\n"
        f"export function kernel(input, output) {{ output[0] = {text}; }}"
    )
    assert operation.fold is not None
    with np.errstate(all="ignore"):
        wanted = [[float(operation.fold(*row))] for row in rows]
    assert_close(run(module, rows), wanted)


def needed(helper: str) -> list[str]:
    """Return the texts that a helper needs."""
    from gdbook.live import runtime

    return runtime.needed([helper] if helper else [])


@pytest.mark.parametrize(
    "value", [0, 1, -1, 2**31, -(2**31) - 1, 2**40 + 5, -0.7, 1.9, np.inf, np.nan]
)
def test_low_bits_of_a_double(value: float) -> None:
    """int32 and uint32 keep the low 32 bits of a number's whole part."""
    low = int(value) % 2**32 if np.isfinite(value) else 0
    assert uint32(value) == low
    assert int32(value) == (low if low < 2**31 else low - 2**32)
