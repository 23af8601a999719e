"""Receipts: a claim, its measured value and its expected value, checked while the page runs."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdbook.checks import finite
from gdbook.display import RECEIPT, show
from gdbook.numerals import typeset

RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
WIDE = 1e6  # from here on, a power of ten is easier to read than zeros


class ReceiptError(AssertionError):
    """A claim that does not hold."""


@dataclass(frozen=True)
class Receipt:
    """One claim and its evidence.

    Attributes:
        claim: one sentence, in plain text.
        measured: what the code found, a number or an array.
        expected: what the claim says, of the same shape or a scalar.
        relation: ``"="`` (within the tolerance), ``"<"``, ``"<="``, ``">"`` or ``">="``.
        rtol: the tolerance of ``"="``, relative to the expected value.
        atol: the tolerance of ``"="``, in the unit of the expected value.
        source: who says so: a paper, a derivation, "definition".
    """

    claim: str
    measured: np.ndarray
    expected: np.ndarray
    relation: str
    rtol: float
    atol: float
    source: str

    @property
    def holds(self) -> bool:
        """Say whether the claim holds; nan never does."""
        if self.relation == "=":
            return bool(np.allclose(self.measured, self.expected, self.rtol, self.atol))
        return bool(np.all(RELATIONS[self.relation](self.measured, self.expected)))

    def __str__(self) -> str:
        mark = "✓" if self.holds else "✗"
        text = f"{mark} {self.claim}: measured {self.measured_text}, expected {self.expected_text}"
        return f"{text} ({self.source})" if self.source else text

    @property
    def measured_text(self) -> str:
        """The measured value, in as many digits as the tolerance vouches for."""
        return _text(self.measured, self._digits)

    @property
    def expected_text(self) -> str:
        """The expected value, with its relation if that is not equality."""
        text = _text(self.expected, self._digits)
        sign = {"=": "", "<=": "≤", ">=": "≥"}.get(self.relation, self.relation)
        return f"{sign}\N{NO-BREAK SPACE}{text}" if sign else text

    @property
    def _digits(self) -> int:
        if not self.holds:
            return 12  # few digits could hide the difference
        if self.relation != "=":
            return 4
        size = float(np.max(np.abs(self.expected), initial=0.0))
        if size == 0:
            return 2  # of what is left over, only the size is of interest
        tolerance = max(self.atol / size, self.rtol, 1e-15)
        return int(np.clip(np.ceil(-np.log10(tolerance)), 3, 15))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        data = {
            "claim": self.claim,
            "measured": self.measured_text,
            "expected": self.expected_text,
            "source": self.source,
        }
        return {RECEIPT: data, "text/plain": str(self)}


def receipt(
    claim: str,
    measured: Any,
    expected: Any,
    *,
    relation: str = "=",
    rtol: float | None = None,
    atol: float = 0.0,
    source: str = "",
) -> None:
    """Check a claim, and show it as one line with its measured and its expected value.

    Args:
        claim: one sentence, in plain text.
        measured: what the code found, a real number or an array of them.
        expected: what the claim says, of the same shape or a scalar.
        relation: how measured and expected should compare:
            ``"="`` (within the tolerance), ``"<"``, ``"<="``, ``">"`` or ``">="``.
        rtol: the tolerance of ``"="``, relative to the expected value; if None, two thirds of the
            digits of the coarser dtype are held to, and no more than six: 1e-6 for float64, 2e-5
            for float32.
        atol: the tolerance of ``"="``, in the unit of the expected value.
        source: who says so.

    Raises:
        ReceiptError: if the claim does not hold; a page that raises it is not built.
        TypeError: if a value is not made of real numbers, or a tolerance is not a number.
        ValueError: if the claim is empty, the relation unknown, a tolerance negative or infinite,
            or the shapes do not fit.

    Example:
        >>> import gdbook as gd
        >>> gd.receipt("The bowl opens at 12.5", gd.surfaces.bowl([2.5, 2.5]), 12.5)
        ✓ The bowl opens at 12.5: measured 12.5, expected 12.5
    """
    result = _checked(claim, measured, expected, relation, rtol, atol, source)
    if not result.holds:
        raise ReceiptError(str(result))
    show(result._repr_mimebundle_())


def _checked(
    claim: str,
    measured: Any,
    expected: Any,
    relation: str,
    rtol: float | None,
    atol: float,
    source: str,
) -> Receipt:
    if not (isinstance(claim, str) and claim.strip()):
        raise ValueError(f"claim is {claim!r}; expected a sentence")
    if relation != "=" and relation not in RELATIONS:
        raise ValueError(f"relation is {relation!r}; expected one of =, {', '.join(RELATIONS)}")
    found, wanted = _real("measured", measured), _real("expected", expected)
    if rtol is None:
        rtol = max(_usual(measured), _usual(expected))
    finite("rtol", rtol, 0)
    finite("atol", atol, 0)
    if wanted.shape not in ((), found.shape):
        raise ValueError(
            f"measured has shape {found.shape} and expected has shape {wanted.shape}; "
            f"expected the same shape in both, or a scalar for expected"
        )
    return Receipt(claim.strip(), found, wanted, relation, rtol, atol, source)


def _real(name: str, value: Any) -> np.ndarray:
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} is {value!r}; expected a real number or an array of them")
    if array.size == 0:
        raise ValueError(f"{name} is {value!r}, which is empty; expected at least one number")
    return array.astype(float)


def _usual(value: Any) -> float:
    """Return the relative tolerance for values of this dtype."""
    dtype = np.asarray(value).dtype
    return max(1e-6, float(np.finfo(dtype).eps) ** (2 / 3)) if dtype.kind == "f" else 1e-6


def _text(values: np.ndarray, digits: int) -> str:
    if values.ndim == 0:
        text = f"{float(values):.{digits}g}"
        if "e+0" in text and abs(float(text)) < WIDE:
            text = f"{float(text):.0f}"  # what was not checked reads 0, as in 6500
        return typeset(text)
    if values.size > 8:
        low, high = _text(values.min(), digits), _text(values.max(), digits)
        return f"{values.size} values" + (
            f", all {low}" if low == high else f" from {low} to {high}"
        )
    return "(" + ", ".join(_text(value, digits) for value in values) + ")"
