"""Demos: plain data for the page, and refusals that say what is wrong."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import gdbook as gd
from gdbook.demos import Demo, demo, points, poster, racer
from gdbook.display import DEMO
from gdbook.palette import mark
from tests.demos.plays import (
    PLANE,
    RATE,
    WINDOW,
    WORDS,
    X,
    Y,
    error_of_present,
    falling,
    fit,
    flavours,
    line,
    race,
    squared_error,
)

rules = gd.optimizers
SGD = {"SGD": rules.gradient_descent}


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the poster, which has tests of its own."""
    monkeypatch.setattr(poster, "draw", lambda *_: None)


def make(**changed: Any) -> Demo:
    """Return a demo of a bowl, or of what was changed."""
    given = {"name": "one", "loss": gd.surfaces.bowl, "racers": SGD, "learning_rate": RATE}
    return demo(**{**given, **WORDS, **changed})


def with_points(room: int | None = None, **changed: Any) -> Demo:
    """Return a demo of a line through points."""
    loss = squared_error if room is None else error_of_present
    data = points(X, Y, line, window=WINDOW, room=room)
    more = {"loss": loss, "points": data, "views": ("map", "data"), **PLANE}
    return make(**{**more, **changed})


@pytest.mark.parametrize("made", [race, fit, flavours, falling])
def test_a_demo_is_plain_data(made: Any) -> None:
    """The specification survives JSON unchanged, and holds no number that JSON has not."""
    spec = made().spec
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert made().payload()["spec"] == spec


def test_it_opens_where_the_surface_starts() -> None:
    """Each scene has its name, its window, its minima, and the start that its surface has."""
    first, second = race().spec["scenes"]
    assert (first["name"], second["name"]) == ("Valley", "Himmelblau")
    assert first["start"] == [-1.5, 2.0]
    assert first["minima"] == [[1.0, 1.0]]
    assert len(second["minima"]) == 4
    assert first["python"]["name"] == "gd.surfaces.curved_valley"


def test_racers_are_told_apart_everywhere_alike() -> None:
    """Each racer has the colour and the shape that its optimizer has in the book's figures."""
    for place, runner in enumerate(race().spec["runners"]):
        style = mark(runner["name"], place)
        assert runner["color"] == {"light": style.light, "dark": style.dark}
        assert runner["marker"] == style.marker


def test_racers_listen_to_their_sliders() -> None:
    """A racer lists the sliders it has, in the order of its kernel; what is fixed is none."""
    runners = {runner["name"]: runner for runner in race().spec["runners"]}
    assert runners["SGD"]["settings"] == ["learning_rate"]
    assert runners["Momentum"]["settings"] == ["learning_rate", "momentum"]
    assert runners["Fixed"]["settings"] == ["learning_rate"]
    assert runners["Adam"]["settings"] == ["eps", "learning_rate"]
    assert runners["Adam"]["learning_rate"] == 0.3
    assert runners["SGD"]["learning_rate"] is None
    assert runners["Adam"]["python"] == {
        "rule": "gd.optimizers.adam", "fixed": {"b1": 0.8}, "seed": 0,
    }  # fmt: skip
    assert race().spec["running"] == ["SGD", "Adam"]
    assert [control["name"] for control in race().spec["sliders"]] == [
        "learning_rate", "momentum", "eps",
    ]  # fmt: skip


def test_only_plain_descent_on_all_examples_is_exact() -> None:
    """The limit 2/L is the whole story of gradient descent on all examples, and of nobody else."""
    assert [runner["exact"] for runner in race().spec["runners"]] == [True] + [False] * 4
    assert [runner["exact"] for runner in flavours().spec["runners"]] == [True, False, False]
    assert [runner["batch"] for runner in flavours().spec["runners"]] == [None, 1, 3]


def test_a_schedule_is_named_for_the_copy() -> None:
    """The page knows which racers have a schedule, its name, and its numbers."""
    runners = {runner["name"]: runner for runner in falling().spec["runners"]}
    assert [runner["schedule"] for runner in runners.values()] == [True, True, True, False]
    assert [runner["exact"] for runner in runners.values()] == [False, False, False, True]
    assert [runner["settings"] for runner in runners.values()] == [["learning_rate"]] * 4
    assert runners["Restarts"]["python"] == {
        "rule": "gd.optimizers.momentum", "fixed": {"momentum": 0.5}, "seed": 0,
        "schedule": "gd.schedules.cosine_restarts", "shape": {"steps": 5, "growth": 2},
    }  # fmt: skip


def test_data_that_may_change_has_no_fixed_minimum() -> None:
    """Points are listed without those that are not there; where the minimum is, a kernel says."""
    spec = fit().spec
    assert spec["points"]["x"] == X.tolist()
    assert (spec["points"]["room"], spec["points"]["solution"]) == (10, True)
    assert spec["scenes"][0]["minima"] == []
    assert flavours().spec["scenes"][0]["minima"] == [[0.5, 1.0]]
    assert flavours().spec["points"]["room"] is None
    assert "solution" not in flavours().kernels


