"""Numbers as in print: what Python writes with hyphens and an e, set as a reader knows it."""

from __future__ import annotations

import re

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NEGATIVE = re.compile(r"(?<![\w-])-(?=[\d.])")
POWER = re.compile(r"(?<![\w.])(\d[\d.]*)e(-?)\+?0*(\d+)\b")


def typeset(text: str) -> str:
    """Return text whose numbers are written as in print: −3.5 for -3.5, 1.2×10⁻⁵ for 1.2e-05."""

    def power(found: re.Match[str]) -> str:
        digits, sign, exponent = found.groups()
        raised = "10" + (sign + exponent).translate(SUPERSCRIPTS)
        return raised if digits == "1" else f"{digits}×{raised}"

    return NEGATIVE.sub("−", POWER.sub(power, text))
