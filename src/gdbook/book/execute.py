"""Pages are executed before Sphinx reads them, several at a time, into the cache.

myst-nb then finds every page already executed. Doing it here rather than there means that a
failure can name its page, cell and line, and that no two processes write to the cache at once.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import nullcontext
from logging import ERROR, getLogger
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_cache.base import CacheBundleIn
from jupyter_client.manager import AsyncKernelManager
from myst_nb.core.read import create_nb_reader
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx.util import logging

from gdbook.book.cache import cache_of, forget, kept, surroundings
from gdbook.book.errors import BookError
from gdbook.book.outputs import excess
from gdbook.book.timings import Timings
from gdbook.book.warm import POSSIBLE, Zygote, imported_by, warm

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

# Sockets in the file system where there are any: other users cannot listen in on those.
TRANSPORT = "tcp" if os.name == "nt" else "ipc"
SLOWEST = 3  # pages that are named at the end


class Page(NamedTuple):
    """A page to execute: its name and file, its notebook, which execution fills in, its cache."""

    name: str
    path: Path
    notebook: NotebookNode
    cache: Any


def execute_pages(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Execute those of the pages about to be read whose outputs are not in the cache."""
    pages = [page for name in docnames if (page := page_of(app, env, name)) is not None]
    waiting = [page for page in pages if not _is_cached(page)]
    if waiting:
        timings = Timings(kept(app) / "timings.json")
        waiting.sort(key=lambda page: -timings.of(page.name))  # the longest first
        compiled = kept(app) / "compiled"
        environment = kernel_environment(compiled, surroundings(app).device.platform)
        timeout = app.config.nb_execution_timeout
        also = imported_by(cell.source for page in waiting for cell in page.notebook.cells)
        with Zygote(environment, also) if POSSIBLE else nullcontext() as zygote:
            work = Work(timings, timeout, environment, zygote)
            with asyncio.Runner(loop_factory=_loop) as runner:
                runner.run(_execute_all(waiting, work))
    if pages and not waiting:
        logger.info("no page needs to be executed")


def _loop() -> asyncio.AbstractEventLoop:
    """Return a loop in which Ctrl-C ends the build: nbclient would have it end one page."""

    def refuse(number: int, *_: Any) -> None:
        raise RuntimeError(f"signal {number} is for the build")  # which nbclient bears

    loop = asyncio.new_event_loop()
    loop.add_signal_handler = refuse  # type: ignore[method-assign, assignment]
    return loop


def kernel_environment(compiled: Path, platform: str) -> dict[str, str]:
    """Return the environment of pages, in which JAX keeps what it compiles in a folder.

    Each page compiles some hundred small programs, most of them the same as in its last
    execution; compiling takes longer than running them. So on a CPU the compiler also leaves out
    the optimizations of its last stage, which cost more here than they save. Other devices may
    multiply float32 in fewer digits; here they do not, so that receipts hold on them as on a CPU.
    What the caller has set stays. A page may have its share of the machine's memory, so that one
    that wants all of it fails alone.

    Args:
        compiled: the folder.
        platform: what the pages run on: ``"cpu"``, ``"gpu"`` or ``"tpu"``.
    """
    settings = {
        "JAX_COMPILATION_CACHE_DIR": str(compiled.resolve()),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        # A program of which a build that was interrupted kept half is compiled, not complained of;
        # nor is one that finds no room: the page's outputs need it too, and say so.
        "PYTHONWARNINGS": ",".join(
            f"ignore:Error {act} persistent compilation cache entry"
            for act in ("reading", "writing")
        ),
    }
    if platform == "cpu":  # other devices reserve more than they use
        settings["XLA_FLAGS"] = "--xla_backend_optimization_level=0"
        if POSSIBLE:  # only kernels that are copies heed it
            memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
            settings["GDBOOK_MEMORY"] = str(memory // _workers())
    else:
        settings["JAX_DEFAULT_MATMUL_PRECISION"] = "highest"
    return settings | os.environ


def page_of(app: Sphinx, env: BuildEnvironment, docname: str) -> Page | None:
    """Return a page as a notebook, or None if it is plain text."""
    path = Path(env.doc2path(docname))
    text = path.read_text(encoding="utf-8")
    reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)  # type: ignore[attr-defined]
    if reader is None:
        forget(env, docname)
        return None
    notebook = reader.read(text)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return Page(docname, path, notebook, cache_of(app, env, docname, cells))


def _is_cached(page: Page) -> bool:
    """Say whether the cache has a page's outputs, whole: a build may have died writing them."""
    try:
        page.cache.merge_match_into_notebook(page.notebook)
    except KeyError:
        return False
    except (OSError, ValueError) as error:
        logger.info("the outputs of %s are damaged (%s); they are made again", page.name, error)
        page.cache.remove_cache(page.cache.match_cache_notebook(page.notebook).pk)
        return False
    return True


