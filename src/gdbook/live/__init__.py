"""From a JAX function to a JavaScript module that computes the same numbers in the page.

>>> import gdbook as gd
>>> module = gd.live.emit(gd.surfaces.bowl, [2.5, 2.5])
>>> print(module.splitlines()[-2].strip())
output[0] = params0 * params0 + params1 * params1;
"""

from gdbook.live.emit import emit
from gdbook.live.errors import EmitError

__all__ = ["EmitError", "emit"]
