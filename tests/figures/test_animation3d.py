"""Walks in three dimensions: each path at the heights of its losses, from start to end."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas

from gdbook.figures import animate_paths3d
from gdbook.figures.axes import heights
from gdbook.figures.style import styled
from gdbook.palette import LIGHT, OPTIMIZERS
from tests.figures.scenes import ALT, PATHS, bowl, spiral

LOSSES = {name: points[:, 0] ** 2 + 2 * points[:, 1] ** 2 for name, points in PATHS.items()}


def moments(animation: Any) -> Any:
    """Return the axes an animation draws on, and its function of the frame."""
    with styled(LIGHT):
        canvas = Canvas(figsize=animation.size)
        FigureCanvasAgg(canvas)
        update = animation._setup(canvas, LIGHT)
    return canvas.axes[0], update


def trails_of(artists: list[Any], count: int) -> list[np.ndarray]:
    """Return the points of the trails among an update's artists, shape (n, 3) each."""
    return [np.column_stack(line.get_data_3d()) for line in artists[:count]]


def test_paths_grow_at_the_heights_of_their_losses() -> None:
    """At the end of the walk, and while it rests, each path is drawn whole at its losses."""
    animation = animate_paths3d(bowl(), PATHS, LOSSES, alt=ALT, seconds=1, fps=6)
    assert animation.frames == 6 + 6
    _, update = moments(animation)
    for frame in (5, 11):
        for name, drawn in zip(PATHS, trails_of(update(frame), len(PATHS)), strict=True):
            np.testing.assert_array_equal(drawn, np.column_stack([PATHS[name], LOSSES[name]]))


def test_paths_begin_at_their_starts() -> None:
    """In the first frame only the starts are seen, in the colours of their optimizers."""
    _, update = moments(animate_paths3d(bowl(), PATHS, LOSSES, alt=ALT, seconds=1, fps=6))
    artists = update(0)
    for name, line, drawn in zip(PATHS, artists, trails_of(artists, 2), strict=False):
        start = [*PATHS[name][0], LOSSES[name][0]]
        np.testing.assert_array_equal(np.unique(drawn, axis=0), [start])
        assert line.get_color() == OPTIMIZERS[name].light


def test_a_path_between_steps_moves_in_height_too() -> None:
    """Half way through a step, place and height are half way."""
    points = np.array([[1.0, 0.0], [0.0, 0.0]])
    animation = animate_paths3d(
        bowl(), {"Adam": points}, {"Adam": [1.0, 0.0]}, alt=ALT, seconds=1, fps=3
    )
    (drawn,) = trails_of(moments(animation)[1](1), 1)
    np.testing.assert_allclose(drawn, [[1, 0, 1], [0.5, 0, 0.5]])


def test_on_a_log_scale_paths_lie_on_the_terrain() -> None:
    """With log=True a path at grid points stands at the heights that the terrain has there."""
    grid = bowl(41)
    at = np.array([[grid.x[5], grid.y[30]], [grid.x[22], grid.y[17]]])
    losses = np.array([grid.z[30, 5], grid.z[17, 22]])
    animation = animate_paths3d(grid, {"Adam": at}, {"Adam": losses}, alt=ALT, log=True, fps=4)
    (drawn,) = trails_of(moments(animation)[1](animation.frames - 1), 1)
    h = heights(grid.z, 0.0)
    np.testing.assert_allclose(drawn[:, 2], [h[30, 5], h[17, 22]], rtol=1e-12)


def test_the_step_is_counted() -> None:
    """The counter ends at the number of steps of the longest path."""
    ax, update = moments(animate_paths3d(bowl(), PATHS, LOSSES, alt=ALT, seconds=1, fps=6))
    update(11)
    assert "step 8" in [text.get_text() for text in ax.texts]
    update(0)
    assert "step 0" in [text.get_text() for text in ax.texts]


def test_its_images_are_a_video_s() -> None:
    """Rendered, the frames are images with even sides that change as the paths grow."""
    options = {"size": (2.4, 2.0), "seconds": 0.5, "fps": 4}
    images = list(animate_paths3d(bowl(), PATHS, LOSSES, alt=ALT, **options).images())
    assert len(images) == 2 + 4
    assert {side % 2 for image in images for side in image.shape[:2]} == {0}
    assert np.abs(images[0].astype(float) - images[-1]).max() > 60


@pytest.mark.parametrize(
    ("paths", "losses"),
    [({}, {}), (PATHS, {}), (PATHS, {"Adam": LOSSES["Adam"]}), ({"Adam": spiral()}, LOSSES)],
)
def test_each_path_needs_its_losses(paths: Any, losses: Any) -> None:
    """Paths and losses that do not go together are named."""
    message = f"paths has {sorted(paths)} and heights_of has {sorted(losses)}; expected the same"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        animate_paths3d(bowl(), paths, losses, alt=ALT)


def test_it_needs_a_description() -> None:
    """An animation without words for it is refused."""
    with pytest.raises(ValueError, match=r"^alt is 'Paths\.'; expected a sentence that says what"):
        animate_paths3d(bowl(), PATHS, LOSSES, alt="Paths.")
