"""Demos, played in a real browser: their numbers are those of ``descend``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from playwright.sync_api import Browser

import gdbook as gd
from tests.browser.conftest import names
from tests.browser.walks import assert_near, path_of, rules
from tests.browser.windows import WIDE, Played, Window

X, Y = np.array([1.0, 2, 3, 4]), np.array([1.5, 2.5, 2, 3.5])


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
              const { walks } = demo.course;
              const ends = [...walks].map(([name, { places }]) => [name, places.at(-1)]);
              return [demo.python(), Object.fromEntries(ends)];
            }""")
            home: dict[str, Any] = {}
            exec(python, home)
            assert {*home["paths"]} == {*places}
            for title, place in places.items():
                assert_near(place, home["paths"][title].last)
    assert window.troubles == []
    context.close()


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


def test_a_schedule_sets_the_rate_of_each_step(many: Window) -> None:
    """The slider's rate is where the schedule begins; beside the walk stands the rate now."""
    flavours = many.demo("flavours")
    flavours.set(step=20)
    table = flavours.element.locator(".gd-demo-readouts")
    assert table.locator("th", has_text="rate now").count() == 1
    rows = "[...demo.querySelectorAll('.gd-demo-readouts tbody tr')]"
    assert flavours.js(f"{rows}.map((row) => row.cells[5].innerText)") == [
        "",
        "",
        "0.01",
    ]  # halfway down from 0.02
    flavours.set(settings={"learning_rate": 0.04}, step=30)
    assert flavours.js("demo.course.walks.get('Falling').rateAt(20)") == pytest.approx(0.02)

    def loss(params: Any, data: Any) -> Any:
        x, y = data
        return jnp.mean((params[0] * x + params[1] - y) ** 2)

    path = gd.descend(
        loss, [0.0, 0.0], rules.gradient_descent(gd.schedules.cosine(0.04, 40)), 30, data=(X, Y),
        batch_size=1, key=jax.random.key(0),
    )  # fmt: skip
    assert_near(flavours.walk("Falling")[0], path.params)


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
    assert bowl.row("Gradient descent")[2] in ("∞", "NaN")
    bowl.js("demo.reset()")
    assert bowl.row("Gradient descent")[:3] == ["2.50", "2.50", "12.50"]
