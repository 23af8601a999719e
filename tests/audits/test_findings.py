"""What audits complain of."""

from __future__ import annotations

import json
from typing import Any

import pytest
from audits.findings import HEAVIEST, LEAST, faults, judged, missed, recorded, summary

HERE = "http://127.0.0.1:1"


def report(**scores: float) -> dict[str, Any]:
    """Return a report in the form of Lighthouse's, with some scores below full marks."""
    marks = dict.fromkeys(LEAST, 1.0) | {name.replace("_", "-"): s for name, s in scores.items()}
    audits: dict[str, Any] = {
        f"about-{name}": {"score": score, "scoreDisplayMode": "numeric"}
        for name, score in marks.items()
    }
    sent = [{"url": f"{HERE}/a", "transferSize": 1000}, {"url": f"{HERE}/b", "transferSize": 24}]
    audits["network-requests"] = {"details": {"items": sent}}
    categories = {
        name: {"score": score, "auditRefs": [{"id": f"about-{name}", "weight": 1}]}
        for name, score in marks.items()
    }
    return {"audits": audits, "categories": categories}


def page(kept: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return what is kept of a page that is good but for what is given."""
    return kept | {"invalid": [], "broken links": [], "has video": False, "has demo": False} | more


def test_a_good_page_has_no_fault() -> None:
    """Full marks, little weight, nothing broken."""
    kept = judged(report(), HERE)
    assert kept["bytes"] == 1024
    assert list(faults(page(kept))) == []
    assert summary(kept).endswith("seo 1.00; 1 KiB")


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"bytes": HEAVIEST + 1}, "bytes before scrolling"),
        ({"elsewhere": ["https://example.org/font"]}, "asks another host: https://example.org"),
        ({"broken links": ["x.html"]}, "leads nowhere: x.html"),
        ({"invalid": ["3: rule: message"]}, "is not valid HTML: 3: rule"),
    ],
)
def test_each_fault_is_named(more: dict[str, Any], complaint: str) -> None:
    """One thing wrong is one complaint."""
    (found,) = faults(page(judged(report(), HERE), **more))
    assert complaint in found


def test_a_low_mark_names_what_lowered_it() -> None:
    """Speed, which varies, may be below its goal, and that is told; accessibility may not."""
    kept = page(judged(report(performance=0.9), HERE))
    assert list(faults(kept)) == []
    (slow,) = missed(kept, LEAST)
    assert slow == "performance is 0.9; expected 0.95 or more (about-performance)"
    (slower,) = faults(page(judged(report(performance=0.8), HERE)))
    assert slower.startswith("performance is 0.8; expected 0.85")
    (unfair,) = faults(page(judged(report(accessibility=0.99), HERE)))
    assert unfair.startswith("accessibility is 0.99")


def test_a_page_with_a_video_may_weigh_more() -> None:
    """The limit is for pages without one."""
    assert (
        list(faults(page(judged(report(), HERE), bytes=HEAVIEST + 1, **{"has video": True}))) == []
    )


def test_another_host_is_noticed() -> None:
    """A request that does not go to the book is kept with its address; data asks nobody."""
    told = report()
    told["audits"]["network-requests"]["details"]["items"] += [
        {"url": "https://fonts.example.org/a.woff2", "transferSize": 5},
        {"url": "data:image/svg+xml;base64,PHN2Zz4=", "transferSize": 0},
    ]
    assert judged(told, HERE)["elsewhere"] == ["https://fonts.example.org/a.woff2"]


def test_what_is_written_down_can_be_read_again() -> None:
    """Of each page the marks, the weight in KiB and what is wrong are kept, as plain data."""
    told = page(judged(report(performance=0.9), HERE), **{"has demo": True, "invalid": ["3: x"]})
    (kept,) = json.loads(json.dumps(recorded({"a/b.html": told}))).values()
    assert {name: kept[name] for name in LEAST} == dict.fromkeys(LEAST, 1.0) | {"performance": 0.9}
    assert (kept["KiB"], kept["has demo"], kept["has video"]) == (1.0, True, False)
    assert (kept["invalid"], kept["broken links"]) == (["3: x"], [])
    assert list(kept["below full marks"]) == ["about-performance"]
