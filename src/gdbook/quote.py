"""Numbers for the prose: computed in a cell, quoted in a sentence, typed nowhere."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from gdbook.display import in_notebook, show


def quote(**values: Any) -> None:
    """Make values of a cell available to the sentences of its page.

    The text then asks for a value by its name, with a format if it wants one::

        {glue:text}`name:.3f`

    Args:
        **values: names and their values: numbers, scalar arrays, or strings.

    Raises:
        TypeError: if a value is none of these.

    Example:
        >>> import gdbook as gd
        >>> gd.quote(rate=0.25)  # in a page: shown where the text asks for it, and only there
    """
    for name, value in values.items():
        text = _plain(name, value)
        if in_notebook():
            # The convention of papermill's scrapbook, which myst-nb's `glue` reads.
            prefix = "application/papermill.record/"
            label = {"scrapbook": {"name": name, "mime_prefix": prefix}}
            show({prefix + "text/plain": text}, label)


def _plain(name: str, value: Any) -> str:
    if isinstance(value, str):
        return repr(str(value))  # str: NumPy has strings of its own
    if isinstance(value, (bool, int, float, np.generic, np.ndarray, jax.Array)):
        array = np.asarray(value)
        if array.shape == () and array.dtype.kind in "biuf":
            return repr(array.item())
    raise TypeError(f"{name} is {value!r}; expected a number, a scalar array or a string")
