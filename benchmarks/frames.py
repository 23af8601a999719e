"""What a demo costs a browser while it plays: milliseconds of the page's main thread a picture.

It needs the built book and a browser. The view in three dimensions is left out where there is the
one from above: without a graphics card it is drawn by the processor, which no reader's is.
"""

from __future__ import annotations

import datetime
import os
import statistics
from pathlib import Path
from typing import Any

from audits.browsing import KINDS, QUIET, READY
from audits.server import UNDER, served
from playwright.sync_api import CDPSession, Page, sync_playwright

HTML = Path(os.environ.get("GDBOOK_HTML") or "docs/_build/html").resolve()
PICTURES = 120  # of each demo: two seconds

# Play until enough pictures were shown; a demo that comes to its end begins again.
PLAY = """async ([name, pictures]) => {
  const demo = document.getElementById(name);
  demo.scrollIntoView({ block: "center", behavior: "instant" });
  if (demo.state.view) demo.state = { view: "map" };
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (let seen = 0; seen < pictures; seen++) {
    demo.play();
    await new Promise(requestAnimationFrame);
  }
  demo.pause();
}"""


def measure() -> dict[str, Any]:
    """Return, for each demo of the book, the milliseconds of the main thread a picture.

    Raises:
        RuntimeError: if there is no book, or no browser was named.
    """
    browser = os.environ.get("GDBOOK_BROWSER")
    pages = [page for page in sorted(HTML.rglob("*.html")) if "<gd-" in page.read_text("utf-8")]
    if not browser or not pages:
        raise RuntimeError(
            f"no demos in {HTML}, or no browser in GDBOOK_BROWSER ({browser!r}); expected the "
            f"built book, and what `nox -s bench` finds"
        )
    found: dict[str, float] = {}
    with served(HTML, UNDER) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=list(QUIET))
        for file in pages:
            name = file.relative_to(HTML).with_suffix("").as_posix()
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{address}/{name}.html")
            found |= {f"{name} {demo}": cost for demo, cost in _costs(page).items()}
            page.close()
    return {
        "date": datetime.date.today().isoformat(),
        "load": os.getloadavg()[0],
        "milliseconds": found,
        "median": statistics.median(found.values()),
    }


def _costs(page: Page) -> dict[str, float]:
    """Return what each demo of a page costs."""
    page.evaluate(READY)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    costs = {}
    for name in page.locator(KINDS).evaluate_all("(all) => all.map((demo) => demo.id)"):
        before = _busy(session)
        page.evaluate(PLAY, [name, PICTURES])
        costs[name] = (_busy(session) - before) * 1e3 / PICTURES
    return costs


def _busy(session: CDPSession) -> float:
    """Return the seconds for which the page's main thread has been busy."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))
