"""The playground, in a real browser: its steps are those of ``descend``, and it can be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from playwright.sync_api import Browser, expect

import gdbook as gd
from tests.browser.conftest import Open, Share, a_page_with
from tests.browser.test_demo_machines import weight
from tests.browser.windows import WIDE, Played, Window


class Playing(Played):
    """A playground, and what its run has come to."""

    @property
    def params(self) -> np.ndarray:
        """The weights of the present step, flat."""
        return np.array(self.js("[...demo.run.params]"), float)

    def losses(self) -> list[float]:
        """Return the present losses of the points learned from, and of those held out."""
        found: list[float] = self.js("demo.run.look.loss")
        return found


@pytest.fixture(scope="package")
def play_window(share: Share) -> Iterator[Window]:
    """Open the page of the playground."""
    with share("play") as window:
        yield window


@pytest.fixture
def play(play_window: Window) -> Iterator[Playing]:
    """Return the playground at its beginning; nothing may be complained of."""
    playing = Playing(play_window, "play")
    playing.set(
        data=0, noise=0.15, layers=1, activation=0, init=0, optimizer=3, rate=0.03, batch=0,
        seed=0, step=0, speed=120,
    )  # fmt: skip
    yield playing
    assert play_window.troubles == []


def flat(tree: Any) -> np.ndarray:
    """Return all numbers of a tree."""
    return np.concatenate([np.ravel(np.asarray(leaf)) for leaf in jax.tree.leaves(tree)])


STATES: list[dict[str, Any]] = [
    {"optimizer": 0, "rate": 0.3, "step": 90},
    {"optimizer": 1, "rate": 0.1, "step": 90, "batch": 1},
    {"optimizer": 2, "rate": 0.01, "step": 90, "seed": 1},
    {"optimizer": 3, "rate": 0.03, "step": 300, "layers": 2, "activation": 1, "init": 1},
    {"optimizer": 3, "rate": 0.1, "step": 40, "data": 1, "noise": 0.8, "layers": 0},
    {"init": 2, "step": 20},
]


@pytest.mark.parametrize("state", STATES, ids=str)
def test_steps_are_those_of_descend(play: Playing, state: dict[str, Any]) -> None:
    """After N steps in the page weights and both losses are those of the copied Python."""
    play.set(**state)
    home = play.python()
    wanted = flat(home["params"])
    assert len(wanted) == len(play.params)
    np.testing.assert_allclose(play.params, wanted, rtol=1e-9, atol=1e-9)
    losses = [float(home["loss"](home["params"], home[half])) for half in ("train", "held_out")]
    np.testing.assert_allclose(play.losses(), losses, rtol=1e-9)
    predicted = home["model"].apply(home["params"], home["held_out"][0]) > 0
    right = float(np.mean(predicted == (home["held_out"][1] > 0)))
    assert play.js("demo.run.look.accuracy[1]") == pytest.approx(right)


def test_the_order_is_that_of_jax(play: Playing) -> None:
    """The shuffles of the page are those that JAX draws, epoch by epoch."""
    play.set(step=0)
    for step in (3, 4, 11):  # 30 points to learn from, 7 to a step: four steps to an epoch
        play.set(step=step)
        key = jax.random.fold_in(jax.random.key(102), step // 4)
        assert play.js("demo.run.order") == jax.random.permutation(key, 30).tolist()


def test_steps_lead_back(play: Playing) -> None:
    """A step back, and a walk back to before the last that was kept, give what was there before."""
    play.set(step=251)
    before = play.params
    play.set(step=600)
    play.set(step=252)
    play.step(-1)
    assert play.state["step"] == 251
    np.testing.assert_array_equal(play.params, before)
    play.step(-999)
    assert play.state["step"] == 0
    np.testing.assert_array_equal(play.params, play.js("demo.network.starts[0]"))
    play.step(99_999)
    assert play.state["step"] == 900


def test_choices_begin_anew(play: Playing) -> None:
    """Another rule brings its own rate, other points their noise, and each choice is step 0."""
    play.set(step=30)
    play.element.get_by_label("Optimizer").select_option("momentum")
    play.js("demo.settled")
    assert play.state["optimizer"] == 1
    assert (play.state["rate"], play.state["step"]) == (0.1, 0)
    play.element.get_by_label("Data").select_option("clouds")
    play.js("demo.settled")
    assert play.state["noise"] == 0.5
    assert play.js("demo.run.points.count") == 40
    play.element.get_by_role("button", name="New weights").click()
    play.js("demo.settled")
    assert play.state["seed"] == 1
    np.testing.assert_array_equal(play.params, play.js("demo.network.starts[1]"))


def test_it_says_what_happens(play: Playing) -> None:
    """The sentence tells a start, a fall, equal units and a divergence, each from its numbers."""
    assert "tossing a coin has 0.69" in play.says()
    play.set(step=200, batch=1)
    loss = play.losses()[0]
    assert f"the loss is {loss:.2f}" in play.says()
    play.set(init=2, step=5)
    assert "all alike" in play.says()
    play.set(layers=0, init=0, step=300)
    assert "only be straight" in play.says()
    play.set(layers=2, activation=2, optimizer=0, rate=1000, step=800)
    assert "diverged at step" in play.says()
    assert play.js("demo.run.divergedAt") == play.state["step"]
    play.js("demo.reset()")
    play.js("demo.settled")
    assert play.state["step"] == 0
    assert np.isfinite(play.params).all()
    assert "diverged" not in play.says()
    play.show()
    play.js("demo.play()")  # as far as it goes
    play.wait("!demo.playing && demo.state.step === demo.run.divergedAt")


def test_what_cannot_be_fetched_changes_nothing(open_window: Open) -> None:
    """Without a network it says so and goes on as it was; what is there can be chosen still."""
    window = open_window("play.html")
    play = Playing(window, "play")
    play.set(step=4)
    window.context.set_offline(True)
    play.element.get_by_label("Data").select_option("clouds")
    play.wait("demo.innerText.includes('could not be fetched')")
    assert (play.state["data"], play.state["step"]) == (0, 4)
    play.set(seed=1, step=3)
    np.testing.assert_array_equal(play.js("demo.running.seed"), 1)
    play.show()
    play.js("demo.play()")
    play.wait("demo.state.step > 6")


def test_it_plays_only_in_sight(play: Playing) -> None:
    """It can be played through by keys alone, and stops when it is scrolled away."""
    play.show()
    play.element.get_by_role("button", name="Play").focus()
    play.page.keyboard.press(".")
    play.js("demo.settled")
    assert play.state["step"] == 1
    play.page.keyboard.press("Enter")
    play.wait("demo.state.step > 5")
    assert play.element.get_by_role("button", name="Pause").count() == 1
    play.check_it_stops_out_of_sight()
    play.page.keyboard.press("n")
    play.page.keyboard.press("r")
    play.js("demo.settled")
    assert (play.state["seed"], play.state["step"]) == (1, 0)
    play.page.keyboard.press("?")
    assert play.js("demo.help.open")
    play.page.keyboard.press("Escape")


def test_a_link_opens_the_very_same(play: Playing, open_window: Open) -> None:
    """The address follows the state, and gives it and its weights to the last bit."""
    play.set(data=1, noise=1 / 3, layers=2, activation=1, rate=0.0123456789, batch=1, step=77)
    play.wait("location.hash.includes('rate=0.0123456789')")
    window = open_window(play.js("location.href").rsplit("/", 1)[1])
    other = Playing(window, "play")
    other.js("demo.settled")
    assert other.state == play.state
    np.testing.assert_array_equal(other.params, play.params)
    play.page.evaluate("history.replaceState(null, '', location.pathname)")


def test_little_is_fetched_and_only_what_is_chosen(small_book: Path, open_window: Open) -> None:
    """Before a reader does anything at most 60 KiB come, and of one network and one data set."""
    window = open_window("play.html")
    play = Playing(window, "play")
    files = {url.split("/_static/")[1] for url in window.requests if "/_static/" in url}
    scripts = {file.split("?")[0] for file in files if ".js" in file}
    networks = [file for file in scripts if "network" in file]
    assert len(networks) == 1
    own = {file for file in scripts if "demos/" in file or "playground" in file}
    assert len(own) == 4
    assert 10 < weight(small_book / "_static", own) < 60
    play.set(layers=2)
    assert sum("network" in url for url in window.requests) == 2
    assert window.troubles == []


def test_the_program_is_shown(play: Playing) -> None:
    """Folded away is the JavaScript of the network and the rule."""
    play.element.get_by_text("See the compiled JavaScript").click()
    code = play.element.locator("details pre")
    expect(code).to_contain_text("A step of Adam")
    assert code.inner_text().count("function kernel(input, output)") == 3
    play.element.get_by_text("See the compiled JavaScript").click()


def test_the_books_playground_trains_as_its_python(
    browser: Browser, built: Path, site: str
) -> None:
    """In the book, too, the playground opens with numbers and trains as the Python it copies."""
    name = a_page_with("<gd-playground")
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    window = Window(context).open(f"{site}/{name}.html")
    (found,) = re.findall(
        r'<gd-playground id="demo-([a-z0-9-]+)"', (built / f"{name}.html").read_text()
    )
    play = Playing(window, found)
    play.set(step=30)
    home = play.python()
    np.testing.assert_allclose(play.params, flat(home["params"]), rtol=1e-9, atol=1e-9)
    assert gd.models.mlp([2, 8, 1]) == home["model"]
    assert window.troubles == []
    context.close()
