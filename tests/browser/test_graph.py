"""Backpropagation on a graph, in a real browser: its numbers are JAX's, and it can be played."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jax
import numpy as np
import pytest

import gdbook as gd
from tests.browser.conftest import Open, Share
from tests.browser.test_demo_machines import weight
from tests.browser.windows import OPEN_ALL, Played, Window
from tests.demos.plays import POINT, WEIGHTS, small

LINES, LAST = 11, 30  # eleven lines forward; then the slopes of all nineteen numbers


@pytest.fixture(scope="package")
def net_window(share: Share) -> Iterator[Window]:
    """Open the page of the graph."""
    with share("net") as window:
        yield window


@pytest.fixture
def net(net_window: Window) -> Iterator[Played]:
    """Return the graph at its beginning; nothing may be complained of."""
    played = Played(net_window, "net")
    played.js("demo.reset()")
    played.set(rate=0.1, speed=0.8)
    yield played
    assert net_window.troubles == []


def shown(net: Played, kind: str) -> list[str]:
    """Return the values or slopes in the picture, in the order of the nodes."""
    return net.element.locator(f".gd-graph-{kind}").all_text_contents()


def said(number: float) -> str:
    """Write a number as the page does, where it is of a common size."""
    return f"{number + 0.0:.2f}".replace("-", "−")


def home(inputs: list[float]) -> tuple[float, list[float]]:
    """Return the loss and its slopes in the inputs, by JAX."""
    with jax.enable_x64(True):
        value, slopes = jax.value_and_grad(small, argnums=tuple(range(8)))(*map(float, inputs))
    return float(value), [float(slope) for slope in slopes]


def test_it_opens_with_the_inputs(net: Played) -> None:
    """At first the inputs have values, nothing else does, and there are no slopes."""
    assert net.state == {"inputs": [*POINT.values()], "rate": 0.1, "step": 0, "speed": 0.8}
    assert shown(net, "value") == [*map(said, POINT.values()), *[""] * LINES]
    assert shown(net, "slope") == [""] * 19
    assert "11 lines" in net.says()
    assert "Values & <slopes>." in net.element.inner_text()


def test_numbers_come_one_at_a_time(net: Played) -> None:
    """Each step fills one place: values forward, then slopes backward, as JAX has them."""
    counts = []
    for step in range(LAST + 1):
        net.set(step=step)
        counts.append(sum(map(bool, shown(net, "value") + shown(net, "slope"))))
    assert counts == [*range(8, 8 + LAST + 1)]
    value, slopes = home([*POINT.values()])
    assert shown(net, "value")[-1] == said(value)
    assert shown(net, "slope")[:8] == [*map(said, slopes)]
    assert shown(net, "slope")[-1] == "1.00"
    np.testing.assert_allclose(net.js("demo.numbers.slopes.slice(0, 8)"), slopes, rtol=1e-12)
    net.step(9)
    assert net.state["step"] == LAST
    net.step(-LAST - 5)
    assert net.state["step"] == 0


def test_it_says_what_is_multiplied_and_why(net: Played) -> None:
    """The sentence has a line's formula in numbers; a slope's product; and a sum's parts."""
    net.set(step=1)
    assert "i = w1 × x = 0.50 × 2.00 = 1.00" in net.says()
    net.set(step=LINES + 1)
    assert "the slope of the loss in itself is 1" in net.says()
    net.set(step=LINES + 2)  # the square's own slope, twice what it squares
    error = np.sqrt(home([*POINT.values()])[0])
    assert f"(twice what is squared) = 1.00 × (−{said(2 * error)})" in net.says()
    net.js("demo.jump(0)")
    assert "x is used by i (×) and by m (×)" in net.says()
    slope = home([*POINT.values()])[1][0]
    assert f"= {said(slope)}. Raise x by 0.01" in net.says()
    assert net.js("demo.querySelectorAll('path.gd-graph-back').length") == 2


def test_sliders_change_the_numbers_as_they_move(net: Played) -> None:
    """At whatever step, a slider's move is seen at once, in all numbers that it reaches."""
    net.set(step=LAST)
    knob = net.element.get_by_label("w2")
    knob.focus()
    net.page.keyboard.press("Home")
    assert net.state["inputs"] == [2.0, 1.0, 0.5, -0.4, 0.8, -3.0, 1.5, 1.2]
    value, slopes = home(net.state["inputs"])
    assert shown(net, "value")[-1] == said(value)
    np.testing.assert_allclose(net.js("demo.numbers.slopes.slice(0, 8)"), slopes, rtol=1e-12)
    assert net.state["step"] == LAST


