"""Small data: real observations with their source, and synthetic sets made from a key."""

from gdbook.datasets.bundled import breast_cancer, diabetes, digits, iris, wine
from gdbook.datasets.dataset import Dataset
from gdbook.datasets.nist import CERTIFIED, longley, norris
from gdbook.datasets.observed import challenger, house_prices
from gdbook.datasets.synthetic import blobs, chebyshev, line, moons, sine, spirals
from gdbook.datasets.text import Text, characters, prose, stripped

__all__ = [
    "CERTIFIED",
    "Dataset",
    "Text",
    "blobs",
    "breast_cancer",
    "challenger",
    "characters",
    "chebyshev",
    "diabetes",
    "digits",
    "house_prices",
    "iris",
    "line",
    "longley",
    "moons",
    "norris",
    "prose",
    "sine",
    "spirals",
    "stripped",
    "wine",
]
