"""Posters: the same functions, drawn where nothing can be played."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.demos import Demo, poster, racer, slider
from tests.demos.plays import PLANE, WINDOW, WORDS, X, Y, fit, line, race, squared_error


class Drawn(dict[str, Any]):
    """What a figure was asked to show."""

    kind: str


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """Stand in for the figures, and keep what the last was asked to show."""
    found = Drawn()

    def stand_in(kind: str) -> Any:
        def draw(grid: Any, paths: Any, **more: Any) -> str:
            found.kind = kind
            found.update(grid=grid, paths=paths, **more)
            return kind

        return draw

    for kind in ("contour", "surface3d"):
        monkeypatch.setattr(poster, kind, stand_in(kind))
    return found


def make(loss: Any, racers: Any, rate: float = 0.1, **more: Any) -> Demo:
    """Return a demo with a slider at a rate."""
    return gd.demos.demo("one", loss, racers, slider(0.001, 20, rate), **{**WORDS, **more})


def test_its_paths_are_those_of_descend(drawn: Drawn) -> None:
    """The poster shows the first steps of each racer, at its own rate or at the slider's."""
    rules = gd.optimizers
    field = {"SGD": rules.gradient_descent, "Adam": racer(rules.adam, learning_rate=0.3)}
    make(gd.surfaces.bowl, field)
    wanted = {"SGD": rules.gradient_descent(0.1), "Adam": rules.adam(0.3)}
    assert set(drawn["paths"]) == set(wanted)
    for name, rule in wanted.items():
        path = gd.descend(gd.surfaces.bowl, gd.surfaces.bowl.start, rule, poster.STEPS)
        np.testing.assert_allclose(drawn["paths"][name], path.params, rtol=1e-12)
    assert (drawn.kind, drawn["alt"]) == ("contour", WORDS["description"])


def test_it_shows_who_runs_at_first(drawn: Drawn) -> None:
    """Racers that wait in the menu are not on the poster."""
    rules = gd.optimizers
    field = {"SGD": rules.gradient_descent, "Adam": rules.adam}
    make(gd.surfaces.bowl, field, at_first=("Adam",), steps=5)
    assert {name: len(path) for name, path in drawn["paths"].items()} == {"Adam": 6}


def test_a_path_ends_where_it_leaves_the_window(drawn: Drawn) -> None:
    """A walk that explodes is drawn as long as it is inside."""
    make(gd.surfaces.bowl, {"SGD": gd.optimizers.gradient_descent}, rate=1.05)
    inside = drawn["paths"]["SGD"]
    low, high = np.array(gd.surfaces.bowl.domain).T
    assert 1 <= len(inside) < 10
    assert ((inside >= low) & (inside <= high)).all()


def test_a_surface_has_heights(drawn: Drawn) -> None:
    """Where the first view is the surface, paths lie at the height of their loss."""
    make(
        gd.surfaces.bowl, {"SGD": gd.optimizers.gradient_descent}, views=("surface", "map"), steps=4
    )
    assert drawn.kind == "surface3d"
    path = drawn["paths"]["SGD"]
    np.testing.assert_allclose(drawn["heights_of"]["SGD"], (path**2).sum(1), rtol=1e-12)


def test_a_walk_of_batches_is_that_of_its_seed(drawn: Drawn) -> None:
    """A racer that looks at one example is drawn with the examples that it will look at."""
    data = (jnp.array(X), jnp.array(Y))
    rule = gd.optimizers.gradient_descent
    make(
        squared_error, {"Stochastic": racer(rule, batch_size=1, seed=3)}, 0.01, steps=20,
        points=gd.demos.points(X, Y, line, window=WINDOW), views=("map", "data"), **PLANE,
    )  # fmt: skip
    path = gd.descend(
        squared_error, PLANE["start"], rule(0.01), 20, data=data, batch_size=1,
        key=jax.random.key(3),
    )  # fmt: skip
    np.testing.assert_allclose(drawn["paths"]["Stochastic"], path.params, rtol=1e-12)


def test_it_is_a_figure_in_both_themes() -> None:
    """The poster is a figure like any in the book: described, light and dark."""
    payload = race().payload()["poster"]
    assert payload["kind"] == "image"
    assert payload["alt"] == WORDS["description"]
    assert set(payload["files"]) == {"light", "dark"}
    assert fit().poster.alt == WORDS["description"]
