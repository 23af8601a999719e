"""Judge every page of the built book, or those named: ``nox -s audit [PAGE ...]``.

A page is named as in the book's folder, ``noise/floor.html``. What is found is also written to a
file: of all pages to ``docs/reference/audit.json``, which a page of the book reads, and of those
named to ``docs/_build/audit.json``.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from audits import tools
from audits.findings import HEAVIEST, LEAST, faults, judged, missed, recorded, summary
from audits.links import broken_links
from audits.server import UNDER, served

DOCS = Path(__file__).parent.parent / "docs"
BOOK = DOCS / "_build" / "html"
OF_ALL, OF_SOME = DOCS / "reference" / "audit.json", DOCS / "_build" / "audit.json"


def main(names: list[str]) -> int:
    """Judge pages, print what is wrong or slow, and return how many faults there are."""
    html = Path(os.environ.get("GDBOOK_HTML", BOOK)).resolve()
    every = sorted(html.rglob("*.html"))
    pages = [html / name for name in names] or every
    missing = [str(page) for page in pages if not page.is_file()]
    if missing:
        sys.exit(f"No such page: {', '.join(missing)}; expected pages of {html}")
    browser = os.environ.get("GDBOOK_BROWSER")
    if not browser:
        sys.exit(
            "No browser: expected the path of a Chrome in GDBOOK_BROWSER, as `nox -s audit` has it"
        )
    tools.install()
    surroundings = tools.surroundings(browser)
    invalid = tools.invalid(pages)
    found: dict[str, Any] = {}
    with served(html, UNDER) as address:
        for number, page in enumerate(pages, 1):
            name = page.relative_to(html).as_posix()
            report, text = tools.lighthouse(f"{address}/{name}", browser), page.read_text("utf-8")
            found[name] = judged(report, address) | {
                "invalid": invalid.get(str(page), []),
                "broken links": broken_links(html, page, UNDER),
                "has video": "<video" in text,
                "has demo": "<gd-" in text,
            }
            print(f"{number} of {len(pages)}: {name}: {summary(found[name])}", flush=True)
    goals = {"performance": LEAST["performance"], "KiB": HEAVIEST / 1024}
    told = surroundings | {"of": len(every), "goals": goals, "pages": recorded(found)}
    written = json.dumps(told, indent=1)
    results = OF_SOME if names else OF_ALL
    results.parent.mkdir(exist_ok=True)
    results.write_text(written + "\n", encoding="utf-8")
    for name, page in found.items():
        for complaint in missed(page, {"performance": LEAST["performance"]}):
            print(f"{name}: {complaint}")
    wrong = {name: list(faults(page)) for name, page in found.items()}
    for name, complaints in wrong.items():
        for complaint in complaints:
            print(f"{name} fails: {complaint}")
    return sum(map(len, wrong.values()))


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
