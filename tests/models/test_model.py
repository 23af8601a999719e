"""How weights begin: the fan of a kernel counts its places."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from gdbook.models.model import chosen, weights


def test_a_kernel_s_fan_counts_its_places() -> None:
    """A 3 by 3 kernel over 40 channels has 360 inputs: He's variance is 2 / 360."""
    drawn = weights(jax.random.key(0), (3, 3, 40, 50), "he")
    assert drawn.shape == (3, 3, 40, 50)
    assert np.var(drawn) == pytest.approx(2 / 360, rel=5 * np.sqrt(2 / drawn.size))


def test_a_name_on_offer_is_returned() -> None:
    """What is on offer passes as it is."""
    assert chosen("x", "a", {"a": 1, "b": 2}) == "a"
    with pytest.raises(ValueError, match=r"^x is 'c'; expected one of a, b$"):
        chosen("x", "c", {"a": 1, "b": 2})
