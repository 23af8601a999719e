"""The microscope, in a real browser: its steps and its sharpness are the library's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree
from playwright.sync_api import Browser

import gdbook as gd
from tests.browser.conftest import Open, Share, a_page_with
from tests.browser.test_demo_machines import weight
from tests.browser.windows import WIDE, Played, Window


class Watched(Played):
    """A microscope, and what its walk has come to."""

    def at(self, rate: float, step: int) -> None:
        """Walk at one rate to a step."""
        self.set(plan=[[0, rate]], step=step)

    @property
    def params(self) -> np.ndarray:
        """The weights of the present step, flat."""
        return np.array(self.js("[...demo.run.here]"), float)

    def seen(self, name: str) -> float:
        """Return the present loss or sharpness."""
        found: float = self.js("demo.run[argument][demo.run.step]", name)
        return found


@pytest.fixture(scope="package")
def lens_window(share: Share) -> Iterator[Window]:
    """Open the page of the microscope."""
    with share("lens") as window:
        yield window


@pytest.fixture
def lens(lens_window: Window) -> Iterator[Watched]:
    """Return the microscope at its beginning; nothing may be complained of."""
    watched = Watched(lens_window, "lens")
    watched.set(plan=[[0, 0.1]], step=0, speed=60)
    yield watched
    assert lens_window.troubles == []


def measured(lens: Watched) -> tuple[float, np.ndarray]:
    """Return the library's sharpness at the page's weights, and its loss on the page's slice."""
    with jax.enable_x64(True):
        data = gd.datasets.chebyshev(20, 4)
        pairs = data.inputs[:, None], data.targets[:, None]
        model = gd.models.mlp([1, 8, 8, 1])
        fit = gd.models.objective(model, gd.models.mean_squared_error)
        unravel = ravel_pytree(model.init(jax.random.key(1)))[1]
        loss = jax.jit(lambda flat: fit(unravel(flat), pairs))
        top = gd.analysis.top_eigenvalues(loss, lens.params)
        away = lens.js("demo.run.slice(0.1, 3)")
        middle = -away["here"][0]
        vector = np.array(lens.js("[...demo.run.vectors[demo.run.step]]"))
        assert abs(vector @ np.asarray(top.vectors[0])) == pytest.approx(1, abs=1e-6)
        places = [lens.params + (middle + x) * vector for x in away["places"]]
        np.testing.assert_allclose(away["heights"], [float(loss(p)) for p in places], rtol=1e-9)
        return float(top.values[0]), vector


PLANS = [
    ([[0, 0.1]], 600), ([[0, 0.2]], 100), ([[0, 0.1], [150, 0.03], [320, 0.3]], 350),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "step"), PLANS, ids=str)
def test_steps_are_those_of_descend(lens: Watched, plan: Any, step: int) -> None:
    """Before swings blow up what was rounded, weights and loss are those of the copied Python."""
    lens.set(plan=plan, step=step)
    home = lens.python()
    wanted = np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(home["params"])])
    np.testing.assert_allclose(lens.params, wanted, rtol=1e-9, atol=1e-9)
    assert lens.seen("losses") == pytest.approx(float(home["path"].loss[step]), rel=1e-9)
    sharpness = float(gd.analysis.sharpness(home["loss"], home["params"]))
    assert lens.seen("sharpness") == pytest.approx(sharpness, rel=1e-6)


@pytest.mark.parametrize(("rate", "step"), [(0.1, 0), (0.1, 745), (0.2, 900), (0.4, 10)])
def test_the_sharpness_is_the_hessians(lens: Watched, rate: float, step: int) -> None:
    """Anywhere, at the edge too, sharpness and direction are those of Lanczos from scratch."""
    lens.at(rate, step)
    wanted, _ = measured(lens)
    assert lens.seen("sharpness") == pytest.approx(wanted, rel=1e-4)
    shown = lens.element.locator(".gd-demo-readouts td").all_inner_texts()
    assert shown[1:3] == [f"{lens.seen('sharpness'):.2f}", f"{2 / rate:g}"]


