"""Basins of attraction, painted in the page: those of ``descend``, and how a reader meets them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure as Canvas

import gdbook as gd
from gdbook.demos.basins import GONE, NONE, Fates, fates
from gdbook.demos.scene import scenes
from gdbook.figures import shade_basins
from gdbook.palette import LIGHT
from tests.browser.conftest import Open, Share
from tests.browser.test_accessibility import violations
from tests.browser.walks import rules
from tests.browser.windows import PHONE, WIDE, Played, Window

DONE = "demo.legend.basins.has(demo.state, demo.course.first) && !demo.legend.ripe"
FEW = 8  # of 16,384 walks: on a border, the last bit of a number may decide


@pytest.fixture(scope="package")
def valleys(share: Share) -> Iterator[Window]:
    """Open the page of basins."""
    with share("valleys") as window:
        yield window


@pytest.fixture
def four(valleys: Window) -> Iterator[Played]:
    """Return the four valleys in sight, at their beginning."""
    demo = valleys.demo("four")
    demo.set(scene=0, view="map", basins=True, running=["Gradient descent"])
    demo.js("demo.reset()")
    demo.show()
    yield demo
    assert valleys.troubles == []


def painted(demo: Played) -> Fates:
    """Return the page's own picture, once it is complete."""
    demo.wait(DONE)
    n = demo.js("demo.legend.picture.n")
    parts = (demo.js(f"[...demo.legend.picture.{part}]") for part in ("home", "since"))
    home, since = (np.array(part).reshape(n, n) for part in parts)
    return Fates(home, since, demo.js("demo.legend.picture.steps"))


def of_jax(rule: Any, surface: Any = gd.surfaces.himmelblau) -> Fates:
    """Return what JAX finds for the same starts."""
    return fates(scenes(surface, (), None, None, None)[0], rule, 160, 128)


def listed(demo: Played) -> dict[str, str]:
    """Return the legend's words with their shares."""
    rows = demo.element.locator(".gd-demo-basins li").all_inner_texts()
    return dict(row.strip().split(": ") for row in rows)


