"""What holds of every element that plays: links, little motion, no script, phones, axe."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Open
from tests.browser.test_accessibility import violations
from tests.browser.test_layout import STICKING_OUT
from tests.browser.windows import OPEN_ALL, PHONE, Played


class Kind(NamedTuple):
    """One kind of element, on the page of the same name as it."""

    tag: str
    name: str
    alt: str  # words of its poster
    seen: dict[str, Any]  # a state in which there is much to see
    speed: int  # steps a second
    until: int  # a step that takes some seconds at this speed
    hostile: tuple[str, ...]

    def __str__(self) -> str:
        return self.tag


TOO_LONG = "step=" + "9" * 100_000
SCRIPT = "<script>alert(1)</script>"
KINDS = [
    Kind(
        "gd-graph", "net", "graph of a network", {"step": 30}, 6, 15,
        ("step=1e99", "inputs=1,2", f"rate={SCRIPT}", "__proto__=1", TOO_LONG),
    ),
    Kind(
        "gd-playground", "play", "half moons", {"step": 20}, 120, 130,
        (
            "step=1e99", "layers=9", "rate=NaN", f"rate={SCRIPT}", "__proto__=1", "constructor=1",
            "data=0.5", "noise=", "step", TOO_LONG,
        ),
    ),
    Kind(
        "gd-microscope", "lens", "dashed line", {"plan": [[0, 0.2]], "step": 60}, 60, 65,
        (
            "step=1e99", "plan=", "plan=5:0.1", "plan=0:0.1,0:0.2", "plan=0:99", "plan=0:NaN",
            "plan=0:0.1," + "9:0.1," * 9000, f"plan=0:{SCRIPT}", "__proto__=1", "step", "step=0.5",
            "speed=",
        ),
    ),
]  # fmt: skip
every = pytest.mark.parametrize("kind", KINDS, ids=str)


@every
def test_a_hostile_link_does_nothing(kind: Kind, open_window: Open) -> None:
    """A link of nonsense gives the beginning, and says so, until a good one comes."""
    player = open_window(f"{kind.name}.html").demo(kind.name)
    first = player.state
    for words in kind.hostile:
        player.set(**kind.seen)
        player.page.evaluate("(hash) => { location.hash = hash; }", f"demo-{kind.name};{words}")
        player.wait("demo.innerText.includes('link is damaged')")
        player.js("demo.settled")
        assert player.state == first, words[:40]
        player.page.evaluate(f"location.hash = 'demo-{kind.name};step=3'")
        player.wait("demo.state.step === 3 && !demo.innerText.includes('damaged')")
    assert player.window.troubles == []


@every
def test_a_link_is_followed_though_the_address_has_moved_on(kind: Kind, open_window: Open) -> None:
    """What counts is the link, not what the state before it has written into the address since."""
    player = open_window(f"{kind.name}.html").demo(kind.name)
    player.page.evaluate(f"""() => {{
      location.hash = "demo-{kind.name};step=3";
      history.replaceState(null, "", "#demo-{kind.name}");
    }}""")
    player.wait("demo.state.step === 3")


@every
def test_axe_finds_nothing_and_it_fits_a_phone(kind: Kind, open_window: Open) -> None:
    """No rule that matters is broken in either theme, and nothing sticks out on a phone."""
    window = open_window(f"{kind.name}.html")
    window.demo(kind.name).set(**kind.seen)
    window.page.evaluate(OPEN_ALL)
    assert violations(window.page) == []
    window.page.emulate_media(color_scheme="dark")
    assert violations(window.page, runOnly=["color-contrast"]) == []
    phone = open_window(f"{kind.name}.html", viewport=PHONE, has_touch=True, is_mobile=True)
    phone.demo(kind.name).set(**kind.seen)
    phone.page.evaluate(OPEN_ALL)
    assert phone.page.evaluate(STICKING_OUT) == [0, []]
    assert window.troubles + phone.troubles == []


@every
def test_without_javascript_there_is_the_poster(kind: Kind, browser: Browser, address: str) -> None:
    """Where no script runs, it is its poster."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/{kind.name}.html")
        poster = page.locator(f"{kind.tag} img.only-light")
        assert poster.is_visible()
        assert kind.alt in (poster.get_attribute("alt") or "")


@pytest.mark.parametrize(("page", "tag"), [("many", "gd-demo"), *((k.name, k.tag) for k in KINDS)])
def test_paper_has_the_poster(page: str, tag: str, open_window: Open) -> None:
    """What plays on a dark screen is printed as its light poster, without buttons or canvases."""
    window = open_window(f"{page}.html", color_scheme="dark")
    first = window.page.locator(tag).first
    assert first.locator("canvas, button").filter(visible=True).count() > 0
    assert first.locator("figure").filter(visible=True).count() == 0
    window.page.emulate_media(media="print")
    assert first.locator("canvas, button, select, input").filter(visible=True).count() == 0
    assert first.locator("figure img.only-light").is_visible()
    assert not first.locator("figure img.only-dark").is_visible()


@every
def test_little_motion_is_respected(kind: Kind, open_window: Open) -> None:
    """For readers who want little motion, the pictures change at most twice a second."""
    player: Played = open_window(f"{kind.name}.html", reduced_motion="reduce").demo(kind.name)
    player.show()
    player.set(speed=kind.speed)
    assert player.moves(until=kind.until) <= 2