def _workers() -> int:
    return max(1, os.cpu_count() or 1)


class Work(NamedTuple):
    """What executing a page takes besides the page: how long it may, and what its kernel needs."""

    timings: Timings
    timeout: int
    environment: dict[str, str]
    zygote: Zygote | None


async def _execute_all(pages: list[Page], work: Work) -> None:
    """Execute pages side by side; if some fail, finish the others first, so that no work is lost.

    Raises:
        BookError: with every failure.
    """
    getLogger("traitlets").setLevel(ERROR)  # the client's: what matters of it is raised
    turns = asyncio.Semaphore(_workers())
    left = {page.name for page in pages}
    start = time.perf_counter()
    logger.info("executing %s, %d at a time", _said(len(pages)), _workers())

    async def one(page: Page) -> None:
        async with turns:
            seconds = await _execute(page, work)
        data = {"execution_seconds": seconds}
        bundle = CacheBundleIn(page.notebook, str(page.path), data=data)
        page.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        work.timings.note(page.name, seconds)
        left.remove(page.name)
        done, to_go = len(pages) - len(left), sum(map(work.timings.of, left)) / _workers()
        told = f"{done} of {len(pages)}: {page.path.name}, {seconds:.1f} s"
        logger.info("executed %s; about %.0f s to go", told, to_go)

    outcomes = await asyncio.gather(*map(one, pages), return_exceptions=True)
    failures = [outcome for outcome in outcomes if outcome is not None]
    for failure in failures:
        if not isinstance(failure, PageError):
            raise failure
    if failures:
        raise BookError("\n".join(map(str, failures)))
    slowest = work.timings.slowest([page.name for page in pages], SLOWEST)
    told = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in slowest)
    logger.info(
        "executed %s in %.0f s; the slowest: %s",
        _said(len(pages)),
        time.perf_counter() - start,
        told,
    )


def _said(pages: int) -> str:
    return f"{pages} page{'s' if pages > 1 else ''}"


async def _execute(page: Page, work: Work) -> float:
    """Run a page's cells in a kernel of its own; return how long the cells took, in seconds."""
    watch = Watch()
    if not any(cell.cell_type == "code" for cell in page.notebook.cells):
        return watch.seconds
    with TemporaryDirectory(prefix="gdbook") as folder:
        kernel = AsyncKernelManager(
            kernel_name=page.notebook.metadata["kernelspec"]["name"],
            connection_file=str(Path(folder) / "kernel.json"),
            transport=TRANSPORT,
        )
        warm(kernel, work.zygote)
        client = NotebookClient(
            page.notebook,
            km=kernel,
            timeout=work.timeout,
            record_timing=False,
            shutdown_kernel="immediate",  # nobody needs it any more, and a graceful end takes long
            resources={"metadata": {"path": str(page.path.parent)}},
            on_cell_start=watch.see,
        )
        try:
            # The manager is ours, so the client would leave its sockets and its thread behind.
            await client.async_execute(cleanup_kc=True, env=work.environment)
        except CellExecutionError as error:
            raise PageError(page, watch.index, f"{error.ename}: {error.evalue}") from None
        except CellTimeoutError:
            raise PageError(page, watch.index, f"took longer than {work.timeout} s") from None
        except DeadKernelError:
            raise PageError(page, watch.index, "the kernel died") from None
        finally:
            await kernel.shutdown_kernel(now=True)
    for index, cell in enumerate(page.notebook.cells):
        if message := excess(cell.get("outputs", ())):
            raise PageError(page, index, message)
    return watch.seconds


class Watch:
    """Knows which cell is running, and for how long the page's cells have been."""

    def __init__(self) -> None:
        self.index = 0
        self._start: float | None = None

    def see(self, cell: NotebookNode, cell_index: int) -> None:
        """Note that a cell is starting."""
        self.index = cell_index
        if self._start is None:
            self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """The time since the first cell started, in seconds."""
        return 0.0 if self._start is None else time.perf_counter() - self._start


class PageError(BookError):
    """A cell that failed, with its page, its number among the code cells, its line and source."""

    def __init__(self, page: Page, index: int, message: str):
        cells = page.notebook.cells
        line = page.notebook.metadata["source_map"][index] + 1
        number = sum(cell.cell_type == "code" for cell in cells[: index + 1])
        source = "".join(f"    {text}\n" for text in cells[index].source.splitlines())
        super().__init__(f"{page.path}:{line}: cell {number} failed: {message}\n{source}")


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("env-before-read-docs", execute_pages)
