"""What can be taken from a demo: its address, its Python, its program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Open
from tests.browser.demos import ROOT
from tests.browser.walks import assert_near
from tests.browser.windows import WIDE, Played, Window

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
    window = open_window("many.html#demo-race;view=loss")  # a view, but none of the ground
    assert window.demo("race").state == state
    assert "link is damaged" in window.demo("race").js("demo.innerText")
    window = open_window("many.html#demo-nobody;step=3")
    assert window.demo("race").state["step"] == 0


def test_a_link_leads_to_its_demo_and_reloading_does_not(open_window: Open) -> None:
    """Who follows a link sees its demo; who reloads the page later stays where he was reading."""
    window = open_window("many.html#demo-menu;step=3")
    menu = window.demo("menu")
    menu.wait("demo.inSight")
    window.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    menu.wait("!demo.inSight")
    window.page.evaluate("location.hash = 'demo-menu;step=4'")
    menu.wait("demo.inSight && demo.state.step === 4")
    window.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    menu.wait("!demo.inSight")
    window.page.reload()
    menu.wait("demo.state?.step === 4")
    window.page.wait_for_timeout(300)  # in which it would come into sight
    assert not menu.js("demo.inSight")


def test_the_python_that_is_copied_walks_the_same(many: Window) -> None:
    """What "copy as Python" gives, run by another Python, ends at the very place that is shown."""
    texts, places = [], []
    for name in ("race", "fit", "menu", "flavours"):
        demo = many.demo(name)
        demo.set(**CHANGED.get(name, {"step": 11}))
        texts.append(demo.js("demo.python()"))
        shown = demo.js("[...demo.course.walks].map(([name, walk]) => [name, walk.places.at(-1)])")
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
    # A part that opens is filled with the next picture.
    expect(table.locator("tbody th")).to_have_text([str(t) for t in range(20, 12, -1)])
    first = table.locator("tbody tr").first.locator("td").all_inner_texts()
    assert first == race.row("RMSProp")
    race.step(1)
    assert table.locator("tbody th").first.inner_text() == "21"