CHANGES: dict[str, tuple[dict[str, Any], Any]] = {
    "at first": ({}, rules.gradient_descent(0.012)),
    "a rate at which some are restless, some gone": (
        {"settings": {"learning_rate": 0.0215}}, rules.gradient_descent(0.0215),
    ),
    "another optimizer, another hyperparameter": (
        {"running": ["Momentum"], "settings": {"momentum": 0.8}},
        rules.momentum(0.012, momentum=0.8),
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_basins_are_those_of_descend(four: Played, change: str) -> None:
    """For each start, the minimum and the step of arrival are JAX's, but for a few on borders."""
    state, rule = CHANGES[change]
    four.set(**state)
    found, wanted = painted(four), of_jax(rule)
    assert (found.home != wanted.home).sum() <= FEW
    assert (found.since != wanted.since).sum() <= FEW
    shares = [float((found.home == home).mean()) for home in (0, 1, 2, 3, NONE, GONE)]
    for share, words in zip(shares, listed(four).values(), strict=True):
        assert words == ("<1%" if 0 < share < 0.005 else f"{int(100 * share + 0.5)}%")
    assert sum(share > 0 for share in shares) >= 4
    lead = four.element.locator(".gd-demo-basins p").inner_text()
    name = four.state["running"][0]
    assert lead == f"Where 160 steps of {name} lead from 128 × 128 starts:"


def test_sliding_recomputes_and_says_so(four: Played) -> None:
    """The slider's rate is that of the new picture, whose shares are said aloud when it is done."""
    before = painted(four)
    slider = four.element.get_by_label("learning rate")
    slider.fill("900")
    after = painted(four)
    rate = four.state["settings"]["learning_rate"]
    assert rate > 0.02
    assert (before.home != after.home).mean() > 0.2
    assert (after.home != of_jax(rules.gradient_descent(rate)).home).sum() <= FEW
    spoken = four.element.locator("[role=status]").first
    four.wait("demo.spoken.textContent.startsWith('Where 160 steps')")
    assert all(f"{name}: {share}" in spoken.inner_text() for name, share in listed(four).items())


def test_another_ground_has_other_minima(four: Played) -> None:
    """The legend names the minima of the ground that is shown, and its basins are painted."""
    painted(four)
    assert list(listed(four))[:2] == ["A (3.00, 2.00)", "B (−2.81, 3.13)"]
    four.set(scene=1)
    found = painted(four)
    assert [name[0] for name in listed(four)] == ["A", "B", "a", "d"]
    wanted = of_jax(rules.gradient_descent(0.012), gd.surfaces.two_valleys)
    assert (found.home != wanted.home).sum() <= FEW


PIXELS = """(() => {
  const { basins } = demo.stage.map, copy = document.createElement("canvas");
  copy.width = copy.height = basins.width;
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(basins, 0, 0);
  return [...context.getImageData(0, 0, copy.width, copy.height).data];
})()"""


def test_their_colours_are_those_of_the_figures(four: Played) -> None:
    """Each tile of the map has the colour that the same basins have in a figure, and so pale."""
    four.set(settings={"learning_rate": 0.0215})
    found = painted(four)
    ax = Canvas().subplots()
    shade_basins(ax, LIGHT, gd.surfaces.himmelblau.grid(n=5), *found)
    shown = np.array(four.js(PIXELS), int).reshape(*found.home.shape, 4)
    drawn = np.asarray(ax.images[0].get_array(), int)
    assert np.abs(shown[::-1] - drawn).max() <= 1


COLOUR = """(() => {
  const { canvas } = demo.stage.map, ratio = canvas.width / canvas.clientWidth;
  const box = canvas.getBoundingClientRect(), copy = document.createElement("canvas");
  const context = copy.getContext("2d", { willReadFrequently: true });
  const [x, y] = argument.map((value, k) => (value - [box.x, box.y][k]) * ratio);
  context.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data];
})()"""


def colour(demo: Played, x: float, y: float) -> list[int]:
    """Return the colour of the map at a place."""
    found: list[int] = demo.js(COLOUR, list(demo.pixel(x, y)))
    return found


def test_a_switch_hides_and_shows_them(four: Played) -> None:
    """A box, and the key B, change between basins and heights; the legend goes with them."""
    painted(four)
    four.wait("demo.legend.picture !== null")
    with_basins = colour(four, -4.6, 4.6)
    box = four.element.get_by_label("Basins of attraction")
    box.uncheck()
    assert four.state["basins"] is False
    assert four.element.locator(".gd-demo-basins ul").is_hidden()
    assert colour(four, -4.6, 4.6) != with_basins
    four.js("demo.stage.map.canvas.focus()")
    four.page.keyboard.press("b")
    assert box.is_checked()
    assert colour(four, -4.6, 4.6) == with_basins
    four.js("demo.reset()")
    assert four.state["basins"] is True
    four.set(view="surface")
    assert box.is_hidden()  # there they could not be seen
    four.page.keyboard.press("?")
    assert "show or hide the basins" in four.element.get_by_role("dialog").inner_text()
    four.page.keyboard.press("Escape")


def test_their_address_says_whether_they_are_hidden(four: Played, open_window: Open) -> None:
    """A link to a demo without basins opens it so; a link of nonsense is damaged."""
    four.set(basins=False, step=2)
    four.wait("location.hash.endsWith('basins=off;step=2')")
    other = open_window(four.page.url.split("/")[-1]).demo("four")
    assert other.state == four.state
    broken = open_window("valleys.html#demo-four;basins=maybe").demo("four")
    assert broken.state["basins"] is True
    assert "link is damaged" in broken.js("demo.innerText")
    four.set(basins=True)
    four.wait("!location.hash.includes('basins')")


FRAMES = """new Promise((done) => {
  let left = 9;
  const frame = () => (--left ? requestAnimationFrame(frame) : done());
  frame();
})"""


def test_nothing_is_computed_out_of_sight(open_window: Open) -> None:
    """Before it is in sight nothing is walked; out of sight, what was begun waits."""
    demo = open_window("valleys.html").demo("four")
    demo.js(FRAMES)
    assert demo.js("[demo.inSight, demo.legend.basins.walked, demo.legend.frame]") == [False, 0, 0]
    demo.show()
    painted(demo)
    demo.page.evaluate("scrollTo(0, 0)")
    demo.wait("!demo.inSight")
    demo.set(settings={"learning_rate": 0.02})
    demo.js(FRAMES)
    assert demo.js("demo.legend.basins.has(demo.state, demo.course.first)") is False
    assert demo.js("demo.legend.frame") == 0
    demo.show()
    demo.wait(DONE)


def test_little_motion_means_whole_pictures(open_window: Open) -> None:
    """Who wants little motion sees each picture once, when it is done; others see it come."""
    versions = []
    for wish in ("reduce", "no-preference"):
        demo = open_window("valleys.html", reduced_motion=wish).demo("four")
        demo.show()
        painted(demo)
        demo.set(settings={"learning_rate": 0.02})
        painted(demo)
        versions.append(demo.js("demo.legend.picture.version"))
    assert versions == [2, 8]


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")], ids=str)
def test_the_legend_can_be_read_by_everyone(size: Any, theme: str, open_window: Open) -> None:
    """Axe finds nothing serious, and each colour of the legend is another."""
    window = open_window("valleys.html", viewport=size, color_scheme=theme)
    demo = window.demo("four")
    demo.show()
    painted(demo)
    assert violations(window.page) == []
    swatches = demo.element.locator(".gd-demo-swatch")
    shown = swatches.evaluate_all("(all) => all.map((e) => getComputedStyle(e).backgroundColor)")
    assert len(shown) == len(set(shown)) == 6
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert window.page.evaluate(wide) == 0
