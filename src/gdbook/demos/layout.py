"""Where the numbers of a program stand in its picture: columns by time, rows by kinship."""

from __future__ import annotations

from itertools import pairwise

from gdbook.demos.program import Program

Place = tuple[int, float]
"""A column, counted from the first, and a row, counted from the top."""


def layout(program: Program) -> list[Place]:
    """Return each node's place.

    A computed number stands one column after the last of those it is made of, in the middle of
    their rows; what is made of inputs alone begins a row of its own. An input stands just before
    its first use, outside the row of what uses it; one that is used in several rows, between them.
    """
    columns = _columns(program)
    rows = _rows(program)
    for column in set(columns):
        _spread([k for k, own in enumerate(columns) if own == column], rows)
    first = min(rows)
    return [(column, row - first) for column, row in zip(columns, rows, strict=True)]


def _users(program: Program) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in program.nodes]
    for source, target in program.edges:
        found[source].append(target)
    return found


def _columns(program: Program) -> list[int]:
    columns = [0] * len(program.nodes)
    for k, node in enumerate(program.nodes):
        columns[k] = 1 + max((columns[source] for source in node.sources), default=-1)
    for k, users in enumerate(_users(program)[: program.inputs]):
        columns[k] = min(columns[user] for user in users) - 1
    return columns


def _rows(program: Program) -> list[float]:
    """Return the rows as they are wished for; two nodes may still be in one place."""
    n, lanes = program.inputs, 0
    rows = [0.0] * len(program.nodes)
    for k, node in enumerate(program.nodes[n:], start=n):
        above = [rows[source] for source in node.sources if source >= n]
        if not above:
            above, lanes = [1.0 + 2 * lanes], lanes + 1
        rows[k] = sum(above) / len(above)
    middle = lanes  # of the rows 1, 3, …, 2·lanes − 1
    for k, users in enumerate(_users(program)[:n]):
        used = {rows[user] for user in users}
        mean = sum(used) / len(used)
        outside = -1 if mean <= middle else 1
        rows[k] = mean if len(used) > 1 else mean + outside
    return rows


def _spread(column: list[int], rows: list[float]) -> None:
    """Move the nodes of one column apart, so that each has a row's height."""
    column.sort(key=lambda k: (rows[k], k))
    for before, k in pairwise(column):
        rows[k] = max(rows[k], rows[before] + 1)
