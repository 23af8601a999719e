"""Arrays to figures and animations: one style, drawn once for light pages and once for dark.

Every function here takes a description of what is seen (``alt``) and returns something that shows
itself in a page or a notebook; none of them walks or computes a loss.
"""

from gdbook.figures.animation import Animation, animate, animate_paths, walked
from gdbook.figures.animation3d import animate_paths3d
from gdbook.figures.axes import (
    basin_colors,
    casing,
    label_end,
    mark_minima,
    mark_path,
    shade,
    shade_basins,
)
from gdbook.figures.figure import Figure, Row, draw, row
from gdbook.figures.plots import (
    contour,
    curves,
    draw_terrain3d,
    dress3d,
    scatter,
    surface3d,
)
from gdbook.figures.style import terrain

__all__ = [
    "Animation",
    "Figure",
    "Row",
    "animate",
    "animate_paths",
    "animate_paths3d",
    "basin_colors",
    "casing",
    "contour",
    "curves",
    "draw",
    "draw_terrain3d",
    "dress3d",
    "label_end",
    "mark_minima",
    "mark_path",
    "row",
    "scatter",
    "shade",
    "shade_basins",
    "surface3d",
    "terrain",
    "walked",
]
