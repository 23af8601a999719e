"""Demos, played in a real browser: every control, and numbers that are those of ``descend``."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext

import gdbook as gd
from tests.browser.conftest import OPEN_ALL, PHONE, WIDE, Quiet, is_trouble, names
from tests.browser.demos import ROOT, write_and_build
from tests.browser.test_accessibility import violations
from tests.browser.test_layout import STICKING_OUT

rules = gd.optimizers
KIB = 1024
X, Y = np.array([1.0, 2, 3, 4]), np.array([1.5, 2.5, 2, 3.5])


@pytest.fixture(scope="session")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the small book, once."""
    return write_and_build(tmp_path_factory.mktemp("demos"))


@pytest.fixture(scope="session")
def address(small_book: Path) -> Iterator[str]:
    """Serve the small book, and return its address."""
    handler = partial(Quiet, directory=str(small_book))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


READY = "Promise.all([...document.querySelectorAll('gd-demo')].map((demo) => demo.ready))"


class Window:
    """A page with demos, and what was heard of it."""

    def __init__(self, context: BrowserContext):
        self.context = context
        self.page = context.new_page()
        self.requests: list[str] = []
        self.troubles: list[str] = []
        note = self.troubles.append
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("console", lambda m: note(m.text) if is_trouble(m) else None)
        context.on("weberror", lambda error: note(str(error.error)))

    def open(self, url: str) -> Window:
        """Open an address, and wait until its demos can be played."""
        self.page.goto(url)
        self.page.evaluate(f"customElements.whenDefined('gd-demo').then(() => {READY})")
        return self

    def demo(self, name: str) -> Played:
        """Return one of its demos."""
        return Played(self, name)


