"""The execution cache, made exact.

jupyter-cache finds a page's outputs by the page's code cells alone, so after a change in the
library readers would see what the code did before. Here each page has a cache for each state of
what its code depends on: the files of the library that it reaches, the files that it reads, the
locked versions and the device. A change in any of them starts an empty one, and going back finds
the old outputs again.
"""

from __future__ import annotations

import os
import shutil
import sys
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_cache import get_cache
from sphinx.util import logging
from sqlalchemy.exc import SQLAlchemyError

from gdbook.book.device import SETTINGS, Device, find_device
from gdbook.book.errors import stop
from gdbook.book.reach import Library, Names, Reach, hash_of, reach_of
from gdbook.book.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

PACKAGE = Path(__file__).parents[1]
KEPT = 400  # caches: several states of each page
RUNTIME = ("jax", "jaxlib", "numpy", "matplotlib", "pillow", "imageio-ffmpeg", "ipykernel")

Digests = dict[frozenset[Names], str]
"""By the names that pages use: the state of the files that are reached from them."""

STATES = Store("states")  # of pages with code: what each reaches, and the name of its cache


class Surroundings:
    """What the pages of a build depend on besides their own cells.

    Args:
        package: the folder of the library.
        lock: the file of locked versions, or None if there is none.
        device: what the pages run on.
    """

    def __init__(self, package: Path, lock: Path | None, device: Device):
        self.device = device
        self._package = package
        self._shared = hash_of(_shared(lock, device))
        self._digests: Digests = {}

    @cached_property
    def _library(self) -> Library:
        return Library(self._package)

    def recall(self, known: tuple[str, Digests] | None) -> tuple[str, Digests]:
        """Take over what is known of the library, if it is as it was: then none of it is parsed.

        Args:
            known: what this returned in the last build; it has grown since.

        Returns:
            The state of the library, and a dictionary that grows with the pages.
        """
        if known and known[0] == self._library.whole:
            self._digests = known[1]
        return self._library.whole, self._digests

    def _digest(self, names: frozenset[Names]) -> str:
        if names not in self._digests:
            self._digests[names] = self._library.digest(names)
        return self._digests[names]

    def name(self, reach: Reach, folder: Path) -> str:
        """Return a name for all that a page's outputs depend on besides its cells.

        Args:
            reach: what the page's code names.
            folder: of the page.
        """
        files = (
            part for name in sorted(reach.files) for part in (name.encode(), _read(folder / name))
        )
        return hash_of([self._shared.encode(), self._digest(reach.names).encode(), *files])


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b"gone"


def _shared(lock: Path | None, device: Device) -> Iterator[bytes]:
    yield lock.read_bytes() if lock and lock.exists() else b"no lock"
    yield repr(device).encode()
    for name in sorted(name for name in os.environ if name.startswith(SETTINGS)):
        yield f"{name}={os.environ[name]}".encode()
    yield sys.version.encode()
    for name in RUNTIME:  # in an environment that did not come from the lock, these differ
        yield f"{name} {_version(name)}".encode()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def look_around(app: Sphinx, config: Config) -> None:
    """Note what pages depend on, and let myst-nb take their outputs from caches."""
    try:
        device = find_device()
    except RuntimeError as error:
        stop(error)
    config.gdbook_device = (str(device), device.jax)
    config.nb_execution_mode = "cache"
    caches = _caches(app)
    caches.mkdir(parents=True, exist_ok=True)
    config.nb_execution_cache_path = str(caches)
    prune(caches, KEPT)
    lock = Path(app.confdir) / config.gdbook_lock
    app.gdbook_surroundings = Surroundings(PACKAGE, lock, device)  # type: ignore[attr-defined]


def kept(app: Sphinx) -> Path:
    """Return the folder of what pages left behind, which builds may share."""
    return Path(app.config.gdbook_kept or app.doctreedir)


def _caches(app: Sphinx) -> Path:
    return kept(app) / "executed"


def surroundings(app: Sphinx) -> Surroundings:
    """Return what the pages of this build depend on."""
    found: Surroundings = app.gdbook_surroundings  # type: ignore[attr-defined]
    return found


def _name(app: Sphinx, env: BuildEnvironment, docname: str, reach: Reach) -> str:
    return surroundings(app).name(reach, Path(env.doc2path(docname)).parent)


def cache_of(app: Sphinx, env: BuildEnvironment, docname: str, cells: Iterable[str]) -> Any:
    """Return the cache of a page in its present state, made now if there is none.

    It must exist before reading starts: several readers creating it at once destroy it.

    Args:
        app: Sphinx.
        env: its environment.
        docname: of the page.
        cells: the sources of its code cells.
    """
    reach = reach_of(cells, Path(env.doc2path(docname)).parent)
    name = _name(app, env, docname, reach)
    STATES.of(env)[docname] = reach, name
    path = _caches(app) / name
    try:
        return _opened(path)
    except SQLAlchemyError as error:
        logger.info("the cache of %s is damaged (%s); it is made again", docname, error.args[0])
        shutil.rmtree(path)
        return _opened(path)


def _opened(path: Path) -> Any:
    path.mkdir(exist_ok=True)
    path.touch()
    cache: Any = get_cache(path)  # type: ignore[no-untyped-call]
    cache.list_cache_records()
    return cache


def forget(env: BuildEnvironment, docname: str) -> None:
    """Forget the state of a page, which may have none: it has no code any more."""
    STATES.of(env).pop(docname, None)


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the pages whose own text is as it was, but not what their code depends on."""
    env.gdbook_library = surroundings(app).recall(  # type: ignore[attr-defined]
        getattr(env, "gdbook_library", None)
    )
    for docname in removed:
        forget(env, docname)
    states = STATES.of(env)
    known = states.keys() - added - changed
    return [
        docname
        for docname in known
        if _name(app, env, docname, states[docname][0]) != states[docname][1]
    ]


def point(app: Sphinx, docname: str, source: list[str]) -> None:
    """Point myst-nb at the cache of the page that is about to be read."""
    del source
    env: Any = app.env
    if state := STATES.of(env).get(docname):
        env.mystnb_config = env.mystnb_config.copy(
            execution_cache_path=str(_caches(app) / state[1])
        )


def prune(caches: Path, kept: int) -> None:
    """Remove all but the caches used last, so that they do not pile up."""
    by_age = sorted((p for p in caches.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime)
    for path in by_age[: -kept or None]:
        shutil.rmtree(path, ignore_errors=True)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_config_value("gdbook_lock", "../requirements.lock", "env", types=[str])
    app.add_config_value("gdbook_kept", "", "", types=[str])
    app.add_config_value("gdbook_device", ("", ""), "env", types=[tuple])
    app.connect("config-inited", look_around, priority=100)
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", point)