def test_at_the_edge_it_stays(lens: Watched) -> None:
    """Over many steps at the edge the sharpness is 2/rate, on average."""
    lens.at(0.2, 2000)
    sharpness = np.array(lens.js("demo.run.sharpness.slice(1000)"))
    assert sharpness.mean() == pytest.approx(10, rel=0.05)
    assert "average: the edge of stability" in lens.says()
    assert "keeps to 2/rate = 10: the swings across the valley neither grow nor die" in lens.says()


def test_it_says_what_happens(lens: Watched) -> None:
    """The sentence tells a start, the rise, the swings and a catapult, from their numbers."""
    assert "the sharpness 7.59 is below 2/rate = 20: so far the walk is safe" in lens.says()
    lens.at(0.1, 200)
    assert "progressive sharpening: in the last 40 steps the sharpness rose from" in lens.says()
    lens.at(0.1, 640)
    sharpness = lens.seen("sharpness")
    assert f"Step 640: the sharpness {sharpness:.2f} is above 2/rate = 20" in lens.says()
    assert "the loss may rise for some steps" in lens.says()
    lens.at(0.1, 722)
    assert "the loss rose in" in lens.says()
    lens.at(0.4, 20)
    assert "a catapult: the start, of sharpness 7.59, was too sharp for 2/rate = 5" in lens.says()
    lens.set(plan=[[0, 0.1], [200, 0.05]], step=210)
    assert "at step 200 the line went from 20 to 40" in lens.says()


def test_swings_cross_the_valley(lens: Watched) -> None:
    """Above 2/rate the next place is on the other side, and further out."""
    lens.at(0.1, 715)
    away = lens.js("demo.run.slice(0.1, 3)")
    (here, height), (there, above) = away["here"], away["next"]
    assert here * there < 0
    assert abs(there) > abs(here)
    assert height == lens.seen("losses")
    assert above > height
    lens.at(0.1, 300)
    away = lens.js("demo.run.slice(0.1, 3)")
    assert abs(away["next"][0]) < abs(away["here"][0])


def test_a_divergence_is_told_and_left(lens: Watched) -> None:
    """Beyond all bearing it stops where ``descend`` leaves the numbers, and can begin again."""
    lens.at(0.6, 3000)
    step = lens.state["step"]
    assert f"diverged at step {step}" in lens.says()
    assert "too sharp for 2/rate = 3.33" in lens.says()
    assert lens.python()["path"].diverged_at == step
    lens.step(1)
    assert lens.state["step"] == step
    lens.js("demo.reset()")
    assert (lens.state["step"], lens.state["plan"]) == (0, [[0, 0.6]])
    assert np.isfinite(lens.params).all()
    lens.at(0.6, 200)
    lens.js("demo.retune(0.2)")
    assert (lens.state["step"], lens.state["plan"]) == (0, [[0, 0.2]])


def test_the_rate_changes_on_the_way(lens: Watched) -> None:
    """The slider moves the line from the present step on; what it merely passed is forgotten."""
    lens.at(0.1, 300)
    before = lens.params
    slider = lens.element.get_by_label("learning rate")
    slider.focus()
    lens.page.keyboard.press("ArrowLeft")
    lens.page.keyboard.press("ArrowLeft")
    first, (step, rate) = lens.state["plan"]
    assert (first, step) == ([0, 0.1], 300)
    assert rate < 0.1
    np.testing.assert_array_equal(lens.params, before)
    lens.step(5)
    lens.js("demo.retune(0.05)")
    lens.js("demo.settled")
    assert lens.state["plan"] == [[0, 0.1], [300, 0.05]]
    assert lens.state["step"] == 305
    lens.step(-50)
    lens.js("demo.retune(0.08)")
    assert lens.state["plan"] == [[0, 0.1], [255, 0.08]]
    lens.js("demo.reset()")
    assert lens.state["plan"] == [[0, 0.08]]