class Played:
    """One demo: what a reader sees of it, and what the contract offers."""

    def __init__(self, window: Window, name: str):
        self.window, self.page = window, window.page
        self.element = window.page.locator(f"#demo-{name}")

    def js(self, expression: str, argument: Any = None) -> Any:
        """Return what an expression of the element gives."""
        return self.element.evaluate(f"(demo, argument) => {expression}", argument)

    @property
    def state(self) -> dict[str, Any]:
        """The demo's state."""
        found: dict[str, Any] = self.js("demo.state")
        return found

    def set(self, **wanted: Any) -> None:
        """Change the state."""
        self.js("{ demo.state = argument; }", wanted)

    def step(self, n: int = 1) -> None:
        """Take steps, forward or back."""
        self.js("demo.step(argument)", n)

    def says(self) -> str:
        """Return the sentence below the demo."""
        return self.element.locator(".gd-demo-says").inner_text()

    def row(self, name: str) -> list[str]:
        """Return a racer's numbers as they are shown: both parameters, the loss, the slope."""
        row = self.element.locator(".gd-demo-readouts tr", has_text=name)
        return row.locator("td").all_inner_texts()[:4]

    def walk(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the places and the losses of a racer, as far as it has walked."""
        found = self.js("(({ places: p, losses: l }) => [p, l])(demo.walks.get(argument))", name)
        return np.array(found[0], float), np.array(found[1], float)

    def pixel(self, x: float, y: float, view: str = "map") -> tuple[float, float]:
        """Return where on the screen a place is drawn."""
        frame = self.js("argument === 'map' ? demo.map.frames[0] : demo.data.frame", view)
        canvas = self.js(f"demo.{view}.canvas.getBoundingClientRect().toJSON()")
        (x0, x1), (y0, y1) = frame["x"], frame["y"]
        right = frame["left"] + (x - x0) / (x1 - x0) * frame["width"]
        down = frame["top"] + (y1 - y) / (y1 - y0) * frame["height"]
        return canvas["x"] + right, canvas["y"] + down

    def show(self) -> None:
        """Bring it into sight."""
        self.js("demo.scrollIntoView({ block: 'center', behavior: 'instant' })")
        self.wait("demo.inSight")

    def wait(self, condition: str, argument: Any = None) -> None:
        """Wait until the element is so."""
        handle = self.element.element_handle()
        text = f"([demo, argument]) => {condition}"
        self.page.wait_for_function(text, arg=[handle, argument], timeout=8000)


Open = Callable[..., Window]


@pytest.fixture
def open_window(browser: Browser, address: str) -> Iterator[Open]:
    """Return what opens a page of the small book, as a reader who was never here before."""
    contexts: list[BrowserContext] = []

    def open_page(name: str, script: str = "", **more: Any) -> Window:
        context = browser.new_context(**{"viewport": WIDE, "color_scheme": "light", **more})
        contexts.append(context)
        if script:
            context.add_init_script(script)
        return Window(context).open(f"{address}/{name}")

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def shared(browser: Browser, address: str) -> Iterator[Window]:
    """Open the page of many demos once, for all tests that leave it as it was."""
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    yield Window(context).open(f"{address}/many.html")
    context.close()


@pytest.fixture
def many(shared: Window) -> Iterator[Window]:
    """Return the page of many demos, each at its beginning; nothing may be complained of."""
    shared.page.mouse.move(0, 0)
    shared.page.evaluate("""for (const demo of document.querySelectorAll('gd-demo')) {
      demo.state = { scene: 0, speed: 12 };
      demo.reset();
    }""")
    yield shared
    assert shared.troubles == []


@pytest.fixture
def race(many: Window) -> Played:
    """Return the race."""
    return many.demo("race")


@pytest.fixture
def fit(many: Window) -> Played:
    """Return the line through points."""
    return many.demo("fit")


def path_of(name: str, steps: int) -> Any:
    """Return the path of a racer of the race, as ``descend`` walks it."""
    field = {
        "SGD": rules.gradient_descent(0.01), "Momentum": rules.momentum(0.002, momentum=0.9),
        "RMSProp": rules.rmsprop(0.01, momentum=0.9), "Adam": rules.adam(0.1, b1=0.8),
    }  # fmt: skip
    surface = gd.surfaces.curved_valley
    return gd.descend(surface, [-1.5, 2.0], field[name], steps)


def assert_near(got: Any, wanted: Any) -> None:
    """Assert that two walks agree to 1e-12."""
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-12)


# The book itself.


def test_every_demo_of_the_book_walks_as_its_python(
    browser: Browser, built: Path, site: str
) -> None:
    """On every page, each demo opens with numbers, and walks as the Python that it copies."""
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    window = Window(context)
    for name in names():
        path = built / f"{name}.html"
        if "<gd-demo" not in path.read_text(encoding="utf-8"):
            continue
        window.open(f"{site}/{name}.html")
        for demo in window.page.query_selector_all("gd-demo"):
            shown = demo.query_selector_all("tr:not(.gd-demo-resting) td:nth-child(4)")
            assert any(re.fullmatch(r"[\d.×⁰¹²³⁴⁵⁶⁷⁸⁹−⁻]+", cell.inner_text()) for cell in shown)
            python, places = demo.evaluate("""(demo) => {
              demo.state = { step: 12 };
              const walks = [...demo.walks].map(([name, { places }]) => [name, places.at(-1)]);
              return [demo.python(), Object.fromEntries(walks)];
            }""")
            home: dict[str, Any] = {}
            exec(python, home)
            assert {*home["paths"]} == {*places}
            for title, place in places.items():
                assert_near(place, home["paths"][title].last)
    assert window.troubles == []
    context.close()


# Numbers.


def test_it_opens_at_its_numbers(many: Window) -> None:
    """At first every racer stands at the start, and the loss is what the page says it is."""
    race = many.demo("race")
    assert [race.row(name)[2] for name in ("SGD", "Momentum", "RMSProp", "Adam")] == ["6.88"] * 4
    assert race.row("SGD")[:2] == ["−1.50", "2.00"]
    assert "6.88" in race.says()
    assert many.demo("fit").row("Gradient descent")[:3] == ["0.50", "1.00", "0.19"]
    assert race.state["step"] == 0
    assert race.state["rates"] == {"SGD": 0.01, "Momentum": 0.002, "RMSProp": 0.01, "Adam": 0.1}


@pytest.mark.parametrize("racer", ["SGD", "Momentum", "RMSProp", "Adam"])
def test_steps_are_those_of_descend(race: Played, racer: str) -> None:
    """Forty steps in the page are forty steps of ``gd.descend``, and so are those shown."""
    race.step(25)
    race.step(15)
    assert race.state["step"] == 40
    path = path_of(racer, 40)
    places, losses = race.walk(racer)
    assert_near(places, path.params)
    assert_near(losses, path.loss)
    place = [float(text.replace("−", "-")) for text in race.row(racer)[:2]]
    np.testing.assert_allclose(place, path.params[-1], atol=0.0051)


def test_batches_are_those_of_descend(many: Window) -> None:
    """A walk that looks at one example at a time looks at those that ``descend`` draws."""
    flavours = many.demo("flavours")
    flavours.step(30)

    def loss(params: Any, data: Any) -> Any:
        x, y = data
        return jnp.mean((params[0] * x + params[1] - y) ** 2)

    path = gd.descend(
        loss, [0.0, 0.0], rules.gradient_descent(0.02), 30, data=(X, Y), batch_size=1,
        key=jax.random.key(2),
    )  # fmt: skip
    places, losses = flavours.walk("Stochastic")
    assert_near(places, path.params)
    # What is shown is the loss of all examples, not of the one that a step looked at.
    assert_near(losses, [loss(place, (X, Y)) for place in places])


def test_a_menu_changes_the_ground(many: Window) -> None:
    """Another surface of the menu brings its own start, and its own steps."""
    menu = many.demo("menu")
    menu.step(3)
    menu.element.get_by_label("Surface").select_option("A saddle")
    saddle = gd.surfaces.saddle
    assert menu.state["start"] == [*map(float, saddle.start)]
    assert menu.state["step"] == 0
    menu.step(20)
    path = gd.descend(saddle, [*map(float, saddle.start)], rules.gradient_descent(0.05), 20)
    assert_near(menu.walk("Gradient descent")[0], path.params)


# Time.


def test_steps_lead_back(race: Played) -> None:
    """Steps back show what was there before, and before the first there is none."""
    race.step(3)
    third = race.row("Adam")
    race.step(4)
    race.step(-4)
    assert race.row("Adam") == third
    race.step(-99)
    assert race.state["step"] == 0
    race.step(9999)
    assert race.state["step"] == 300


def test_it_plays_until_it_is_paused(race: Played) -> None:
    """Play goes on by itself, pause holds it, and so does leaving it out of sight."""
    race.show()
    play = race.element.get_by_role("button", name="Play", exact=True)
    play.click()
    race.wait("demo.state.step > 3")
    race.element.get_by_role("button", name="Pause").click()
    held = race.state["step"]
    race.page.wait_for_timeout(150)
    assert race.state["step"] == held
    race.js("demo.play()")
    race.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    race.element.get_by_role("button", name="Play", exact=True).wait_for(state="attached")
    assert held <= race.state["step"] < 300


def test_it_plays_to_its_end_and_from_its_beginning(many: Window) -> None:
    """After the last step it stops; playing once more begins anew."""
    flavours = many.demo("flavours")
    flavours.show()
    flavours.set(speed=240)
    flavours.js("demo.play()")
    flavours.wait("demo.state.step === 40")
    flavours.element.get_by_role("button", name="Play", exact=True).wait_for()
    assert flavours.js("(demo.play(), demo.state.step)") == 0
    flavours.js("demo.pause()")


def test_reset_leads_back_to_the_beginning(race: Played) -> None:
    """Whatever was changed, reset brings back the start, the rates and who runs."""
    before = race.state
    race.step(5)
    race.set(start=[0.3, 0.7], rates={"Adam": 0.5}, running=["SGD"], settings={"momentum": 0.5})
    assert race.state != before
    race.element.get_by_role("button", name="Reset").click()
    assert race.state == before


# The state.


def test_what_is_set_is_repaired(race: Played) -> None:
    """A state may be set in part; what is out of its range is brought into it or left out."""
    race.set(step=-5, rates={"Adam": 1e9, "Nobody": 1}, running=["Nobody"], start=[1, "a"])
    race.set(settings={"momentum": float("nan"), "fury": 3}, view="surface", speed=1e9)
    state = race.state
    assert (state["step"], state["rates"]["Adam"]) == (0, 1)
    assert (state["start"], state["settings"]["momentum"]) == ([-1.5, 2], 0.9)
    assert len(state["running"]) == 4
    assert (state["view"], state["speed"]) == ("map", 240)
    assert "Nobody" not in state["rates"]
    race.js("{ demo.state.step = 7; }")
    assert race.state["step"] == 0


def test_who_runs_can_be_chosen(race: Played) -> None:
    """A racer that is not ticked does not walk, and the last one cannot be sent away."""
    for name in ("SGD", "RMSProp", "Momentum"):
        race.element.get_by_label(name, exact=True).uncheck()
    assert race.state["running"] == ["Adam"]
    assert race.row("SGD") == [""] * 4
    race.element.get_by_label("Adam", exact=True).click()
    assert race.state["running"] == ["Adam"]
    race.element.get_by_label("SGD", exact=True).check()
    assert race.state["running"] == ["SGD", "Adam"]


def test_each_racer_has_its_own_rate(race: Played) -> None:
    """A slider beside a racer turns its rate alone, and its walk is that of the new rate."""
    slider = race.element.get_by_label("learning rate of Adam")
    slider.fill("500")
    assert race.state["rates"] == {"SGD": 0.01, "Momentum": 0.002, "RMSProp": 0.01, "Adam": 0.01}
    race.step(10)
    path = gd.descend(gd.surfaces.curved_valley, [-1.5, 2.0], rules.adam(0.01, b1=0.8), 10)
    assert_near(race.walk("Adam")[0], path.params)
    race.element.get_by_label(re.compile("^momentum")).fill("0")
    assert race.state["settings"]["momentum"] == 0


# Words.


@pytest.mark.parametrize(
    ("rate", "steps", "words"),
    [
        (0.01, 3, "It creeps: the rate is a small part of 2/L = 1"),
        (0.3, 2, "straight down, without a bounce"),
        (0.8, 3, "bounces from wall to wall, but inward: the rate is below 2/L = 1"),
        (1.5, 2, "the loss grows, from .* is above 2/L = 1"),
        (2.5, 600, "exploded: .* larger than a computer can hold"),
        (0.4, 40, "arrived: the ball lies in the minimum at .0.00, 0.00."),
    ],
)
def test_the_words_say_what_happens_and_why(
    bowl: Played, rate: float, steps: int, words: str
) -> None:
    """Creeping, straight, bouncing, growing and exploding can all be reached, and are told."""
    slider = bowl.element.get_by_label("learning rate")
    position = np.log(rate / 0.001) / np.log(3 / 0.001)
    slider.fill(str(round(1000 * position)))
    assert bowl.state["settings"]["learning_rate"] == pytest.approx(rate, rel=0.01)
    bowl.step(steps)
    assert re.search(words, bowl.says()), bowl.says()
    assert bowl.says().startswith(f"Step {steps}: ")
    assert bowl.element.locator("[role=status]").first.inner_text() == bowl.says()


def test_an_explosion_ends_the_walk(bowl: Played) -> None:
    """Playing ends where numbers do, infinity is shown as such, and reset leads out of it."""
    bowl.set(settings={"learning_rate": 3}, speed=240, step=400)
    bowl.show()
    bowl.js("demo.play()")
    bowl.element.get_by_role("button", name="Play", exact=True).wait_for()
    step = bowl.state["step"]
    rule = rules.gradient_descent(3.0)
    assert step == gd.descend(gd.surfaces.bowl, [2.5, 2.5], rule, 600).diverged_at
    assert f"Step {step}: the walk has exploded: now" in bowl.says()
    assert bowl.row("Gradient descent")[2] in ("∞", "not a number")
    bowl.js("demo.reset()")
    assert bowl.row("Gradient descent")[:3] == ["2.50", "2.50", "12.50"]


# Pointers and keys.


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


def test_everything_can_be_done_with_keys(race: Played) -> None:
    """Space plays and pauses, points and commas step, arrows move the start, r leads back."""
    race.show()
    race.js("demo.map.canvas.focus()")
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
    """V changes between the two views."""
    bowl.js("demo.map.canvas.focus()")
    bowl.page.keyboard.press("v")
    assert bowl.state["view"] == "surface"
    bowl.set(view="map")


# Points.


def best(points: Any) -> Any:
    """Return the slope and the offset that NumPy finds."""
    x, y = np.array(points, float).T
    return np.linalg.lstsq(np.stack([x, np.ones(len(x))], 1), y, rcond=None)[0]


def marked(demo: Played) -> Any:
    """Return the minimum that the map marks."""
    (place,) = demo.js("demo.minima()")
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
    fit.js("demo.data.canvas.focus()")
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


# What can be taken along.

CHANGED: dict[str, dict[str, Any]] = {
    "race": {
        "step": 17, "start": [0.1, 1 / 3], "rates": {"Adam": 0.123456789012345},
        "running": ["SGD", "Adam"], "settings": {"momentum": 0.1}, "speed": 30,
    },
    "fit": {
        "step": 3, "points": [[1, 2], [0.1, 0.7], [3.25, 1e-3]],
        "settings": {"learning_rate": 0.0123},
    },
    "menu": {"scene": 1, "step": 9, "start": [0.5, -0.25]},
}  # fmt: skip


@pytest.fixture(scope="package")
def links(browser: Browser, address: str) -> Iterator[dict[str, tuple[Any, Any]]]:
    """Return the state of each demo that was changed, and of the demo that its link opens."""
    context = browser.new_context(viewport=WIDE)
    window, found = Window(context).open(f"{address}/many.html"), {}
    for name, state in CHANGED.items():
        demo = window.demo(name)
        demo.set(**state)
        demo.wait("location.hash.startsWith(argument)", f"#demo-{name};")
        other = Window(context).open(window.page.url)
        found[name] = demo.state, other.demo(name).state
        other.page.close()
    assert window.troubles == []
    yield found
    context.close()


@pytest.mark.parametrize("demo", CHANGED)
def test_a_link_opens_the_very_same(links: dict[str, tuple[Any, Any]], demo: str) -> None:
    """The address follows the state, and in a new window it gives the state to the last bit."""
    state, opened = links[demo]
    assert opened == state
    for key, value in CHANGED[demo].items():
        if isinstance(value, dict):
            assert value.items() <= state[key].items()
        else:
            assert state[key] == value


HOSTILE = (
    "step=1e99;start=NaN,1;rate.Adam=1e999;running=<script>alert(1)</script>;view=__proto__;"
    "camera=1;speed=-1;__proto__=3;%E0%A4%A=1;scene=7.5;settings=[];start=,;"
)


def test_a_hostile_link_does_nothing(open_window: Open) -> None:
    """A link of nonsense gives the beginning, and says so; nothing of it runs."""
    window = open_window(f"many.html#demo-race;{HOSTILE}" + "step=" + "9" * 100_000)
    assert window.troubles == []
    state = window.demo("race").state
    assert state == open_window("many.html").demo("race").state
    assert "link is damaged" in window.demo("race").js("demo.innerText")
    assert window.page.locator("gd-demo script:not([type='application/json'])").count() == 0
    window = open_window("many.html#demo-nobody;step=3")
    assert window.demo("race").state["step"] == 0


def test_the_python_that_is_copied_walks_the_same(many: Window) -> None:
    """What "copy as Python" gives, run by another Python, ends at the very place that is shown."""
    texts, places = [], []
    for name in ("race", "fit", "menu", "flavours"):
        demo = many.demo(name)
        demo.set(**CHANGED.get(name, {"step": 11}))
        texts.append(demo.js("demo.python()"))
        shown = demo.js("[...demo.walks].map(([name, walk]) => [name, walk.places.at(-1)])")
        places.append(dict(shown))
    program = f"""
import json
for text in {texts!r}:
    home = {{}}
    exec(text, home)
    print("@" + json.dumps({{key: path.last.tolist() for key, path in home["paths"].items()}}))
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line[1:]) for line in done.stdout.splitlines() if line[0] == "@"]
    assert len(found) == len(places) == 4
    for got, wanted in zip(found, places, strict=True):
        assert {*got} == {*wanted}
        for name, place in got.items():
            assert_near(place, wanted[name])


