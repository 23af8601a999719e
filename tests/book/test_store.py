"""Stores: each page's fact, forgotten with the page and brought home from other processes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gdbook.book.store import Store


class App:
    """Collects what is connected to which event, and emits it."""

    def __init__(self) -> None:
        self.listeners: dict[str, Any] = {}

    def connect(self, event: str, listener: Any) -> None:
        """Remember a listener."""
        self.listeners[event] = listener

    def emit(self, event: str, *words: Any) -> None:
        """Call the listener of an event."""
        self.listeners[event](self, *words)


@pytest.fixture
def app() -> App:
    """Return a stand-in for Sphinx."""
    return App()


@pytest.fixture
def env() -> Any:
    """Return a stand-in for Sphinx's environment."""
    return SimpleNamespace()


def test_what_is_stored_is_found_again(env: Any) -> None:
    """A store begins empty and holds what is put into it, in the environment it was put."""
    store = Store("facts")
    assert store.of(env) == {}
    store.of(env)["page"] = 1
    assert Store("facts").of(env) == {"page": 1}
    assert store.of(SimpleNamespace()) == {}


def test_stores_do_not_share(env: Any) -> None:
    """Stores of different names keep to themselves."""
    Store("facts").of(env)["page"] = 1
    assert Store("others").of(env) == {}


def test_a_page_read_again_forgets_its_fact(app: App, env: Any) -> None:
    """Purging a page removes its fact and no other, and purging an unknown page nothing."""
    store = Store("facts")
    store.connect(app)  # type: ignore[arg-type]
    store.of(env).update(one=1, two=2)
    app.emit("env-purge-doc", env, "one")
    app.emit("env-purge-doc", env, "unknown")
    assert store.of(env) == {"two": 2}


def test_facts_of_another_process_come_home(app: App, env: Any) -> None:
    """Of what another process found, the facts of the pages it read are taken over."""
    store, other = Store("facts"), SimpleNamespace()
    store.connect(app)  # type: ignore[arg-type]
    store.of(env).update(one="old", two="kept")
    store.of(other).update(one="new", two="stale", three="three")
    app.emit("env-merge-info", env, {"one", "three", "silent"}, other)
    assert store.of(env) == {"one": "new", "two": "kept", "three": "three"}
