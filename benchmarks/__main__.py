"""Run measurements, print them, and write them down for the book: ``nox -s bench [-- PART ...]``.

Without words all are run. A part that is named, ``build`` for instance, is measured anew, and what
is written down of the others stays. The build is measured on books of up to 60 pages, the largest
and the stock way for all of them only by ``build-all``, which takes most of an hour.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import build, emit, loop, machine, network, race

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


def main(names: list[str]) -> None:
    """Measure all parts, or those named, and write what the page on speed is made of."""
    if unknown := set(names) - PARTS.keys() - LONGER.keys():
        sys.exit(f"No such part: {', '.join(unknown)}; expected {', '.join(PARTS | LONGER)}")
    found = json.loads(RESULTS.read_text(encoding="utf-8")) if names else {}
    if set(names) - {"build"} - LONGER.keys() or not names:  # the build has a date of its own
        found |= {"date": datetime.date.today().isoformat(), **machine.describe()}
    for name in names or PARTS:
        part = name.removesuffix("-all")
        found[part] = (PARTS | LONGER)[name]()
        print(part, json.dumps(found[part], indent=2), flush=True)
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"Written to {RESULTS}")


if __name__ == "__main__":
    main(sys.argv[1:])
