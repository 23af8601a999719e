"""Regressions with certified answers: NIST computed them with 500 digits and published 15."""

from __future__ import annotations

import jax.numpy as jnp

from gdbook.datasets.dataset import Dataset

SOURCE = "NIST Statistical Reference Datasets (StRD), 1999"
CERTIFIED: dict[str, tuple[float, ...]] = {
    "norris": (-0.262323073774029, 1.00211681802045),
    "longley": (
        -3482258.63459582,
        15.0618722713733,
        -0.358191792925910e-01,
        -2.02022980381683,
        -1.03322686717359,
        -0.511041056535807e-01,
        1829.15146461355,
    ),
}
"""Least-squares coefficients, the intercept first."""


def norris() -> Dataset:
    """Return 36 calibrations of an ozone monitor against a standard; of lower difficulty.

    Returns:
        The standard's reading and the customer's, in the same unit; the certified line is
        ``CERTIFIED["norris"]``.

    Source:
        J. Norris, NIST, "Calibration of Ozone Monitors"; NIST StRD.
    """
    customer = [
        0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3,
        0.1, 778.1, 668.8, 339.3, 448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3,
        0.6, 557.6, 339.3, 888.0, 998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2,
    ]  # fmt: skip
    standard = [
        0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4,
        0.6, 775.5, 666.9, 338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3,
        0.3, 556.8, 339.1, 887.2, 999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5,
    ]  # fmt: skip
    about = "readings of an ozone standard and of a customer's monitor, 36 calibrations"
    return Dataset(jnp.asarray(standard), jnp.asarray(customer), about, SOURCE)


def longley() -> Dataset:
    """Return 16 years of the American economy, six numbers each that nearly say the same.

    Returns:
        Inputs of shape (16, 6): price deflator, gross national product, unemployed, armed forces,
        population, year; the number of employed. Certified is ``CERTIFIED["longley"]``.

    Source:
        J. W. Longley, "An Appraisal of Least Squares Programs for the Electronic Computer from
        the Viewpoint of the User", JASA 62(319), 1967; NIST StRD, of higher difficulty.
    """
    rows = [
        (60323, 83.0, 234289, 2356, 1590, 107608, 1947),
        (61122, 88.5, 259426, 2325, 1456, 108632, 1948),
        (60171, 88.2, 258054, 3682, 1616, 109773, 1949),
        (61187, 89.5, 284599, 3351, 1650, 110929, 1950),
        (63221, 96.2, 328975, 2099, 3099, 112075, 1951),
        (63639, 98.1, 346999, 1932, 3594, 113270, 1952),
        (64989, 99.0, 365385, 1870, 3547, 115094, 1953),
        (63761, 100.0, 363112, 3578, 3350, 116219, 1954),
        (66019, 101.2, 397469, 2904, 3048, 117388, 1955),
        (67857, 104.6, 419180, 2822, 2857, 118734, 1956),
        (68169, 108.4, 442769, 2936, 2798, 120445, 1957),
        (66513, 110.8, 444546, 4681, 2637, 121950, 1958),
        (68655, 112.6, 482704, 3813, 2552, 123366, 1959),
        (69564, 114.2, 502601, 3931, 2514, 125368, 1960),
        (69331, 115.7, 518173, 4806, 2572, 127852, 1961),
        (70551, 116.9, 554894, 4007, 2827, 130081, 1962),
    ]
    table = jnp.asarray(rows, float)
    about = "six numbers of the economy and the employed, 16 years"
    return Dataset(table[:, 1:], table[:, 0], about, SOURCE)
