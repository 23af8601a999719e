"""Demos on readers' machines: three dimensions or none, phones, themes, no script, little room."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Open
from tests.browser.test_accessibility import violations
from tests.browser.test_layout import STICKING_OUT
from tests.browser.windows import OPEN_ALL, PHONE, WIDE, Window

KIB = 1024


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
    bowl.wait("demo.stage.surface !== null && demo.stage.surface.canvas.isConnected")
    assert len(fetched(window)) == 1
    # From almost straight above, the middle of the picture is the middle of the window.
    bowl.set(camera=[-90, 89, 1])
    bowl.step(3)
    box = bowl.js("demo.stage.surface.canvas.getBoundingClientRect().toJSON()")
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    window.page.mouse.click(*middle)
    assert bowl.state["start"] == pytest.approx([0, 0], abs=0.12)
    assert bowl.state["step"] == 0
    window.page.mouse.click(middle[0] + box["height"] / 6, middle[1])
    x, y = bowl.state["start"]
    assert x > 0.3
    assert y == pytest.approx(0, abs=0.12)
    # Keys turn it, and a drag does, without moving the start.
    bowl.js("demo.stage.surface.canvas.focus()")
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


def test_the_poster_stands_until_a_reader_is_there(open_window: Open) -> None:
    """A page that nobody touches fetches no third dimension; its first sign of a reader does."""
    window = open_window("solid.html", viewport={"width": 1280, "height": 4000})
    bowl = window.demo("bowl")
    bowl.wait("demo.inSight")
    window.page.wait_for_load_state("networkidle")
    assert fetched(window) == []
    poster = bowl.element.locator(".gd-demo-stage img:visible")
    assert poster.evaluate_all("(all) => all.map((one) => one.naturalWidth > 0)") == [True]
    window.page.mouse.move(5, 5)
    bowl.wait("demo.stage.surface?.canvas.isConnected")
    assert poster.count() == 0
    assert len(fetched(window)) == 1
    assert window.troubles == []


@pytest.mark.parametrize("call", ["demo.step(2)", "demo.play()", "demo.state = { step: 5 }"])
def test_a_call_is_a_sign_of_a_reader(call: str, open_window: Open) -> None:
    """Who steps, plays or sets a state by a script sees it in three dimensions, too."""
    window = open_window("solid.html", viewport={"width": 1280, "height": 4000})
    bowl = window.demo("bowl")
    bowl.wait("demo.inSight")
    bowl.js(f"{{ {call}; }}")
    bowl.wait("demo.stage.surface?.canvas.isConnected")


def test_a_demo_begins_when_it_comes_near(browser: Browser, address: str) -> None:
    """One far down the page is its poster until it is nearly in sight, or a link asks for it."""
    with browser.new_context(viewport=WIDE) as context:
        page = context.new_page()
        page.goto(f"{address}/many.html")
        demos = page.locator("gd-demo")
        live = re.compile("gd-demo-live")
        expect(demos.first).to_have_class(live)
        expect(demos.last).not_to_have_class(live)
        assert demos.last.locator("figure").count() == 1
        demos.last.evaluate("(demo) => demo.scrollIntoView({ behavior: 'instant' })")
        expect(demos.last).to_have_class(live)
        name = demos.last.get_attribute("id")
        other = context.new_page()
        other.goto(f"{address}/many.html#{name};step=3")
        expect(other.locator(f"#{name}")).to_have_class(live)
        assert other.locator(f"#{name}").evaluate("(demo) => demo.state.step") == 3


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
    bowl.element.get_by_role("button", name="3D").click()  # asked again, it answers again
    bowl.wait("demo.state.view === 'map' && demo.stage.map.canvas.isConnected")
    bowl.step(2)
    assert bowl.row("Gradient descent")[:2] == ["1.60", "1.60"]


LOSE = """new Promise((resolve) => {
  const { canvas } = demo.stage.surface;
  const loss = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
  canvas.addEventListener("webglcontextlost", () => setTimeout(() => loss.restoreContext()));
  canvas.addEventListener("webglcontextrestored", () => requestAnimationFrame(resolve));
  loss.loseContext();
})"""


def test_a_lost_context_is_drawn_again(open_window: Open) -> None:
    """When a graphics driver forgets everything, the same picture is back without a touch."""
    bowl = open_window("solid.html").demo("bowl")
    bowl.show()
    bowl.wait("demo.stage.surface?.canvas.isConnected")
    canvas = bowl.element.locator(".gd-demo-stage canvas")
    before = canvas.screenshot()
    bowl.js(LOSE)
    assert canvas.screenshot() == before


def test_little_motion_is_respected(open_window: Open) -> None:
    """For readers who want little motion, a walk that is played moves about twice a second."""
    race = open_window("many.html", reduced_motion="reduce").demo("race")
    race.show()
    race.set(speed=12)
    assert race.moves(until=20) <= 2


COLOURS = """(() => {
  const copy = document.createElement("canvas");
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(demo.stage.map.canvas, 0, 0);
  const ground = [...context.getImageData(150, 80, 1, 1).data].slice(0, 3);
  return [ground, demo.querySelector(".gd-demo-dot").toDataURL()];
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


def test_a_finger_that_scrolls_leaves_the_view_as_it_was(open_window: Open) -> None:
    """What a finger turned before the browser took it for scrolling is turned back."""
    window = open_window("solid.html", viewport=PHONE, has_touch=True, is_mobile=True)
    bowl = window.demo("bowl")
    bowl.show()
    bowl.wait("demo.stage.surface?.canvas.isConnected")
    camera = bowl.state["camera"]
    box = bowl.js("demo.stage.surface.canvas.getBoundingClientRect().toJSON()")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    hand = window.context.new_cdp_session(window.page)

    def touch(what: str, *points: dict[str, float]) -> None:
        hand.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": list(points)})

    def seen() -> Any:
        return bowl.js("demo.stage.surface.seenFrom()")

    def swipe() -> None:
        touch("touchStart", {"x": x, "y": y})
        for step in range(1, 5):
            touch("touchMove", {"x": x + 10 * step, "y": y + 4 * step})

    swipe()
    assert seen() != pytest.approx(camera, abs=1)
    touch("touchCancel")
    assert seen() == pytest.approx(camera, abs=0.02)
    assert bowl.state["camera"] == pytest.approx(camera, abs=0.02)
    swipe()
    touch("touchEnd")
    assert bowl.state["camera"] == pytest.approx(seen())
    assert seen() != pytest.approx(camera, abs=1)


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
