"""What a data set is: inputs, targets, what they are, and whose."""

from __future__ import annotations

from typing import NamedTuple

import jax


class Dataset(NamedTuple):
    """Examples to learn from.

    Attributes:
        inputs: shape (examples,) or (examples, features), in the unit that ``about`` names.
        targets: shape (examples,), in the unit that ``about`` names; or classes, from 0.
        about: what the inputs and targets are, in words.
        source: who observed them, or how they were made.
    """

    inputs: jax.Array
    targets: jax.Array
    about: str
    source: str
