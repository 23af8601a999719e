"""The order in which a reader meets the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment


def reading_order(env: BuildEnvironment) -> list[str]:
    """Return all pages as a reader meets them who turns page after page."""
    order, waiting = [], [env.config.root_doc]
    while waiting:
        name = waiting.pop(0)
        if name not in order:
            order.append(name)
            waiting = list(env.toctree_includes.get(name, [])) + waiting
    return order + sorted(env.found_docs - set(order))
