"""Demos under the reader's hands: pointers, keys, and points that move."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from tests.browser.walks import assert_near, rules
from tests.browser.windows import Played

X, Y = np.array([1.0, 2, 3, 4]), np.array([1.5, 2.5, 2, 3.5])


def test_a_click_moves_the_start(race: Played) -> None:
    """The ball is dropped where the map is clicked, to the decimals that the map has."""
    race.step(4)
    race.show()
    for x, y in ((0.5, -0.5), (-1.25, 1.75)):
        race.page.mouse.click(*race.pixel(x, y))
        assert race.state["start"] == pytest.approx([x, y], abs=0.02)
        assert race.state["step"] == 0
    assert race.walk("SGD")[0][0] == pytest.approx(race.state["start"])


def test_a_drag_moves_the_start_and_ends_at_the_edge(race: Played) -> None:
    """A start that is dragged beyond the window stays at its edge."""
    race.show()
    race.page.mouse.move(*race.pixel(-1.5, 2.0))
    race.page.mouse.down()
    race.page.mouse.move(*race.pixel(0.0, 0.0), steps=3)
    assert race.state["start"] == pytest.approx([0, 0], abs=0.02)
    race.page.mouse.move(*race.pixel(99.0, 0.0))
    race.page.mouse.up()
    high = gd.surfaces.curved_valley.domain[0][1]
    assert race.state["start"] == pytest.approx([high, 0], abs=0.02)


def test_only_a_press_on_the_map_moves_the_start(race: Played) -> None:
    """Neither another button, nor a press that began elsewhere and ends here, moves it."""
    race.show()
    race.page.mouse.click(*race.pixel(0.0, 0.0), button="right")
    assert race.state["start"] == [-1.5, 2]
    race.page.keyboard.press("Escape")
    box = race.element.locator(".gd-demo-head strong").bounding_box()
    assert box is not None
    race.page.mouse.move(box["x"] + 2, box["y"] + 2)
    race.page.mouse.down()
    race.page.mouse.move(*race.pixel(0.0, 0.0))
    race.page.mouse.up()
    assert race.state["start"] == [-1.5, 2]


def test_a_click_on_the_timeline_is_heard_while_it_plays(race: Played) -> None:
    """It pauses and goes to where was clicked, not to where it stood."""
    race.show()
    race.js("demo.play()")
    race.wait("demo.state.step > 2")
    race.element.get_by_role("slider", name="Step").click()  # in its middle
    assert not race.js("demo.playing")
    assert race.state["step"] == pytest.approx(150, abs=5)


@pytest.mark.parametrize(("speed", "word"), [(2, "slow"), (10, "normal"), (24, "fast")])
def test_the_menu_names_the_nearest_speed(race: Played, speed: float, word: str) -> None:
    """A speed that a page or a link chose is called by the menu's word for what is most like it."""
    race.set(speed=speed)
    menu = race.element.get_by_label("Speed")
    assert menu.evaluate("(menu) => menu.selectedOptions[0].text") == word


def test_keys_out_of_sight_are_the_pages(race: Played) -> None:
    """Space is left to the page where the demo that has the focus was scrolled away."""
    race.show()
    race.js("demo.stage.map.canvas.focus()")
    race.page.evaluate("document.body.style.paddingTop = '3000px'; scrollTo(0, 0)")
    race.wait("!demo.inSight")
    race.page.evaluate("addEventListener('keydown', (e) => { taken = e.defaultPrevented; })")
    race.page.keyboard.press(" ")
    assert race.page.evaluate("taken") is False
    assert not race.js("demo.playing")
    race.page.evaluate("document.body.style.paddingTop = ''")


def test_everything_can_be_done_with_keys(race: Played) -> None:
    """Space plays and pauses, points and commas step, arrows move the start, r leads back."""
    race.show()
    race.js("demo.stage.map.canvas.focus()")
    keys = race.page.keyboard
    for key, step in ((".", 1), (".", 2), (",", 1)):
        keys.press(key)
        assert race.state["step"] == step
    keys.press(" ")
    race.wait("demo.state.step > 2")
    keys.press(" ")
    held = race.state["step"]
    race.page.wait_for_timeout(120)
    assert race.state["step"] == held
    width = np.ptp(gd.surfaces.curved_valley.domain[0])
    height = np.ptp(gd.surfaces.curved_valley.domain[1])
    for key in ("ArrowRight", "ArrowUp", "ArrowUp"):
        keys.press(key)
    wanted = [-1.5 + width / 50, 2 + 2 * height / 50]
    high = gd.surfaces.curved_valley.domain[1][1]
    assert race.state["start"] == pytest.approx([wanted[0], min(wanted[1], high)], abs=0.02)
    keys.press("r")
    assert race.state["start"] == [-1.5, 2]
    race.element.get_by_role("button", name="One step forward").focus()
    keys.press(" ")
    assert race.state["step"] == 1  # the button's own act, and not play besides
    keys.press("?")
    dialog = race.element.get_by_role("dialog")
    assert "one step back" in dialog.inner_text()
    keys.press(".")
    assert race.state["step"] == 1
    keys.press("Escape")
    assert dialog.count() == 0


