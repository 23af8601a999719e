"""The sandbox: formulas that a reader types, walked on by the book's own optimizers."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import jax.numpy as jnp
import numpy as np
import pytest
from playwright.sync_api import Browser, Locator

import gdbook as gd
from tests.browser.conftest import Open, Share
from tests.browser.test_accessibility import violations
from tests.browser.walks import rules
from tests.browser.windows import PHONE, WIDE, Played, Window

SKEWED = "log(1 + x^2) + 2sin(x y)^2 + (y - 1)^4 / 5"


def skewed(params: Any) -> Any:
    """Return the height that the formula gives, as one would write it in Python."""
    x, y = params
    return jnp.log(1 + x**2) + 2 * jnp.sin(x * y) ** 2 + (y - 1) ** 4 / 5


@pytest.fixture(scope="package")
def opened_box(share: Share) -> Iterator[Window]:
    """Open the page of the sandbox."""
    with share("box") as window:
        yield window


@pytest.fixture
def box(opened_box: Window) -> Iterator[Played]:
    """Return the sandbox at its beginning; nothing may be complained of."""
    box = opened_box.demo("box")
    box.js("""{
      demo.pause();
      const [first] = demo.spec.sandbox;
      const rates = Object.fromEntries(demo.spec.runners.map((r) => [r.name, r.learning_rate]));
      demo.state = {
        expression: 'x', step: 0, start: first.start, domain: first.domain, rates, view: 'map',
        running: ['SGD', 'Adam'], settings: { momentum: 0.9 },
      };
      demo.state = { expression: first.expression };
    }""")
    yield box
    assert opened_box.troubles == []


def field(box: Played) -> Locator:
    """Return where the formula is typed."""
    return box.element.get_by_label("f(x, y) =")


def error(box: Played) -> str:
    """Return what is said below the formula."""
    return box.element.locator(".gd-sandbox-error").first.inner_text()


@pytest.mark.parametrize(
    ("racer", "rule"),
    [
        ("SGD", rules.gradient_descent(0.01)),
        ("Momentum", rules.momentum(0.002, momentum=0.9)),
        ("RMSProp", rules.rmsprop(0.01, momentum=0.9)),
        ("Adam", rules.adam(0.1, b1=0.8)),
    ],
)
def test_steps_on_a_typed_formula_are_those_of_descend(box: Played, racer: str, rule: Any) -> None:
    """Sixty steps on what was typed are sixty steps of ``gd.descend`` on the same in JAX."""
    field(box).fill(SKEWED)
    box.set(start=[1.5, -0.5], running=[racer])
    box.step(60)
    path = gd.descend(skewed, [1.5, -0.5], rule, 60)
    places, losses = box.walk(racer)
    np.testing.assert_allclose(places, path.params, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(losses, path.loss, rtol=1e-9, atol=1e-9)
    facts = box.js("demo.course.moments()[0].here")
    assert facts["slope"] == pytest.approx(float(path.grad_norm[-1]), rel=1e-9, abs=1e-9)


def test_typing_takes_effect_and_shows_the_slopes(box: Played) -> None:
    """While one types, the ground and the formulas of its slopes follow."""
    box.step(5)
    field(box).fill("")
    field(box).press_sequentially("x^2 + 3y^2")
    assert box.state["expression"] == "x^2 + 3y^2"
    assert box.state["step"] == 0
    slopes = box.element.locator(".gd-sandbox-slopes").inner_text()
    assert "∂f/∂x = 2 * x" in slopes
    assert "∂f/∂y = 6 * y" in slopes
    assert box.row("SGD")[2] == "14.25"
    assert box.element.get_by_label("Example").input_value() == "your own"


def test_an_error_is_shown_where_it_is_typed(box: Played) -> None:
    """A half-typed formula is given time; a wrong one is marked, and the last good one stays."""
    field(box).fill("x^2 + foo(y)")
    assert error(box) == ""
    box.element.get_by_text("The function “foo” is not known").wait_for()
    assert box.element.locator(".gd-sandbox-error mark").inner_text() == "foo"
    assert "Character 7" in error(box)
    assert field(box).get_attribute("aria-invalid") == "true"
    described = field(box).get_attribute("aria-describedby")
    assert box.page.locator(f"#{described}").inner_text() == error(box)
    assert box.state["expression"].startswith("(1 - x)^2")
    field(box).fill("x^2 + y")
    assert error(box) == ""
    assert field(box).get_attribute("aria-invalid") == "false"
    field(box).fill("x^2 +")
    field(box).press("Enter")
    assert "Unexpected end of expression" in error(box)


def test_keys_in_a_field_are_letters(box: Played) -> None:
    """What plays a demo elsewhere is text here; Space on the map plays."""
    field(box).fill("")
    field(box).press_sequentially("1.5 x, r v?")
    assert box.state["step"] == 0
    assert box.state["view"] == "map"
    assert field(box).input_value() == "1.5 x, r v?"
    field(box).fill("x^2 + y^2")
    box.js("demo.stage.map.canvas.focus()")
    box.page.keyboard.press(".")
    assert box.state["step"] == 1
    box.page.keyboard.press("ArrowRight")
    assert box.state["start"][0] == pytest.approx(-1.5 + 4 / 50)
    box.page.keyboard.press("-")
    assert box.state["domain"] == [[-2.5, 2.5], [-1.5, 3.5]]
    box.page.keyboard.press("+")
    assert box.state["domain"] == [[-2, 2], [-1, 3]]


def test_the_window_and_the_start_can_be_typed(box: Played) -> None:
    """Numbers typed into the fields count; an empty window is refused beside its fields."""
    box.step(3)
    box.element.get_by_label("x from").fill("−4.5")
    box.element.get_by_label("x from").press("Enter")
    assert box.state["domain"] == [[-4.5, 2], [-1, 3]]
    assert box.state["step"] == 3
    box.element.get_by_label("y to").fill("-2")
    box.element.get_by_label("y to").press("Enter")
    box.element.get_by_text("The window wants its first number below its second").wait_for()
    assert box.state["domain"] == [[-4.5, 2], [-1, 3]]
    box.element.get_by_label("y to").fill("8")
    box.element.get_by_label("y to").press("Enter")
    assert box.state["domain"] == [[-4.5, 2], [-1, 8]]
    box.element.get_by_label("start y").fill("0.25")
    box.element.get_by_label("start y").press("Enter")
    assert (box.state["start"], box.state["step"]) == ([-1.5, 0.25], 0)
    box.element.get_by_role("button", name="Zoom out").click()
    assert box.state["domain"][1] == pytest.approx([-2.125, 9.125], abs=0.03)
    x, y = box.pixel(1.0, 2.0)
    box.show()
    x, y = box.pixel(1.0, 2.0)
    box.page.mouse.click(x, y)
    assert box.state["start"] == pytest.approx([1, 2], abs=0.05)


def test_an_example_brings_its_window_its_start_and_its_rates(box: Played) -> None:
    """Choosing from the menu sets all that belongs to the formula, and back."""
    menu = box.element.get_by_label("Example")
    menu.select_option("Kinks")
    state = box.state
    assert (state["expression"], state["domain"]) == ("abs(x) + 3 abs(y)", [[-3, 3], [-2, 2]])
    assert (state["start"], state["rates"]["Adam"]) == ([2.5, 1], 0.3)
    assert field(box).input_value() == "abs(x) + 3 abs(y)"
    menu.select_option("A valley")
    assert box.state["rates"]["Adam"] == 0.1
    box.set(step=9)
    box.js("demo.reset()")
    assert box.state["step"] == 0
    field(box).fill("x^2 + y^4")
    box.set(step=9)
    box.js("demo.reset()")
    assert box.state["expression"] == "x^2 + y^4"  # what was typed is not thrown away


@pytest.mark.parametrize(
    ("formula", "start", "steps", "words"),
    [
        ("log(x) + y^2", [-1, 1], 0, "at this start the loss is no finite number"),
        ("sqrt(x) + y^2", [0.01, 1], 3, "has left the ground"),
        ("x^2 - 50y^2", [1, 1], 2, "the loss falls"),
        ("x^2 + 9y^2", [1, 1], 300, "at rest: .* This is a minimum."),
        ("x^2 + 200y^2", [1, 1], 2, "the loss grows, .* above 2/L = 0.005"),
    ],
)
def test_the_words_know_the_ground(
    box: Played, formula: str, start: list[float], steps: int, words: str
) -> None:
    """Where there is no loss, no minimum or no bottom, the sentence says so."""
    rates = {"SGD": 0.1 if "9y" in formula or "sqrt" in formula else 0.01}
    box.set(running=["SGD"], rates=rates)
    field(box).fill(formula)
    box.set(start=start)
    box.step(steps)
    says = box.says()
    assert re.search(words, says), says


def test_ground_with_holes_is_drawn_in_both_views(box: Played) -> None:
    """Where there is no loss there is no ground, from above and in three dimensions."""
    field(box).fill("log(x) + 1 / y")
    box.set(start=[1, 1], step=4)
    box.show()
    box.set(view="surface")
    box.wait("demo.stage.surface !== null")
    box.set(view="map", step=0)


def test_a_link_opens_the_very_same(box: Played, open_window: Open) -> None:
    """The address follows the formula, and gives it back in a new window, to the last bit."""
    field(box).fill(SKEWED)
    box.set(start=[0.1, 1 / 3], domain=[[-3, 3], [-1.25, 2]], step=17, rates={"Adam": 0.0123})
    box.wait("location.hash.endsWith('step=17')")
    other = open_window(f"box.html{box.js('location.hash')}")
    assert other.demo("box").state == box.state
    assert field(other.demo("box")).input_value() == SKEWED
    assert other.troubles == []


HOSTILE = [
    "f=" + quote("x + constructor"), "f=" + quote("__proto__(x)"), "f=" + quote("x.constructor"),
    "f=" + quote("import('data:text/javascript,alert(1)')"), "f=<script>alert(1)</script>",
    "f=" + quote("9999999999! x"), "f=" + quote("9^9^9^9^9 x"), "f=" + "x%2B" * 200_000 + "x",
    "f=" + quote("(" * 150 + "x" + ")" * 149), "f=" + quote("x^" * 148 + "x"), "f=%E0%A4%A",
    "f=" + quote('x; y = constructor("alert(1)")()'), "f=", "window=1,2,3", "window=1,0,0,1",
    "window=NaN,1,0,1", "window=-1e9,1e9,0,1", "window=0,1e-9,0,1", "window=" + "1," * 50_000,
]  # fmt: skip


def test_a_hostile_link_does_nothing(box: Played, open_window: Open) -> None:
    """What is no formula or no window gives the beginning, at once, and the page says so."""
    first = box.state
    window = open_window("box.html")
    demo = window.demo("box")
    assert demo.state["expression"] == first["expression"]
    beginning = demo.state
    for link in HOSTILE:
        began = time.perf_counter()
        demo.js("{ demo.state = { step: 3 }; location.hash = argument; }", f"#demo-box;{link}")
        demo.wait("demo.state.step === 0")
        assert time.perf_counter() - began < 8, link[:80]  # of patience, not of speed
        assert demo.state == beginning, link[:80]
        assert "link is damaged" in demo.js("demo.innerText"), link[:80]
    assert window.troubles == []
    assert window.page.locator("gd-demo script:not([type='application/json'])").count() == 0
    demo.set(expression="constructor", domain=[[1, 0], [0, 1]])
    demo.js("{ demo.state = { expression: { toString: () => 'x' } }; }")
    assert demo.state == beginning


def test_the_python_that_is_copied_walks_the_same(box: Played) -> None:
    """The cell defines the formula, and ends where the page does."""
    texts = [
        SKEWED,
        "abs(x - 1)^1.5 + y²",
        "-exp(-x^2 - (y-1)^2) / 2",
        "(1 - x)^2 + 10 (y - x^2)^2",
    ]
    for text in texts:
        field(box).fill(text)
        box.set(start=[0.5, -0.25], step=23, running=["SGD", "Momentum", "Adam"])
        home = box.python()
        assert {*home["paths"]} == {"SGD", "Momentum", "Adam"}
        for name, path in home["paths"].items():
            np.testing.assert_allclose(box.walk(name)[0][-1], path.last, rtol=1e-9, atol=1e-9)


def test_the_program_shows_the_slopes_and_the_update(box: Played) -> None:
    """What runs is the formula's slopes and the update compiled from the book's rule."""
    box.element.get_by_text("See the compiled JavaScript").click()
    code = box.element.locator("details pre")
    code.get_by_text("compiled from gd.optimizers.adam").wait_for()
    assert "∂f/∂y = 20 * (y - x^2)" in code.inner_text()
    assert "Math.sqrt" in code.inner_text()
    box.element.get_by_text("See the compiled JavaScript").click()


def test_it_is_fetched_only_where_it_is_used(browser: Browser, address: str) -> None:
    """Out of sight the sandbox is its picture; in sight it fetches what understands formulas."""
    context = browser.new_context(viewport=WIDE)
    window = Window(context)
    window.page.goto(f"{address}/box.html", wait_until="networkidle")
    assert not any("/chunks/sandbox-" in url for url in window.requests)
    window.page.locator("#demo-box").scroll_into_view_if_needed()
    window.page.get_by_label("f(x, y) =").wait_for()
    assert sum("/chunks/sandbox-" in url for url in window.requests) == 1
    assert window.troubles == []
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_has_room_for_it(open_window: Open, theme: str) -> None:
    """At 390 pixels nothing is cut off, a finger moves the start, and axe finds nothing."""
    window = open_window("box.html", viewport=PHONE, has_touch=True, color_scheme=theme)
    box = window.demo("box")
    field(box).fill("x^2 + nobody")
    field(box).press("Enter")
    assert "“nobody” is not known" in error(box)
    assert window.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    box.show()
    box.js("demo.stage.element.scrollIntoView({ block: 'center', behavior: 'instant' })")
    window.page.evaluate("() => new Promise(requestAnimationFrame)")
    x, y = box.pixel(1.0, 1.0)
    window.page.touchscreen.tap(x, y)
    box.wait("Math.abs(demo.state.start[0] - 1) < 0.05")
    assert violations(window.page) == []
    assert window.troubles == []