def test_buttons_copy_the_link_and_the_python(open_window: Open) -> None:
    """Both buttons put on the clipboard what they say, and say that they did."""
    window = open_window("many.html", permissions=["clipboard-read", "clipboard-write"])
    race = window.demo("race")
    race.set(step=4)
    for words, wanted in (
        ("Copy as Python", "demo.python()"),
        ("Copy link", "location.href.split('#')[0] + '#demo-race;step=4'"),
    ):
        race.element.get_by_role("button", name=words).click()
        race.element.get_by_text("Copied.").wait_for()
        assert window.page.evaluate("navigator.clipboard.readText()") == race.js(wanted)


def test_the_program_and_the_last_steps_are_shown(race: Played) -> None:
    """Folded away are the JavaScript of a step of each racer, and its last eight steps."""
    race.step(20)
    race.element.get_by_text("See the compiled JavaScript").click()
    code = race.element.locator("details pre")
    code.get_by_text("One step of Adam").wait_for()
    assert code.inner_text().count("function kernel(input, output)") == 4
    race.element.get_by_text("The last steps").click()
    table = race.element.locator("details table", has_text="RMSProp")
    assert table.locator("tbody th").all_inner_texts() == [str(t) for t in range(20, 12, -1)]
    first = table.locator("tbody tr").first.locator("td").all_inner_texts()
    assert first == race.row("RMSProp")
    race.step(1)
    assert table.locator("tbody th").first.inner_text() == "21"


