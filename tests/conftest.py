"""What every test starts from: double precision, and draws that repeat from run to run."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import hypothesis
import jax
import pytest

EXPLORE = "GDBOOK_EXPLORE"
"""Is set in the weekly run, which draws anew, and looks at what everyday's looks at in samples."""

hypothesis.settings.register_profile(
    "gdbook",
    deadline=None,  # the first example compiles
    derandomize=not os.environ.get(EXPLORE),
    max_examples=40,
)
hypothesis.settings.load_profile("gdbook")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together, when tests run side by side, what shares something dear.

    That is a file, which compiles what its tests share; of the book's pages one, which is opened
    once in a browser for all tests that look at it; and all that play a small book, built once.
    """
    for item in items:
        group = str(item.path)
        fixtures = set(getattr(item, "fixturenames", ()))
        if "small_book" in fixtures:
            group = "small book"
        elif {"name", "browser"} <= fixtures:
            group = f"page {item.callspec.params['name']}"
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session", autouse=True)
def _double_precision() -> Iterator[None]:
    """Compute in float64, so that tolerances can be those of the mathematics."""
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


@pytest.fixture
def single_precision() -> Iterator[None]:
    """Compute as a reader does who has set nothing: in float32."""
    jax.config.update("jax_enable_x64", False)
    yield
    jax.config.update("jax_enable_x64", True)


@pytest.fixture
def strict_promotion() -> Iterator[None]:
    """Let JAX refuse to mix dtypes."""
    with jax.numpy_dtype_promotion("strict"):
        yield


@pytest.fixture(scope="module")
def compile_quickly() -> Iterator[None]:
    """Leave out the compiler's optimizations, for facts that do not depend on them."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


@pytest.fixture
def compilations(caplog: pytest.LogCaptureFixture) -> Any:
    """Return a context that lists what JAX compiles inside it."""

    @contextmanager
    def listen() -> Iterator[list[str]]:
        seen: list[str] = []
        caplog.clear()
        with caplog.at_level(logging.WARNING), jax.log_compiles():
            yield seen
        messages = (record.getMessage() for record in caplog.records)
        seen += [text for text in messages if text.startswith("Compiling ")]

    def make() -> AbstractContextManager[list[str]]:
        return listen()

    return make


class Shown(list[tuple[dict[str, Any], dict[str, Any]]]):
    """The bundles and their metadata that were displayed, in order."""


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Stand in for a notebook, and collect what it displays."""
    import IPython
    import IPython.display

    shown = Shown()

    def display(bundle: dict[str, Any], *, metadata: dict[str, Any], raw: bool) -> None:
        assert raw
        shown.append((bundle, metadata))

    class Shell:
        kernel = object()

    monkeypatch.setattr(IPython, "get_ipython", Shell)
    monkeypatch.setattr(IPython.display, "display", display)
    return shown
