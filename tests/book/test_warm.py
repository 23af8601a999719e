"""Warm kernels: copies of one process, each as good as new, and none needed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from gdbook.book.warm import IMPORTS, POSSIBLE, Forked, Zygote, imported_by, warm

pytestmark = [
    pytest.mark.book,
    pytest.mark.skipif(not POSSIBLE, reason="forks are safe on Linux alone"),
]


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """Start one zygote for those tests that do not end it."""
    with Zygote(dict(os.environ), ["jax.numpy", "mailbox", "no.such.module"]) as found:
        yield found


MODULES = "import sys\nprint('jax' in sys.modules)"


async def printed(zygote: Zygote | None, folder: Path, *cells: str) -> list[str]:
    """Return what cells print in a kernel, copied from a zygote or not."""
    kernel = AsyncKernelManager(connection_file=str(folder / f"{len(os.listdir(folder))}.json"))
    warm(kernel, zygote)
    notebook: Any = new_notebook(cells=[new_code_cell(cell) for cell in cells])  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, km=kernel, resources={"metadata": {"path": str(folder)}})
    try:
        await client.async_execute(env=dict(os.environ))
    finally:
        await kernel.shutdown_kernel(now=True)
    return ["".join(output.text for output in cell.outputs) for cell in notebook.cells]


def test_a_warm_kernel_has_imported_what_a_cold_one_has_not(zygote: Zygote, tmp_path: Path) -> None:
    """JAX is there before the first cell; its compiled code and threads work in every copy."""
    square = "import jax\nprint(float(jax.jit(lambda x: x @ x)(jax.numpy.arange(3.0))))"
    first = asyncio.run(printed(zygote, tmp_path, MODULES, square))
    second = asyncio.run(printed(zygote, tmp_path, MODULES, square))
    assert first == second == ["True\n", "5.0\n"]
    assert asyncio.run(printed(None, tmp_path, MODULES)) == ["False\n"]


def test_what_a_page_needs_besides_can_be_imported_too(zygote: Zygote, tmp_path: Path) -> None:
    """Modules that are asked for are there; what cannot be imported is left to the page."""
    look = "import sys\nprint('mailbox' in sys.modules)"
    assert asyncio.run(printed(zygote, tmp_path, look)) == ["True\n"]
    assert asyncio.run(printed(None, tmp_path, look)) == ["False\n"]


@pytest.mark.parametrize(
    ("cells", "modules"),
    [
        (["gd.datasets.digits()"], ["sklearn.datasets"]),
        (["import jax", "gd.descend(loss, start, rule, 10)"], ["jax.numpy"]),
        (["import gdbook as gd", "data = gd.datasets"], [*IMPORTS["gdbook"], "sklearn.datasets"]),
        (["print(6 * 7)"], []),
    ],
)
def test_what_pages_need_is_imported_once(cells: list[str], modules: list[str]) -> None:
    """What takes long to import is imported where a page's code tells of it, and only there."""
    assert imported_by(cells) == modules


def test_what_a_page_sets_does_not_reach_the_next(zygote: Zygote, tmp_path: Path) -> None:
    """Settings, variables and the environment of one copy are not those of another."""
    change = (
        "import jax, os\njax.config.update('jax_enable_x64', True)\nos.environ['A'] = 'b'\nx = 1"
    )
    look = "import jax, os\nprint(jax.config.jax_enable_x64, 'A' in os.environ, 'x' in globals())"
    with Zygote(dict(os.environ)) as zygote:
        assert asyncio.run(printed(zygote, tmp_path, change, look))[1] == "True True True\n"
        assert asyncio.run(printed(zygote, tmp_path, look)) == ["False False False\n"]


def test_where_nothing_can_be_imported_kernels_start_as_ever(tmp_path: Path) -> None:
    """A library that cannot be imported is its pages' failure, not the build's."""
    broken = tmp_path / "gdbook.py"
    broken.write_text("raise ImportError('while somebody edits')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with Zygote(environment, IMPORTS["gdbook"]) as zygote:
        assert asyncio.run(printed(zygote, tmp_path, "print(6 * 7)")) == ["42\n"]


def test_a_forked_kernel_is_handled_like_a_process(tmp_path: Path) -> None:
    """It runs until it is told to end; then its status is known, however often one asks."""
    arguments = ["-f", str(tmp_path / "kernel.json")]

    async def forked(zygote: Zygote) -> Forked | None:
        return await zygote.fork(arguments, str(tmp_path), dict(os.environ))

    with Zygote(dict(os.environ)) as zygote:
        kernel = asyncio.run(forked(zygote))
        assert kernel is not None
        assert kernel.poll() is None
        kernel.kill()
        assert kernel.wait() == kernel.wait() == kernel.poll() == -signal.SIGKILL
        kernel.terminate()  # which is nothing to somebody who has ended
        left = asyncio.run(forked(zygote))
        assert left is not None
    assert left.wait() == -signal.SIGKILL


def test_kernels_of_other_languages_are_started_as_they_say(zygote: Zygote, tmp_path: Path) -> None:
    """A command that is not that of a Python kernel is run as it stands."""
    kernel = AsyncKernelManager(connection_file=str(tmp_path / "kernel.json"))
    warm(kernel, zygote)
    provisioner = kernel.provisioner
    assert provisioner is not None

    async def started() -> int | None:
        command = [sys.executable, "-c", "raise SystemExit(7)"]
        await provisioner.pre_launch(env=dict(os.environ), cwd=str(tmp_path))
        await provisioner.launch_kernel(command, cwd=str(tmp_path))
        return await provisioner.wait()

    assert asyncio.run(started()) == 7
