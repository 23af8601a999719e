"""Draw the README's picture: ``python docs/picture.py``.

It is the one output that is kept in the repository, as text, because a README cannot run code.
"""

from __future__ import annotations

from pathlib import Path

import jax

import gdbook as gd
from gdbook.palette import THEMES

FOLDER = Path(__file__).parent
STEPS = 60


def walks() -> dict[str, gd.Path]:
    """Return the walks that the picture shows."""
    valley = gd.surfaces.curved_valley
    rules = {
        "gradient descent": gd.optimizers.gradient_descent(0.01),
        "momentum": gd.optimizers.momentum(0.005, 0.9),
        "Adam": gd.optimizers.adam(0.15),
    }
    return {name: gd.descend(valley, valley.start, rule, STEPS) for name, rule in rules.items()}


def main() -> None:
    """Write the picture for light and for dark pages."""
    jax.config.update("jax_enable_x64", True)
    figure = gd.figures.contour(
        gd.surfaces.curved_valley.grid(n=121),
        {name: path.params for name, path in walks().items()},
        alt="A curved valley from above, and the paths of three optimizers along its floor.",
        axes=("x", "y"),
        size=(7.6, 4.2),
    )
    for theme in THEMES:
        (FOLDER / f"picture-{theme.name}.svg").write_bytes(figure.render(theme))


if __name__ == "__main__":
    main()
