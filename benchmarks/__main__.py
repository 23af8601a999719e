"""Run measurements, print them, and write them down for the book: ``nox -s bench [-- PART ...]``.

Without words all are run. A part that is named, ``build`` for instance, is measured anew, and what
is written down of the others stays. The build is measured on books of up to 60 pages, the largest
and the stock way for all of them only by ``build-all``, which takes most of an hour. The demos are
measured by ``frames``, in the built book and a browser.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import build, emit, frames, loop, machine, network, race

RESULTS = Path(__file__).parent.parent / "docs" / "reference" / "bench.json"
PARTS: dict[str, Callable[[], Any]] = {
    "machine": machine.measure,
    "loop": loop.measure,
    "race": race.measure,
    "network": network.measure,
    "emit": emit.measure,
    "growth with steps": loop.growth,
    "growth with starts": race.growth,
    "growth with parameters": network.growth,
    "build": partial(build.measure, build.COUNTS[:3]),
}
LONGER = {"build-all": partial(build.measure, both=True)}
EVERY = PARTS | LONGER | {"frames": frames.measure}


def main(names: list[str]) -> None:
    """Measure all parts, or those named, and write what the page on speed is made of."""
    if unknown := set(names) - EVERY.keys():
        sys.exit(f"No such part: {', '.join(unknown)}; expected {', '.join(EVERY)}")
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    if set(names) & PARTS.keys() - {"build"} or not names:  # the others have dates of their own
        found |= {"date": datetime.date.today().isoformat(), **machine.describe()}
    for name in names or PARTS:
        part = name.removesuffix("-all")
        found[part] = EVERY[name]()
        print(part, json.dumps(found[part], indent=2), flush=True)
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"Written to {RESULTS}")


if __name__ == "__main__":
    main(sys.argv[1:])