def test_keys_turn_and_change_the_view(bowl: Played) -> None:
    """V changes between the two views, and the keys go on to be heard in either."""
    bowl.show()
    bowl.js("demo.stage.map.canvas.focus()")
    bowl.page.keyboard.press("v")
    assert bowl.state["view"] == "surface"
    bowl.wait("demo.stage.surface?.canvas.isConnected")
    bowl.page.keyboard.press("v")
    assert bowl.state["view"] == "map"


def best(points: Any) -> Any:
    """Return the slope and the offset that NumPy finds."""
    x, y = np.array(points, float).T
    return np.linalg.lstsq(np.stack([x, np.ones(len(x))], 1), y, rcond=None)[0]


def marked(demo: Played) -> Any:
    """Return the minimum that the map marks."""
    (place,) = demo.js("demo.course.minima")
    return place


def test_points_can_be_added_dragged_and_removed(fit: Played) -> None:
    """Wherever points go, the mark is the least-squares answer, and the walk is of these points."""
    fit.show()
    assert fit.state["points"] == np.stack([X, Y], 1).tolist()
    assert_near(marked(fit), best(fit.state["points"]))
    fit.page.mouse.click(*fit.pixel(5, 1, "data"))
    assert len(fit.state["points"]) == 5
    assert fit.state["points"][4] == pytest.approx([5, 1], abs=0.03)
    assert_near(marked(fit), best(fit.state["points"]))
    assert "Point 5 added" in fit.element.locator("[role=status]").first.inner_text()
    before = fit.state["points"]
    right, down = fit.pixel(3, 2, "data")
    fit.page.mouse.click(right + 5, down - 5)  # chosen, and left where it is
    np.testing.assert_allclose(fit.state["points"], before, atol=0.011)
    fit.page.mouse.move(*fit.pixel(1, 1.5, "data"))
    fit.page.mouse.down()
    fit.page.mouse.move(*fit.pixel(1, 4, "data"), steps=2)
    fit.page.mouse.up()
    assert len(fit.state["points"]) == 5
    assert fit.state["points"][0] == pytest.approx([1, 4], abs=0.03)
    fit.page.mouse.dblclick(*fit.pixel(2, 2.5, "data"))
    points = fit.state["points"]
    assert len(points) == 4
    assert_near(marked(fit), best(points))
    fit.step(15)
    x, y = np.array(points).T

    def loss(params: Any) -> Any:
        return jnp.mean((params[0] * x + params[1] - y) ** 2)

    path = gd.descend(loss, [0.5, 1.0], rules.gradient_descent(0.02), 15)
    assert_near(fit.walk("Gradient descent")[0], path.params)


def test_only_a_press_on_the_data_adds_a_point(fit: Played) -> None:
    """Neither another button, nor a press that began elsewhere and ends here, adds one."""
    fit.show()
    fit.page.mouse.click(*fit.pixel(5, 1, "data"), button="right")
    box = fit.element.locator(".gd-demo-head strong").bounding_box()
    assert box is not None
    fit.page.mouse.move(box["x"] + 2, box["y"] + 2)
    fit.page.mouse.down()
    fit.page.mouse.move(*fit.pixel(5, 1, "data"))
    fit.page.mouse.up()
    assert len(fit.state["points"]) == 4


def test_points_can_be_moved_with_keys(fit: Played) -> None:
    """Brackets choose a point, arrows move it, Enter adds one, Delete removes it; room is kept."""
    fit.show()
    fit.js("demo.editor.view.canvas.focus()")
    keys = fit.page.keyboard
    keys.press("]")
    keys.press("ArrowUp")
    assert fit.state["points"][0] == pytest.approx([1, 1.6])
    for _ in range(3):
        keys.press("Enter")
    assert len(fit.state["points"]) == 6
    assert "room for 6 points" in fit.element.locator("[role=status]").first.inner_text()
    for _ in range(6):
        keys.press("[")
        keys.press("Delete")
    assert len(fit.state["points"]) == 2  # through one point there are many lines
    assert "needs 2 points" in fit.element.locator("[role=status]").first.inner_text()
