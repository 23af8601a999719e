"""The real sets that come with scikit-learn, which is needed only here."""

from __future__ import annotations

import jax.numpy as jnp

from gdbook.datasets.dataset import Dataset


def diabetes() -> Dataset:
    """Return 442 patients: ten measurements each, and how far their disease went in a year.

    Returns:
        Inputs of shape (442, 10), centred, each column of length 1; the disease's progression,
        a number from 25 to 346.

    Source:
        B. Efron et al., "Least Angle Regression", Annals of Statistics 32(2), 2004.
    """
    return _bundled("diabetes", "10 measurements and the disease's progression, 442 patients",
                    "Efron et al. 2004", labels=False)  # fmt: skip


def digits() -> Dataset:
    """Return 1797 handwritten digits of 8 by 8 pixels.

    Returns:
        Inputs of shape (1797, 64), from 0 to 16; the digit written.

    Source:
        E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
        Learning Repository, 1998.
    """
    return _bundled("digits", "64 pixels (0 to 16) and the digit, 1797 drawings",
                    "Alpaydin and Kaynak 1998")  # fmt: skip


def breast_cancer() -> Dataset:
    """Return 569 tumours: thirty measurements of cell nuclei each, and 1 where benign.

    Returns:
        Inputs of shape (569, 30), in various units; 0 for malignant and 1 for benign.

    Source:
        W. N. Street, W. H. Wolberg and O. L. Mangasarian, "Nuclear Feature Extraction for Breast
        Tumor Diagnosis", 1993.
    """
    return _bundled("breast_cancer", "30 measurements and whether benign, 569 tumours",
                    "Street, Wolberg and Mangasarian 1993")  # fmt: skip


def iris() -> Dataset:
    """Return 150 iris flowers of three species.

    Returns:
        Inputs of shape (150, 4): length and width of sepal and petal in cm; the species.

    Source:
        R. A. Fisher, "The Use of Multiple Measurements in Taxonomic Problems", Annals of Eugenics
        7(2), 1936; measured by E. Anderson.
    """
    return _bundled("iris", "4 lengths (cm) and the species, 150 flowers", "Fisher 1936")


def wine() -> Dataset:
    """Return 178 wines from three growers.

    Returns:
        Inputs of shape (178, 13): what a chemist measured; the grower.

    Source:
        M. Forina et al., "Wine", UCI Machine Learning Repository, 1991.
    """
    return _bundled("wine", "13 measurements and the grower, 178 wines", "Forina et al. 1991")


def _bundled(name: str, about: str, source: str, *, labels: bool = True) -> Dataset:
    import sklearn.datasets

    loaded = getattr(sklearn.datasets, f"load_{name}")()
    targets = jnp.asarray(loaded.target, int if labels else float)
    return Dataset(jnp.asarray(loaded.data, float), targets, about, source)
