"""Windows of a browser: a page, the demos in it, and what is heard of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from audits.browsing import READY
from playwright.sync_api import BrowserContext, ConsoleMessage

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
OPEN_ALL = "document.querySelectorAll('details').forEach((part) => { part.open = true; })"


def is_trouble(message: ConsoleMessage) -> bool:
    """Say whether a page complains; what a graphics driver in software says is no complaint."""
    says = message.text
    driver = says.startswith("[.WebGL")
    return message.type in ("error", "warning") and not driver


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
        self.page.evaluate(READY)
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
        """Change the state, and wait until its step is reached."""
        self.js("{ demo.state = argument; return demo.settled; }", wanted)

    def step(self, n: int = 1) -> None:
        """Take steps, forward or back, and wait for the last."""
        self.js("{ demo.step(argument); return demo.settled; }", n)

    def python(self) -> dict[str, Any]:
        """Run the cell that is copied, and return what it defines."""
        home: dict[str, Any] = {}
        exec(self.js("demo.python()"), home)
        return home

    def says(self) -> str:
        """Return the sentence below the demo."""
        return self.element.locator(".gd-demo-says").inner_text()

    def row(self, name: str) -> list[str]:
        """Return a racer's numbers as they are shown: both parameters, the loss, the slope."""
        row = self.element.locator(".gd-demo-readouts tr", has_text=name)
        return row.locator("td").all_inner_texts()[:4]

    def walk(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the places and the losses of a racer, as far as it has walked."""
        walk = "demo.course.walks.get(argument)"
        places, losses = (self.js(f"{walk}.{kind}", name) for kind in ("places", "losses"))
        return np.array(places, float), np.array(losses, float)

    def pixel(self, x: float, y: float, view: str = "map") -> tuple[float, float]:
        """Return where on the screen a place is drawn."""
        shown = {"map": "demo.stage.map", "data": "demo.editor.view"}[view]
        frame = self.js(f"({shown}.frames ?? [{shown}.frame])[0]")
        canvas = self.js(f"{shown}.canvas.getBoundingClientRect().toJSON()")
        (x0, x1), (y0, y1) = frame["x"], frame["y"]
        right = frame["left"] + (x - x0) / (x1 - x0) * frame["width"]
        down = frame["top"] + (y1 - y) / (y1 - y0) * frame["height"]
        return canvas["x"] + right, canvas["y"] + down

    def show(self) -> None:
        """Bring it into sight, of a reader who is there."""
        self.js("demo.scrollIntoView({ block: 'center', behavior: 'instant' })")
        self.page.mouse.move(1, 1)
        self.wait("demo.inSight")

    def check_it_stops_out_of_sight(self) -> int:
        """Scroll it away while it plays, see it stop, scroll back, and return where it stands."""
        self.page.evaluate("document.body.style.paddingTop = '3000px'; scrollTo(0, 0)")
        self.wait("!demo.playing")
        step: int = self.state["step"]
        self.page.wait_for_timeout(150)
        assert self.state["step"] == step
        self.page.evaluate("document.body.style.paddingTop = ''")
        self.show()
        return step

    def moves(self, until: int) -> float:
        """Play beyond a step, and return how often a second the steps that are seen change."""
        changes, seconds = self.js(
            """new Promise((resolve) => {
              const [seen, begin] = [new Set(), performance.now()];
              const watch = () => {
                seen.add(demo.state.step);
                if (demo.state.step <= argument) requestAnimationFrame(watch);
                else resolve([seen.size - 1, (performance.now() - begin) / 1000]);
              };
              demo.play();
              watch();
            })""",
            until,
        )
        return float(changes / seconds)

    def wait(self, condition: str, argument: Any = None) -> None:
        """Wait until the element is so."""
        handle = self.element.element_handle()
        text = f"([demo, argument]) => {condition}"
        self.page.wait_for_function(text, arg=[handle, argument], timeout=30_000)
