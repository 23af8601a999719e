"""Run every notebook that readers download, or those named: ``nox -s notebooks [-- PAGE ...]``.

Each runs as a reader would run it: in a plain Jupyter, from top to bottom, in a folder that has
nothing but what was downloaded. A page is named as in the book's folder, ``noise/floor``.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

FORMAT: Any = nbformat  # untyped
PATIENCE = 600  # seconds that a cell may take
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def downloads(html: Path) -> dict[str, Path]:
    """Return the notebooks of a built book, and the archives of those that read files, by page."""
    found = [*html.rglob("*.ipynb"), *html.rglob("*.zip")]
    return {path.relative_to(html).with_suffix("").as_posix(): path for path in sorted(found)}


def unpacked(name: str, download: Path, folder: Path) -> Path:
    """Put what was downloaded into a folder, and return the notebook."""
    if download.suffix == ".zip":
        with zipfile.ZipFile(download) as archive:
            archive.extractall(folder)
        return folder / "gdbook" / f"{name}.ipynb"
    return Path(shutil.copy(download, folder))


def failure(name: str, download: Path) -> str | None:
    """Run one notebook; return what went wrong, or None."""
    with TemporaryDirectory() as place:
        path = unpacked(name, download, Path(place))
        notebook = FORMAT.read(path, as_version=4)
        where = {"metadata": {"path": str(path.parent)}}
        try:
            NotebookClient(notebook, timeout=PATIENCE, resources=where).execute()
        except (CellExecutionError, DeadKernelError, TimeoutError) as error:
            return COLOURS.sub("", str(error)).strip()
    return None


def main(html: Path, names: list[str]) -> int:
    """Run notebooks, as many at a time as there are cores; return how many failed."""
    found = downloads(html)
    if unknown := set(names) - found.keys():
        sys.exit(f"No such notebook: {', '.join(sorted(unknown))}; expected pages of {html}")
    chosen = {name: found[name] for name in names or found}

    def run(name: str) -> bool:
        begun = time.monotonic()
        wrong = failure(name, chosen[name])
        told = "runs" if wrong is None else f"fails: {wrong}"
        print(f"{name} {told}, {time.monotonic() - begun:.0f} s", flush=True)
        return wrong is not None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = sum(pool.map(run, chosen))
    print(f"{len(chosen) - failed} of {len(chosen)} notebooks run from top to bottom")
    return failed


if __name__ == "__main__":
    sys.exit(min(1, main(Path(sys.argv[1]).resolve(), sys.argv[2:])))