def test_its_steps_are_those_of_descend(net: Played) -> None:
    """The button moves the weights, and no others, as the loop does; the loss is told."""
    net.set(rate=0.01)
    button = net.element.get_by_role("button", name="One step of gradient descent")
    for _ in range(3):
        button.click()
    weights = {key: POINT[key] for key in WEIGHTS}
    with jax.enable_x64(True):
        loss = lambda weights: small(POINT["x"], POINT["y"], **weights)  # noqa: E731
        path = gd.descend(loss, weights, gd.optimizers.gradient_descent(0.01), 3)
    wanted = [float({**POINT, **path.last}[key]) for key in POINT]
    np.testing.assert_allclose(net.state["inputs"], wanted, rtol=1e-9)
    losses = [float(loss) for loss in path.loss]
    assert f"the loss fell from {said(losses[2])} to" in net.says()
    assert " → ".join(map(said, losses[:3])) in net.element.inner_text()
    net.js("demo.reset()")
    assert (net.state["inputs"], net.state["rate"]) == ([*POINT.values()], 0.1)


def test_the_copied_python_gives_the_same(net: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """The cell prints the program and computes the slopes and the step that the page shows."""
    net.set(inputs=[1.5, 1, 0.3], rate=0.25)
    names = net.python()
    assert "integer_pow[y=2]" in capsys.readouterr().out
    by_name = dict(zip(POINT, net.js("demo.numbers.slopes"), strict=False))
    for key, slope in names["slopes"].items():
        assert float(slope) == pytest.approx(by_name[key], rel=1e-9)
    net.js("demo.descend()")
    after = dict(zip(POINT, net.state["inputs"], strict=True))
    assert {**names["given"], **names["path"].last} == pytest.approx(after, rel=1e-9)


def test_it_is_played_by_keys_alone(net: Played) -> None:
    """From its first button on, all can be done without a mouse; it stops at its end."""
    net.show()
    net.element.get_by_role("button", name="Play").focus()
    net.page.keyboard.press(".")
    net.page.keyboard.press(".")
    net.page.keyboard.press(",")
    assert net.state["step"] == 1
    net.set(speed=60)
    net.page.keyboard.press("Enter")
    net.wait(f"demo.state.step === {LAST} && !demo.playing")
    assert "those in w1, b1, v1, w2, b2, v2 are the gradient" in net.says()
    assert net.element.locator("[role=status]").first.text_content() == net.says()
    net.page.keyboard.press("g")
    assert net.state["inputs"] != [*POINT.values()]
    net.page.keyboard.press("?")
    assert net.js("demo.help.open")
    net.page.keyboard.press("Escape")
    net.page.keyboard.press("r")
    assert (net.state["step"], net.state["inputs"]) == (0, [*POINT.values()])


def test_a_link_opens_the_very_same(net: Played, open_window: Open) -> None:
    """The address follows the state, and gives it to the last bit."""
    net.set(inputs=[1 / 3, 1, 0.1], rate=0.0123456789, step=17)
    net.wait("location.hash.endsWith(';step=17')")
    other = Played(open_window(net.page.url.rsplit("/", 1)[1]), "net")
    assert other.state == net.state
    assert other.says() == net.says()
    net.page.evaluate("history.replaceState(null, '', location.pathname)")


def test_the_program_is_a_table(net: Played) -> None:
    """Folded away is the program with all numbers, for reading; and the compiled JavaScript."""
    net.set(step=LAST)
    net.page.evaluate(OPEN_ALL)
    rows = net.element.locator(".gd-graph-listing tbody tr")
    assert rows.count() == 19
    assert rows.nth(18).inner_text().split("\t")[0] == "s = integer_pow[y=2] r"
    assert rows.nth(0).locator("td").all_inner_texts()[2] == shown(net, "slope")[0]
    assert "function kernel(input, output)" in net.element.locator("pre").inner_text()


def test_it_is_light(small_book: Path, open_window: Open) -> None:
    """Its script and its kernels are 20 KiB at most."""
    window = open_window("net.html")
    files = {url.split("/_static/")[1].split("?")[0] for url in window.requests if "_static" in url}
    own = {file for file in files if file.endswith(".js") and ("demos/" in file or "graph" in file)}
    assert len(own) == 2
    assert 2 < weight(small_book / "_static", own) < 20
