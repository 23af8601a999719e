"""The line above each page: part, difficulty, minutes, last change, and what it ran on."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.util import logging

from gdbook.book.exact import took
from gdbook.book.media import book_figure
from gdbook.book.notebooks import link

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

DIFFICULTIES = ("gentle", "moderate", "demanding")
DEPTHS = (("intuition", "Intuition"), ("mathematics", "+ mathematics"), ("code", "+ code"))

WORDS_A_MINUTE = 200
SECONDS_A_FORMULA = 10
SECONDS_A_FIGURE = 15
LONGEST = 30  # minutes; what takes longer is looked up, not read


def reading_minutes(doctree: nodes.document) -> int:
    """Return how long a page takes to read: its words, and a look at formulas and figures."""
    prose = (nodes.paragraph, nodes.title, nodes.term)
    texts = doctree.findall(lambda node: isinstance(node, prose))
    words = sum(len(text.astext().split()) for text in texts)
    formulas = len(list(doctree.findall(nodes.math_block)))
    figures = len(list(doctree.findall(book_figure)))
    seconds = words / WORDS_A_MINUTE * 60
    seconds += formulas * SECONDS_A_FORMULA + figures * SECONDS_A_FIGURE
    return max(1, round(seconds / 60))


def reading_time(doctree: nodes.document) -> str | None:
    """Return how long a page takes to read, in words; None for what is too long to be read."""
    minutes = reading_minutes(doctree)
    return f"{minutes} min" if minutes <= LONGEST else None


def last_change(path: Path) -> str:
    """Return the day of a file's last change: of its last commit, or of its last save.

    The latter counts for a file that git does not know or that differs from what git has.
    """

    def git(*words: str) -> str:
        command = ["git", *words, "--", path.name]
        done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)
        return done.stdout.strip() if not done.returncode else ""

    try:
        committed = "" if git("status", "--porcelain") else git("log", "-1", "--format=%cs")
    except FileNotFoundError:  # no git on this machine
        committed = ""
    return committed or datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


def add_header(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the line below the page's title."""
    difficulty = app.env.metadata[docname].get("difficulty")
    title = doctree.next_node(nodes.title)
    if difficulty is None or title is None:
        return
    day = last_change(Path(app.env.doc2path(docname)))
    facts = {
        "part": app.config.gdbook_parts.get(docname.partition("/")[0]),
        "difficulty": difficulty.capitalize(),
        "minutes": reading_time(doctree),
        "changed": f'Changed <time datetime="{day}">{day}</time>',
        "ran": _ran(app, docname),
        "notebook": link(app, docname),
    }
    items = "".join(f'<li class="gd-{k}">{v}</li>' for k, v in facts.items() if v)
    depth = _depth_choice() if facts["ran"] else ""
    html = f'<div class="gd-header"><ul>{items}</ul>{depth}</div>'
    title.parent.insert(title.parent.index(title) + 1, nodes.raw("", html, format="html"))


def _ran(app: Sphinx, docname: str) -> str | None:
    data = NbMetadataCollector.get_exec_data(app.env, docname)  # type: ignore[arg-type]
    if not data or data["runtime"] is None:
        return None
    device, jax = app.config.gdbook_device
    seconds = took(f"{data['runtime']:.1f} s")
    return f"Ran in {seconds} on {escape(device)}, JAX {escape(jax)}"


def _depth_choice() -> str:
    """Return the switch of reading depth; without JavaScript it is not shown."""
    buttons = "".join(
        f'<label><input type="radio" name="gd-depth" value="{value}"><span>{label}</span></label>'
        for value, label in DEPTHS
    )
    return f'<fieldset class="gd-depth" hidden><legend>Reading depth</legend>{buttons}</fieldset>'


def difficulty_problem(metadata: dict[str, Any]) -> str | None:
    """Return what is wrong with a page's difficulty, or None."""
    difficulty = metadata.get("difficulty")
    if difficulty in DIFFICULTIES:
        return None
    return f"difficulty is {difficulty!r}; expected one of {', '.join(DIFFICULTIES)}"


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_config_value("gdbook_parts", {}, "html", types=[dict])
    app.connect("doctree-resolved", add_header)