def test_it_shows_itself_as_data_and_as_a_poster() -> None:
    """A page gets the demo; a notebook gets the poster, and a terminal one line."""
    bundle = race()._repr_mimebundle_()
    assert set(bundle) == {DEMO, "text/html", "text/plain"}
    assert set(bundle[DEMO]) == {"spec", "module", "poster"}
    assert bundle["text/plain"] == f"[Demo: {WORDS['description']}]"
    assert "<img" in bundle["text/html"]
    assert race().alt == WORDS["description"]
    assert race().id == "race"


def test_curves_of_sensitivity_travel_with_their_racers(undrawn: None) -> None:
    """Learning rates and the losses they reach are plain data, and what diverged is null."""
    curve = ([0.1, 1.0], np.array([0.5, np.inf]))
    made = make(views=("map", "rates"), sensitivity={"SGD": curve}, panels=True)
    assert made.spec["panels"] is True
    assert made.spec["runners"][0]["sensitivity"] == {"rates": [0.1, 1.0], "losses": [0.5, None]}
    assert make().spec["runners"][0]["sensitivity"] is None


@pytest.mark.parametrize("name", ["", "A", "1st", "a b", "a.b", "a_b", "-a", "ä", "a\n", '"><b>'])
def test_names_go_into_addresses(name: str) -> None:
    """A name is lower-case letters, digits and hyphens, as it is in links."""
    with pytest.raises(ValueError, match=r"name is .*; expected lower-case letters, digits"):
        make(name=name)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"racers": {}}, "racers is empty; expected at least one optimizer"),
        ({"views": ("loss",)}, r"views is \('loss',\); expected of .* with 'surface' or 'map'"),
        ({"views": ("map", "pie")}, r"views is \('map', 'pie'\); expected of"),
        ({"views": ("map", "data")}, "and points None; expected 'data' with points"),
        ({"views": ("map", "rates")}, "and sensitivity None; expected 'rates' with"),
        ({"sensitivity": {}}, r"and sensitivity \{\}; expected 'rates' with sensitivity"),
        ({"speed": -1}, "speed is -1; expected a number >= 0"),
        ({"steps": 0}, "steps is 0; expected an integer >= 1"),
        ({"at_first": ("Adam",)}, r"at_first is \('Adam',\); expected of \('SGD',\)"),
        ({"at_first": ()}, r"at_first is \(\); expected of"),
        (
            {"settings": {"b9": gd.demos.slider(0.1, 1, 0.5)}},
            "settings has 'b9'; expected hyperpar",
        ),
        ({"loss": lambda w: w[0], **PLANE}, "expected a surface, or a function made by def"),
        ({"racers": {"SGD": racer(rules.adam, batch_size=2)}}, "batch_size is 2, but .* no points"),
    ],
)
def test_what_does_not_fit_together_is_refused(changed: Any, words: str, undrawn: None) -> None:
    """Each argument that is out of its range is named, with its value and what was expected."""
    with pytest.raises(ValueError, match=words):
        make(**changed)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"racers": {"SGD": 0.1}}, "rule is 0.1; expected a named constructor"),
        ({"racers": {"SGD": rules.adam(0.1)}}, "expected a named constructor"),
        ({"loss": 3}, "loss is 3; expected a surface or a function"),
        ({"steps": 1.5}, "steps is 1.5; expected an integer"),
        ({"speed": "fast"}, "speed is 'fast'; expected a number"),
    ],
)
def test_what_is_of_the_wrong_kind_is_refused(changed: Any, words: str) -> None:
    """Numbers, optimizers and losses that are none are named."""
    with pytest.raises(TypeError, match=words):
        make(**changed)


def test_batches_are_no_larger_than_the_data(undrawn: None) -> None:
    """A step cannot look at more examples than there are."""
    with pytest.raises(ValueError, match=r"batch_size is 8, but .* 7 points; expected 1 to 7"):
        with_points(racers={"Few": racer(rules.gradient_descent, batch_size=8)})


def test_points_that_may_go_are_looked_at_all_together(undrawn: None) -> None:
    """Which examples a step looks at is settled now, so they cannot be removed later."""
    with pytest.raises(ValueError, match=r"batch_size is 2, but .* room"):
        with_points(racers={"Few": racer(rules.gradient_descent, batch_size=2)}, room=9)


def test_data_without_its_view_is_refused() -> None:
    """Points that nobody would see are refused."""
    with pytest.raises(ValueError, match="expected 'data' with points"):
        with_points(views=("map",))


def test_what_has_no_javascript_is_refused_by_name(undrawn: None) -> None:
    """A loss with a loop in it cannot be compiled, and the error says which primitive it was."""

    def looping(params: Any) -> Any:
        return gd.descend(gd.surfaces.bowl, params, rules.gradient_descent(0.1), 3).loss[-1]

    with pytest.raises(gd.live.EmitError, match=r"scan|while"):
        make(loss=looping, **PLANE)


def test_a_start_may_be_a_list() -> None:
    """Coordinates are taken from any sequence."""
    assert make(start=[0.5, 0.25]).spec["scenes"][0]["start"] == [0.5, 0.25]
