"""The execution cache, made exact.

jupyter-cache finds a page's outputs by the page's code cells alone, so after a change in the
library readers would see what the code did before. Here each state of the library, the locked
versions and the device has a cache of its own: a change in any of them starts an empty one, and
going back finds the old outputs again.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_cache import get_cache

from gdbook.book.device import Device, find_device
from gdbook.book.errors import stop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.config import Config

PACKAGE = Path(__file__).parents[1]
NOT_SOURCE = ("__pycache__",)
NOT_REACHED = ("book", "web")  # rooms that no page imports
KEPT = 3  # caches of earlier states
RUNTIME = ("jax", "jaxlib", "numpy", "matplotlib", "pillow", "imageio-ffmpeg", "ipykernel")


def fingerprint(package: Path, lock: Path | None, device: Device, data: Iterable[Path] = ()) -> str:
    """Return a name for all that a page's outputs depend on besides its cells.

    Args:
        package: the folder of the library; every file counts that a page can reach.
        lock: the file of locked versions, or None if there is none.
        device: what the pages run on.
        data: files that pages read.
    """
    digest = hashlib.sha256()
    for part in (*_parts(package, lock, device), *(path.read_bytes() for path in data)):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _parts(package: Path, lock: Path | None, device: Device) -> Iterator[bytes]:
    for path in sorted(package.rglob("*")):
        relative = path.relative_to(package)
        reached = relative.parts[0] not in NOT_REACHED
        if path.is_file() and reached and not set(relative.parts) & set(NOT_SOURCE):
            yield relative.as_posix().encode()
            yield path.read_bytes()
    yield lock.read_bytes() if lock and lock.exists() else b"no lock"
    yield repr(device).encode()
    yield sys.version.encode()
    for name in RUNTIME:  # in an environment that did not come from the lock, these differ
        yield f"{name} {_version(name)}".encode()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def choose_cache(app: Sphinx, config: Config) -> None:
    """Point myst-nb at the cache of the present state, and create it.

    It must exist before reading starts: several readers creating it at once destroy it.
    """
    try:
        device = find_device()
    except RuntimeError as error:
        stop(error)
    lock = Path(app.confdir) / config.gdbook_lock
    data = sorted(Path(app.confdir).glob("reference/*.json"))
    caches = Path(app.doctreedir) / "executed"
    path = caches / fingerprint(PACKAGE, lock, device, data)
    config.gdbook_device = (str(device), device.jax)
    config.nb_execution_mode = "cache"
    config.nb_execution_cache_path = str(path)
    path.mkdir(parents=True, exist_ok=True)
    path.touch()
    get_cache(path).list_cache_records()  # type: ignore[no-untyped-call]
    prune(caches, KEPT)


def prune(caches: Path, kept: int) -> None:
    """Remove all but the caches used last, so that they do not pile up."""
    by_age = sorted((p for p in caches.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime)
    for path in by_age[: -kept or None]:
        shutil.rmtree(path, ignore_errors=True)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_config_value("gdbook_lock", "../requirements.lock", "env", types=[str])
    app.add_config_value("gdbook_device", ("", ""), "env", types=[tuple])
    app.connect("config-inited", choose_cache, priority=100)
