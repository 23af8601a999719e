"""Real observations, few enough to be printed here, with their source."""

from __future__ import annotations

import jax.numpy as jnp

from gdbook.datasets.dataset import Dataset


def house_prices() -> Dataset:
    """Return 20 houses sold in a small town of the American Midwest in 2008.

    Returns:
        Floor areas in thousands of square feet, and prices in thousands of dollars.

    Source:
        A. Cannon et al., "STAT2: Building Models for a World of Data", W. H. Freeman, 2013;
        the data frame ``Houses`` of the R package Stat2Data, collected from zillow.com.
    """
    square_feet = [
        4148, 2501, 4374, 2398, 2536, 2368, 1264, 1572, 2375, 1161,
        1542, 1464, 2240, 1269, 924, 768, 1320, 1845, 1274, 1905,
    ]  # fmt: skip
    dollars = [
        212000, 230000, 339000, 289000, 160000, 85000, 85000, 145000, 164000, 123500,
        180000, 159500, 156000, 146500, 101500, 109800, 182000, 110000, 125000, 80000,
    ]  # fmt: skip
    return Dataset(
        inputs=jnp.asarray(square_feet, float) / 1000,
        targets=jnp.asarray(dollars, float) / 1000,
        about="floor area (1000 sq ft) and price (1000 $) of 20 houses",
        source="Cannon et al., STAT2, 2013",
    )


def challenger() -> Dataset:
    """Return the 23 flights of the Space Shuttle before its last Challenger launch.

    Returns:
        The temperature of the joints at launch in degrees Fahrenheit, and 1 where at least one of
        the six primary O-rings came back damaged, 0 where none did.

    Source:
        S. R. Dalal, E. B. Fowlkes and B. Hoadley, "Risk Analysis of the Space Shuttle:
        Pre-Challenger Prediction of Failure", Journal of the American Statistical Association
        84(408), 1989.
    """
    degrees = [
        66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78,
        67, 53, 67, 75, 70, 81, 76, 79, 75, 58, 76,
    ]  # fmt: skip
    damaged = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0]
    return Dataset(
        inputs=jnp.asarray(degrees, float),
        targets=jnp.asarray(damaged, float),
        about="temperature at launch (°F) and whether an O-ring was damaged, 23 flights",
        source="Dalal, Fowlkes and Hoadley 1989",
    )