# Three dimensions.


@pytest.fixture(scope="package")
def solid(browser: Browser, address: str) -> Iterator[Window]:
    """Open the page of the surface once, at its top, where the surface is not in sight."""
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    window = Window(context).open(f"{address}/solid.html")
    window.page.wait_for_load_state("networkidle")
    yield window
    context.close()


@pytest.fixture
def bowl(solid: Window) -> Iterator[Played]:
    """Return the bowl from above, at its beginning."""
    demo = solid.demo("bowl")
    demo.set(view="map", speed=12)
    demo.js("demo.reset()")
    yield demo
    assert solid.troubles == []


def fetched(window: Window) -> list[str]:
    """Return the names of the surface's files that were asked for."""
    return [url for url in window.requests if re.search(r"/chunks/surface-\w+\.js", url)]


def test_the_surface_is_fetched_when_it_comes_into_sight(open_window: Open) -> None:
    """Three dimensions cost nothing until they are looked at; the numbers are there before."""
    window = open_window("solid.html")
    bowl = window.demo("bowl")
    window.page.wait_for_load_state("networkidle")
    assert fetched(window) == []
    assert bowl.row("Gradient descent")[:3] == ["2.50", "2.50", "12.50"]
    bowl.show()
    bowl.wait("demo.surface !== null && demo.surface.canvas.isConnected")
    assert len(fetched(window)) == 1
    # From almost straight above, the middle of the picture is the middle of the window.
    bowl.set(camera=[-90, 89, 1])
    bowl.step(3)
    box = bowl.js("demo.surface.canvas.getBoundingClientRect().toJSON()")
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    window.page.mouse.click(*middle)
    assert bowl.state["start"] == pytest.approx([0, 0], abs=0.12)
    assert bowl.state["step"] == 0
    window.page.mouse.click(middle[0] + box["height"] / 6, middle[1])
    x, y = bowl.state["start"]
    assert x > 0.3
    assert y == pytest.approx(0, abs=0.12)
    # Keys turn it, and a drag does, without moving the start.
    bowl.js("demo.surface.canvas.focus()")
    bowl.set(camera=[-60, 40, 1])
    window.page.keyboard.press("ArrowLeft")
    window.page.keyboard.press("+")
    assert bowl.state["camera"] == pytest.approx([-55, 40, 1.15])
    start = bowl.state["start"]
    window.page.mouse.move(*middle)
    window.page.mouse.down()
    window.page.mouse.move(middle[0] + 80, middle[1], steps=3)
    window.page.mouse.up()
    assert bowl.state["start"] == start
    assert bowl.state["camera"][0] != pytest.approx(-55, abs=1)
    bowl.element.get_by_role("button", name="From above").click()
    assert bowl.state["view"] == "map"
    assert window.troubles == []