def test_the_rate_changes_where_one_looks(lens: Watched) -> None:
    """While the walk is on its way to a far step, the rate changes at the step that is shown."""
    lens.at(0.1, 10)
    hurry = "demo.state = { step: 3000 }; demo.retune(0.05)"
    plan, step = lens.js(f"{{ {hurry}; return [demo.state.plan, demo.state.step]; }}")
    assert 10 <= step < 3000
    assert plan == [[0, 0.1], [step, 0.05]]


def test_steps_lead_back(lens: Watched) -> None:
    """A step back, and the way there again, are the very same."""
    lens.at(0.2, 400)
    before = lens.params
    lens.step(-150)
    lens.step(150)
    np.testing.assert_array_equal(lens.params, before)
    lens.step(-9999)
    assert lens.state["step"] == 0
    np.testing.assert_array_equal(lens.params, lens.js("demo.network.start"))


def test_it_plays_only_in_sight(lens: Watched) -> None:
    """Keys play it, it is read out at times only, and it stops when it is scrolled away."""
    lens.show()
    lens.element.get_by_role("button", name="Play").focus()
    lens.page.keyboard.press(".")
    lens.js("demo.settled")
    assert lens.state["step"] == 1
    lens.js("""{
      demo.told = 0;
      new MutationObserver(() => { demo.told += 1; }).observe(demo.spoken, { childList: true });
    }""")
    lens.page.keyboard.press("Enter")
    lens.wait("demo.state.step > 30")
    assert lens.js("demo.told") <= 1
    assert lens.element.get_by_role("button", name="Pause").count() == 1
    step = lens.check_it_stops_out_of_sight()
    assert lens.js("demo.spoken.textContent").startswith(f"Step {step}: ")
    lens.page.keyboard.press("r")
    assert lens.state["step"] == 0
    lens.page.keyboard.press("?")
    assert lens.js("demo.help.open")
    lens.page.keyboard.press("Escape")


def test_a_link_opens_the_very_same(lens: Watched, open_window: Open) -> None:
    """The address follows the state, and gives it and its weights to the last bit."""
    lens.set(plan=[[0, 0.123456789], [40, 1 / 3]], step=77, speed=240)
    lens.wait("location.hash.includes('step=77')")
    window = open_window(lens.js("location.href").rsplit("/", 1)[1])
    other = Watched(window, "lens")
    other.js("demo.settled")
    assert other.state == lens.state
    np.testing.assert_array_equal(other.params, lens.params)
    lens.page.evaluate("history.replaceState(null, '', location.pathname)")


def test_it_is_light_and_shows_its_program(small_book: Path, lens: Watched) -> None:
    """Its script and its kernels are 30 KiB at most, and the kernels can be read."""
    static = small_book / "_static"
    kernels = [path.relative_to(static).as_posix() for path in static.glob("demos/lens-*.js")]
    assert 5 < weight(static, {"microscope.js", *kernels}) < 30
    lens.element.get_by_text("See the compiled JavaScript").click()
    code = lens.element.locator("details pre")
    assert code.inner_text().count("function kernel(input, output)") == 3
    lens.element.get_by_text("See the compiled JavaScript").click()


def test_the_books_microscope_walks_as_its_python(browser: Browser, built: Path, site: str) -> None:
    """In the book, too, the microscope opens with numbers and walks as the Python it copies."""
    name = a_page_with("<gd-microscope")
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    window = Window(context).open(f"{site}/{name}.html")
    lens = Watched(window, "microscope")
    lens.set(step=100)
    home = lens.python()
    assert lens.seen("losses") == pytest.approx(float(home["path"].loss[100]), rel=1e-9)
    assert window.troubles == []
    context.close()
