"""Run all measurements, print them, and write them down for the book: ``nox -s bench``."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from benchmarks import emit, loop, machine, network, race

RESULTS = Path(__file__).parent.parent / "docs" / "reference" / "bench.json"


def main() -> None:
    """Measure, and write what the page on speed is made of."""
    found: dict[str, Any] = {"date": datetime.date.today().isoformat(), **machine.describe()}
    parts = {
        "machine": machine.measure,
        "loop": loop.measure,
        "race": race.measure,
        "network": network.measure,
        "emit": emit.measure,
        "growth with steps": loop.growth,
        "growth with starts": race.growth,
        "growth with parameters": network.growth,
    }
    for name, measure in parts.items():
        found[name] = measure()
        print(name, json.dumps(found[name], indent=2), flush=True)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"Written to {RESULTS}")


if __name__ == "__main__":
    main()