NO_WEBGL = """
const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.includes("webgl") ? null : real.call(this, kind, ...more);
};
"""


def test_without_webgl_there_is_the_view_from_above(open_window: Open) -> None:
    """A browser without WebGL shows the same ground from above, says so, and plays."""
    window = open_window("solid.html", script=NO_WEBGL)
    bowl = window.demo("bowl")
    bowl.show()
    bowl.wait("demo.state.view === 'map'")
    assert "no 3D" in bowl.element.locator("[role=status]").first.inner_text()
    bowl.step(2)
    assert bowl.row("Gradient descent")[:2] == ["1.60", "1.60"]


# Readers and their machines.


def test_little_motion_is_respected(open_window: Open) -> None:
    """For readers who want little motion, a walk that is played moves about twice a second."""
    race = open_window("many.html", reduced_motion="reduce").demo("race")
    race.show()
    race.js("""new Promise((resolve) => {
      demo.changes = new Set();
      const watch = () => {
        demo.changes.add(demo.state.step);
        demo.state.step > 13 ? resolve() : requestAnimationFrame(watch);
      };
      demo.state = { speed: 12 };
      demo.play();
      watch();
    })""")
    assert len(race.js("[...demo.changes]")) <= 5


COLOURS = """(() => {
  const copy = document.createElement("canvas");
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(demo.map.canvas, 0, 0);
  const ground = [...context.getImageData(150, 80, 1, 1).data].slice(0, 3);
  return [ground, demo.querySelector(".gd-demo-dot").style.background];
})()"""


