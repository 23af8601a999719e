"""Demos that keep still while they play, and say what is so."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import Open
from tests.browser.windows import PHONE, Played, Window

BOXES = """[...demo.querySelectorAll(".gd-demo-readouts input[type=range], .gd-demo-more")].map(
  (part) => ["x", "y", "width"].map((side) =>
    Math.round(part.getBoundingClientRect()[side])))"""


def boxes(demo: Played) -> Any:
    """Return where the sliders of the racers are, and what lies below them."""
    return demo.js(BOXES)


def test_sliders_keep_still_beside_growing_numbers(race: Played) -> None:
    """Neither small losses nor those of a lost racer move the sliders beside them."""
    at_first = boxes(race)
    race.set(step=300)
    assert "×10" in " ".join(race.row("Adam"))
    assert boxes(race) == at_first
    race.set(rates={"SGD": 1, "Momentum": 1, "RMSProp": 1}, step=300)
    assert "NaN" in race.row("SGD")
    assert boxes(race) == at_first


def test_a_walk_that_explodes_does_not_move_the_page(many: Window) -> None:
    """The marks below the learning rate go, and their room stays."""
    menu = many.demo("menu")
    at_first = boxes(menu)
    menu.set(settings={"learning_rate": 2}, start=[1.5, 1], step=20)
    assert "exploded" in menu.says()
    assert boxes(menu) == at_first


def test_numbers_are_rounded_before_they_get_their_power(bowl: Played) -> None:
    """What rounds up to a power of ten is written as that power."""
    bowl.set(start=[9.985e-5, 0])
    assert bowl.row("Gradient descent")[2] == "1.0×10⁻⁸"


def test_equal_losses_are_told_as_equal(race: Played) -> None:
    """Of two who have come as far, none is said to be lower."""
    rates = {"SGD": 1e-3, "Momentum": 1e-3}
    race.set(running=["SGD", "Momentum"], rates=rates, step=1)
    assert "are lowest, both at" in race.says()
    names = ["SGD", "Momentum", "RMSProp", "Adam"]
    race.set(running=names, start=[1, 1], step=1)
    assert "SGD, Momentum, RMSProp and Adam are lowest, all at 0.00." in race.says()


def test_who_is_being_lost_is_told(race: Played) -> None:
    """A loss that no walk returns from is told while it is still a number."""
    race.set(running=["SGD", "Adam"], rates={"SGD": 1}, step=2)
    assert "SGD diverges." in race.says()
    assert "Adam is lowest" in race.says()
    race.set(step=20)
    assert "SGD exploded." in race.says()


def test_without_memory_nothing_is_blamed_on_it(race: Played) -> None:
    """Momentum 0 is gradient descent, which steps uphill where its rate is above 2/L."""
    alone: dict[str, Any] = {"running": ["Momentum"], "rates": {"Momentum": 0.1}}
    race.set(**alone, settings={"momentum": 0}, step=1)
    assert "above 2/L" in race.says()
    race.set(**alone, settings={"momentum": 0.9}, step=1)
    assert "above 2/L" not in race.says()


def test_a_picture_is_the_same_whatever_was_there_before(race: Played) -> None:
    """The loss curve is drawn on clean paper: no label of another axis is left below it."""
    look = (
        "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"
        '.then(() => demo.querySelector(".gd-demo-plot canvas").toDataURL())'
    )
    fresh = "{ const canvas = demo.querySelector('.gd-demo-plot canvas'); canvas.width += 0; }"
    race.element.scroll_into_view_if_needed()
    pictures = []
    for others in ([], [45]):
        race.js(look)
        race.js(fresh)
        for step in [*others, 300]:
            race.set(step=step)
            race.js(look)
        pictures.append(race.js(look))
        race.set(step=7)
    assert pictures[0] == pictures[1]


def test_only_a_click_with_the_main_button_drops_a_start_in_3d(bowl: Played) -> None:
    """Another button, and a finger that was one of two, drop nothing."""
    bowl.set(view="surface")
    bowl.show()
    bowl.wait("demo.stage.surface !== null")
    box = bowl.element.locator(".gd-demo-stage canvas").bounding_box()
    assert box is not None
    place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = bowl.state["start"]
    bowl.page.mouse.click(*place, button="right")
    assert bowl.state["start"] == before
    bowl.page.mouse.click(*place)
    assert bowl.state["start"] != before


def test_the_help_speaks_of_what_there_is(bowl: Played, fit: Played) -> None:
    """It tells how to turn a surface, and how to move points, where there are any."""
    says = "demo.help.querySelector('p').textContent"
    assert "Drag the surface" in bowl.js(says)
    assert "add a point" not in bowl.js(says)
    assert "Drag the surface" not in fit.js(says)
    assert "add a point" in fit.js(says)


def test_a_link_shows_the_title_on_a_phone(open_window: Open) -> None:
    """The page's head, which stays in sight, does not lie on the demo that a link leads to."""
    window = open_window("many.html#demo-race;step=4", viewport=PHONE)
    window.page.wait_for_timeout(200)
    head = window.page.locator(".mobile-header").bounding_box()
    title = window.demo("race").element.locator(".gd-demo-head strong").bounding_box()
    assert head is not None
    assert title is not None
    assert head["y"] + head["height"] <= title["y"]
