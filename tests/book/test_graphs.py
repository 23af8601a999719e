"""Graphs in pages: an element with its kernels in the book, and a poster everywhere else."""

from __future__ import annotations

import pytest

from tests.book.conftest import MakeBook
from tests.book.players import placed
from tests.demos.plays import network_graph

pytestmark = pytest.mark.book


def test_a_graph_is_an_element_with_all_it_needs(make_book: MakeBook) -> None:
    """The element has its specification, the address of its kernels, and its columns."""
    expected = network_graph().payload()
    graph = placed(make_book, "graph", expected)
    assert graph.tag["id"] == "demo-net"
    assert "--gd-columns: 8" in str(graph.tag["style"])
    assert graph.spec == expected["spec"]
    assert graph.read(str(graph.tag["kernels"])) == expected["module"]