def test_it_takes_the_colours_of_the_page(many: Window) -> None:
    """Ground and balls have the colours of the theme, and change when the theme does."""
    race = many.demo("race")
    race.show()
    colours = {}
    for theme in ("light", "dark"):
        many.page.emulate_media(color_scheme=theme)
        race.js("new Promise(requestAnimationFrame)")
        colours[theme] = race.js(COLOURS)
    many.page.emulate_media(color_scheme="light")
    (light, one), (dark, other) = colours["light"], colours["dark"]
    assert sum(light) > sum(dark) + 150
    assert one != other


def test_axe_finds_nothing_in_a_demo(open_window: Open, address: str) -> None:
    """No rule that matters is broken by demos that are open in all their parts, in either theme."""
    window = open_window("many.html")
    window.page.evaluate("document.querySelectorAll('gd-demo').forEach((d) => d.step(9))")
    window.page.evaluate(OPEN_ALL)
    assert violations(window.page) == []
    window.page.emulate_media(color_scheme="dark")
    assert violations(window.page, runOnly=["color-contrast"]) == []
    window.open(f"{address}/solid.html")
    window.demo("bowl").js("demo.help.showModal()")
    assert violations(window.page) == []


def test_it_fits_a_phone(open_window: Open, address: str) -> None:
    """On a phone nothing sticks out, and a tap drops the start."""
    window = open_window("solid.html", viewport=PHONE, has_touch=True, is_mobile=True)
    window.page.evaluate(OPEN_ALL)
    assert window.page.evaluate(STICKING_OUT) == [0, []]
    window.open(f"{address}/many.html")
    assert window.page.evaluate(STICKING_OUT) == [0, []]
    race = window.demo("race")
    race.show()
    window.page.touchscreen.tap(*race.pixel(0.5, 0.5))
    assert race.state["start"] == pytest.approx([0.5, 0.5], abs=0.03)


