"""A data set: four fields, of which the arrays go into a walk."""

from __future__ import annotations

import gdbook as gd


def test_a_dataset_has_its_arrays_first() -> None:
    """Inputs and targets come first, so that data[:2] is what a loss takes."""
    data = gd.datasets.house_prices()
    assert data._fields == ("inputs", "targets", "about", "source")
    assert data[:2][1] is data.targets
