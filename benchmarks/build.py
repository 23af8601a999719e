"""The build: a book of like pages, built by us and the stock way, clean and after small changes.

A copy of the library is what the pages import, so that an optimizer can be edited here.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import gdbook
from gdbook.book.bundle import bundle

COUNTS = (10, 30, 60, 120)
COMPARED = 10  # pages of the books that both ways build; all of COUNTS where it was asked for
RULES = ("adam", "adagrad", "rmsprop", "momentum", "nesterov")
EDITED = "adagrad"
SURFACES = ("rosenbrock", "himmelblau", "bowl")
PACKAGE = Path(gdbook.__file__).parent
OURS, STOCK = ("-j", "auto"), ("-j", "1")

CONF = """
extensions = ["myst_nb"{ours}]
project = html_title = "A book of like pages"
html_theme = "furo"
nb_execution_mode = "cache"
nb_execution_timeout = 120
myst_enable_extensions = ["dollarmath"]
katex_prerender = True
katex_css_path = "katex.css"
exclude_patterns = ["_build"]
"""
PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
difficulty: gentle
---

# Page {number}

Some words, and $\\theta_{{k+1}} = \\theta_k - \\eta g_k$.

```{{code-cell}} python3
import jax
import gdbook as gd

jax.config.update("jax_enable_x64", True)
surface = gd.surfaces.{surface}
path = gd.descend(surface, surface.start, gd.optimizers.{rule}(1e-4), {steps})
```

```{{code-cell}} python3
gd.figures.curves(
    {{"loss": path.loss}}, axes=("step", "loss"), log="y",
    alt="The loss against the step, on a logarithmic axis: it falls from the start to the end.",
)
```
"""


class Built(NamedTuple):
    """A build: how long it took on the clock, in seconds, and which pages it executed."""

    seconds: float
    executed: set[str]


class LikePages:
    """A book of like pages in a folder, each with one of the rules and one of the surfaces."""

    def __init__(self, folder: Path, pages: int, *, stock: bool = False):
        self._flags = STOCK if stock else OURS
        self.rules = {f"page{number}": RULES[number % len(RULES)] for number in range(pages)}
        self.docs, self._library = folder / "docs", folder / "src" / "gdbook"
        self.docs.mkdir()
        unused = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(PACKAGE, self._library, ignore=unused)
        conf = CONF.format(ours="") if stock else CONF.format(ours=', "gdbook.book"')
        (self.docs / "conf.py").write_text(conf)
        names = "\n".join(self.rules)
        front = "---\ndifficulty: gentle\n---\n\n"
        (self.docs / "index.md").write_text(f"{front}# A book\n\n```{{toctree}}\n{names}\n```\n")
        for number, (name, rule) in enumerate(self.rules.items()):
            surface = SURFACES[number % len(SURFACES)]
            facts = {"number": number, "rule": rule, "surface": surface, "steps": 100 + number}
            (self.docs / f"{name}.md").write_text(PAGE.format(**facts))

    def build(self) -> Built:
        """Build, whatever is left of earlier builds being used.

        Raises:
            RuntimeError: if it fails.
        """
        output = self.docs / "_build"
        command = [sys.executable, "-m", "sphinx", *self._flags, "-b", "html"]
        command += ["-d", str(output / "doctrees"), str(self.docs), str(output / "html")]
        environment = {**os.environ, "PYTHONPATH": str(self._library.parent)}
        start = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - start
        if done.returncode:
            raise RuntimeError(f"a book of {len(self.rules)} pages failed:\n{done.stderr}")
        return Built(seconds, set(re.findall(r"executed \d+ of \d+: (\S+)\.md", done.stdout)))

    def edit_prose(self) -> None:
        """Add a sentence to a page."""
        with (self.docs / "page1.md").open("a") as page:
            page.write("\nA sentence that was not there before.\n")

    def edit_rule(self) -> None:
        """Change one optimizer, by a comment: what it computes stays."""
        with (self._library / "optimizers" / f"{EDITED}.py").open("a") as rule:
            rule.write("\n# A comment that was not there before.\n")

    def cells(self) -> float:
        """Return how long the cells of all pages took when they were last executed, in seconds."""
        timings = json.loads((self.docs / "_build" / "doctrees" / "timings.json").read_text())
        return float(sum(timings.values()))


def measure(counts: Iterable[int] = COUNTS, *, both: bool = False) -> dict[str, Any]:
    """Return the times of builds on the clock, in seconds, by the number of pages.

    Args:
        counts: the numbers of pages, rising.
        both: the stock way builds every book too, not only that of :data:`COMPARED` pages.
    """
    found: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "counts": list(counts),
    }
    bundle()  # of what is copied: neither way is to install npm's packages
    books = [_ours(count) | _stock(count, both=both) for count in found["counts"]]
    return found | {"books": books}


def _ours(count: int) -> dict[str, Any]:
    """Return how long our builds of a book take, and what they execute."""
    with TemporaryDirectory(prefix="gdbook") as folder:
        book = LikePages(Path(folder), count)
        clean, cells = book.build(), book.cells()
        book.edit_prose()
        prose = book.build()
        book.edit_rule()
        rule = book.build()
    using = {name for name, used in book.rules.items() if used == EDITED}
    return {
        "clean": clean.seconds,
        "cells": cells,
        "after a sentence": prose.seconds,
        "executed after a sentence": len(prose.executed),
        "after an optimizer": rule.seconds,
        "executed after an optimizer": len(rule.executed),
        "executed in vain": len(rule.executed - using),
        "left stale": len(using - rule.executed),
    }


def _stock(count: int, *, both: bool) -> dict[str, float]:
    """Return how long Sphinx with myst-nb's own cache takes, one page at a time."""
    if count != COMPARED and not both:
        return {}
    with TemporaryDirectory(prefix="gdbook") as folder:
        return {"stock": LikePages(Path(folder), count, stock=True).build().seconds}
