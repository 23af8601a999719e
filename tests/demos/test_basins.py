"""Basins: where walks from a grid of starts end, and since when; and what cannot be told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gdbook as gd
from gdbook.demos import Demo, basins, poster
from gdbook.demos.basins import GONE, NEAR, NONE, fates, starts
from gdbook.demos.scene import Scene, scenes
from gdbook.palette import PALEST
from tests.demos.plays import PLANE, RATE, WINDOW, WORDS, X, Y, line, squared_error

rules = gd.optimizers


def scene_of(surface: Any = gd.surfaces.himmelblau, domain: Any = None) -> Scene:
    """Return the scene of a surface."""
    return scenes(surface, (), domain, None, None)[0]


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the poster."""
    monkeypatch.setattr(poster, "draw", lambda *_: None)


def make(**changed: Any) -> Demo:
    """Return a demo with basins, or what was changed of it."""
    given = {
        "loss": gd.surfaces.himmelblau, "racers": {"SGD": rules.gradient_descent},
        "learning_rate": RATE, "basins": 160, **WORDS,
    }  # fmt: skip
    return gd.demos.demo("four", **{**given, **changed})


def test_starts_are_the_middles_of_tiles() -> None:
    """Rows go up the second parameter, columns along the first; no start lies on the edge."""
    places = starts(scene_of(domain=((-2, 2), (0, 8))), 4)
    np.testing.assert_array_equal(places[0, :, 0], [-1.5, -0.5, 0.5, 1.5])
    np.testing.assert_array_equal(places[:, 2, 1], [1, 3, 5, 7])
    assert (places[1, :, 1] == 3).all()


def by_hand(rate: float, steps: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where descent on Himmelblau's function ends, and since when, without JAX."""
    minima = np.array(gd.surfaces.himmelblau.minima)
    near = NEAR * np.ptp(gd.surfaces.himmelblau.domain[0])
    home, since = np.full((n, n), NONE), np.zeros((n, n), int)
    for row, column in np.ndindex(n, n):
        place, path = starts(scene_of(), n)[row, column], []
        for _ in range(steps + 1):
            path.append(place)
            (x, y), (u, v) = place, (place[0] ** 2 + place[1] - 11, place[0] + place[1] ** 2 - 7)
            place = place - rate * np.array([4 * x * u + 2 * v, 2 * u + 4 * y * v])
        if not np.isfinite(path[-1]).all():
            home[row, column] = GONE
            continue
        at = np.linalg.norm(np.array(path)[:, None] - minima, axis=-1) < near
        if at[-1].any():
            home[row, column] = here = int(at[-1].argmax())
            since[row, column] = max(
                (t + 1 for t in range(steps + 1) if not at[t, here]), default=0
            )
    return home, since


@pytest.mark.parametrize("rate", [0.01, 0.035])
def test_fates_are_those_of_descent_by_hand(rate: float) -> None:
    """Minimum, none and gone, and the step of arrival, are those of the formula's gradient."""
    found = fates(scene_of(), rules.gradient_descent(rate), 40, 9)
    with np.errstate(over="ignore", invalid="ignore"):
        home, since = by_hand(rate, 40, 9)
    np.testing.assert_array_equal(found.home, home)
    np.testing.assert_array_equal(found.since, since)
    assert found.steps == 40
    assert set(np.unique(home)) >= ({0, 1, 2, 3} if rate < 0.02 else {NONE, GONE})


def test_who_starts_at_a_minimum_was_there_from_the_first_step() -> None:
    """In the middle tile of a bowl there is nothing to do."""
    found = fates(
        scene_of(gd.surfaces.bowl, ((-1, 1), (-1, 1))), rules.gradient_descent(0.1), 30, 3
    )
    assert (found.home == 0).all()
    assert found.since[1, 1] == 0
    assert (found.since.ravel()[[0, 1, 2, 3, 5]] > 0).all()


def test_a_demo_says_what_is_to_be_painted(undrawn: None) -> None:
    """The specification has the steps, the grid and how near is there; without basins, nothing."""
    wanted = {"steps": 160, "grid": basins.GRID, "near": NEAR, "palest": PALEST}
    assert make().spec["basins"] == wanted
    assert make(basins=None).spec["basins"] is None


def test_the_poster_has_the_basins_of_its_first_racer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figure is handed the fates at the rate at which the slider stands."""
    seen: dict[str, Any] = {}
    monkeypatch.setattr(poster, "contour", lambda *_, **more: seen.update(more))
    monkeypatch.setattr(poster, "STARTS", 6)
    make(learning_rate=gd.demos.slider(0.001, 1, 0.02), basins=50, steps=3)
    wanted = fates(scene_of(), rules.gradient_descent(0.02), 50, 6)
    np.testing.assert_array_equal(seen["basins"].home, wanted.home)
    seen.clear()
    make(basins=None, steps=3)
    assert "basins" not in seen


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"basins": 0}, "basins is 0; expected an integer >= 1"),
        ({"views": ("surface", "loss")}, "basins is 160 with views .* expected basins only with"),
        ({"panels": True}, "basins is 160 .* panels True .* without panels and points"),
        ({"minima": ()}, "basins is 160, but 'himmelblau' has 0 known minima; expected 1 to 5"),
        ({"minima": ((0, 0),) * 6}, "has 6 known minima; expected 1 to 5"),
        (
            {
                "loss": squared_error, "views": ("map", "data"), **PLANE,
                "points": gd.demos.points(X, Y, line, window=WINDOW), "minima": ((0, 0),),
            },
            "basins is 160 .* without panels and points",
        ),
    ],
)  # fmt: skip
def test_basins_that_cannot_be_told_or_seen_are_refused(
    changed: Any, words: str, undrawn: None
) -> None:
    """Without a map, a minimum, or one walk from each start, there is nothing to paint."""
    with pytest.raises(ValueError, match=words):
        make(**changed)


@pytest.mark.parametrize("value", [True, 1.5, "160"])
def test_basins_are_a_number_of_steps(value: Any, undrawn: None) -> None:
    """Anything else is named."""
    with pytest.raises(TypeError, match=r"basins is .*; expected an integer"):
        make(basins=value)