def test_without_javascript_there_is_the_poster(browser: Browser, address: str) -> None:
    """Where no script runs, each demo is its poster, with words for those who do not see it."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/many.html")
        posters = page.locator("gd-demo img.only-light")
        assert posters.count() == 4
        assert posters.first.get_attribute("alt") == "Four balls in a curved valley."
        assert all(image.is_visible() for image in posters.all())


def test_nobody_else_is_asked(shared: Window, solid: Window, address: str) -> None:
    """Demos fetch what they need from the book itself."""
    hosts = {urlsplit(url)[:2] for url in shared.requests + solid.requests if url[:5] != "data:"}
    assert hosts == {urlsplit(address)[:2]}


def closure(static: Path, name: str) -> set[str]:
    """Return a module and all that it imports when it is loaded."""
    text = (static / name).read_text(encoding="utf-8")
    found = {name}
    for inner in re.findall(r'(?:from|import)"\.{1,2}/([^"]+)"', text):
        found |= closure(static, inner if inner.startswith("chunks/") else f"chunks/{inner}")
    return found


def weight(static: Path, files: set[str]) -> float:
    """Return the weight of files when they are compressed, in KiB."""
    return sum(len(gzip.compress((static / name).read_bytes())) for name in files) / KIB


def test_it_is_light(small_book: Path) -> None:
    """A demo's script is at most 45 KiB, and three dimensions at most 160 KiB more."""
    static = small_book / "_static"
    first = closure(static, "demo.js")
    (surface,) = (path.name for path in (static / "chunks").glob("surface-*.js"))
    assert f"chunks/{surface}" not in first
    assert 5 < weight(static, first) <= 45
    assert 50 < weight(static, closure(static, f"chunks/{surface}") - first) <= 160
