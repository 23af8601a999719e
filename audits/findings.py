"""What a page must reach, and what of it is missed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

LEAST = {"performance": 0.95, "accessibility": 1.0, "best-practices": 1.0, "seo": 1.0}
SLOWEST = 0.85  # marks for speed vary by some hundredths: from here to the goal they are only told
HEAVIEST = 250 * 1024  # bytes before scrolling, on a page without a video


def judged(report: dict[str, Any], address: str) -> dict[str, Any]:
    """Return what of a report by Lighthouse is kept.

    Args:
        report: as Lighthouse writes it.
        address: of the book; all else is another host.
    """
    audits, categories = report["audits"], report["categories"]
    requests = audits["network-requests"]["details"]["items"]
    failed = {
        part["id"]
        for category in categories.values()
        for part in category["auditRefs"]
        if part["weight"] and (audits[part["id"]]["score"] or 0) < 1
        and audits[part["id"]]["scoreDisplayMode"] in ("binary", "numeric", "metricSavings")
    }  # fmt: skip
    return {
        "scores": {name: category["score"] for name, category in categories.items()},
        "bytes": sum(request["transferSize"] for request in requests),
        "elsewhere": sorted(
            {
                request["url"]
                for request in requests
                if not request["url"].startswith((address, "data:"))
            }
        ),
        "below full marks": {name: audits[name].get("displayValue", "") for name in sorted(failed)},
    }


def missed(page: dict[str, Any], least: dict[str, float]) -> Iterator[str]:
    """Yield which marks of a page are lower than they should be."""
    for name, wanted in least.items():
        if (page["scores"][name] or 0) < wanted:
            short = ", ".join(page["below full marks"])
            yield f"{name} is {page['scores'][name]}; expected {wanted} or more ({short})"


def faults(page: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a page."""
    yield from missed(page, LEAST | {"performance": SLOWEST})
    if page["bytes"] > HEAVIEST and not page["has video"]:
        yield f"{page['bytes']} bytes before scrolling; expected {HEAVIEST} at most"
    for kind, told in (("elsewhere", "asks another host"), ("broken links", "leads nowhere"),
                       ("invalid", "is not valid HTML")):  # fmt: skip
        for found in page[kind]:
            yield f"{told}: {found}"


def recorded(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what is kept of each page: its marks, its weight in KiB, and what is wrong."""
    kept = ("has demo", "has video", "elsewhere", "broken links", "invalid", "below full marks")
    return {
        name: page["scores"]
        | {"KiB": round(page["bytes"] / 1024, 1)}
        | {kind: page[kind] for kind in kept}
        for name, page in found.items()
    }


def summary(page: dict[str, Any]) -> str:
    """Return a page's marks and weight in one line."""
    marks = ", ".join(f"{name} {page['scores'][name]:.2f}" for name in LEAST)
    return f"{marks}; {page['bytes'] / 1024:.0f} KiB"
