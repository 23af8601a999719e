"""The checks: what is missing or unknown stops the build, which says where, again and again."""

from __future__ import annotations

import pytest

from tests.book.conftest import MakeBook
from tests.book.pages import block, cell, contents, executed, plain

pytestmark = pytest.mark.book

DRAWING = "import matplotlib.pyplot as plt\nplt.plot([0, 1]);"
HTML = "from IPython.display import HTML\nHTML('<video src=\"a.mp4\"></video>')"

# Each page, what is on the line that is named (of a cell: its second), and the complaint.
NO_ALT = "a figure has no description; expected alt text"
REFUSED = {
    "picture": (
        plain("Picture", "![](picture.svg)"),
        "picture.svg",
        NO_ALT,
    ),
    "blank": (
        plain("Blank", "Words.", "![ ](picture.svg)"),
        "picture.svg",
        NO_ALT,
    ),
    "drawn": (
        executed("Drawn", "Words.", cell(DRAWING)),
        "plt.plot",
        NO_ALT,
    ),
    "video": (
        plain("Video", "Words.", '<video src="a.mp4"></video>'),
        "<video",
        "<video> has no description; expected aria-label or title",
    ),
    "shown": (
        executed("Shown", cell(HTML)),
        "HTML('<video",
        "<video> has no description; expected aria-label or title",
    ),
    "inline": (
        plain("Inline", 'Some <img src="a.png" alt=""> words.'),
        "<img",
        "<img> has no description; expected alt",
    ),
    "unrated": (
        executed("Unrated", cell("1"), front="about: nothing"),
        "---",
        "difficulty is None; expected one of gentle, moderate, demanding",
    ),
    "overrated": (
        plain("Overrated", difficulty="hard"),
        "---",
        "difficulty is 'hard'; expected one of gentle, moderate, demanding",
    ),
}


def test_what_lacks_a_description_or_difficulty_stops_the_build(make_book: MakeBook) -> None:
    """Each fault is named with its page and line, also by the next build, until it is mended."""
    pages = {name: page for name, (page, _, _) in REFUSED.items()}
    book = make_book(index=plain("A book", contents(*pages)), **pages)
    (book.source / "picture.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    complaint = book.must_fail()
    assert complaint.startswith("The book was not built:")
    for name, (_, text, words) in REFUSED.items():
        assert f"{name}.md:{book.line(name, text)}: {words}" in complaint
    assert complaint.count(".md:") == len(REFUSED)
    assert book.must_fail() == complaint
    book.write(**{name: plain(name, "Mended.") for name in REFUSED})
    book.must_build()


WARNED = {
    "term": (
        plain("Term", "Words.", "A {term}`gradiant`."),
        "gradiant",
        "term not in glossary: 'gradiant'",
    ),
    "citation": (
        executed("Citation", "Words.", "See {cite:p}`nobody1900`.", cell("1")),
        "nobody1900",
        'could not find bibtex key "nobody1900"',
    ),
    "depth": (
        plain("Depth", block("depth", "Words.", argument="philosophy")),
        "philosophy",
        "depth is 'philosophy'; expected one of mathematics, code",
    ),
    "map": (
        plain("Map", block("map", "term", "nowhere/at-all")),
        "{map}",
        "map names nowhere/at-all; expected pages of this book",
    ),
    "glue": (
        executed("Glue", cell("1"), "The rate {glue:text}`rate:.2f`."),
        "glue:text",
        "No key 'rate' found in glue data for this document.",
    ),
    "link": (
        executed("Link", "See {doc}`/nowhere`.", cell("1")),
        "nowhere",
        "unknown document: '/nowhere'",
    ),
    "label": (
        executed("Label", "See {ref}`nowhere`.", cell("1")),
        "nowhere",
        "undefined label: 'nowhere'",
    ),
    "stderr": (
        executed("Stderr", cell("import sys\nprint('Beware', file=sys.stderr)")),
        None,
        "stderr was found in the cell outputs",
    ),
    "formula": (
        plain("Formula", "Words, and $\\frac{1}{$."),
        None,
        "a formula cannot be set: ParseError",
    ),
}  # fmt: skip


def test_what_is_unknown_fails_the_build_until_it_is_mended(make_book: MakeBook) -> None:
    """Unknown names and broken formulas are reported with their page, until they are mended."""
    pages = {name: page for name, (page, _, _) in WARNED.items()}
    extra = {"bibliography": plain("Bibliography", block("bibliography"))}
    book = make_book(index=plain("A book", contents(*pages, *extra)), **pages, **extra)
    complaint = book.must_fail()
    for name, (_, text, words) in WARNED.items():
        (line,) = [line for line in complaint.splitlines() if line.startswith(f"{name}.md")]
        assert words in line
        assert text is None or line.startswith(f"{name}.md:{book.line(name, text)}: ")
    assert book.must_fail() == complaint
    book.write(**{name: plain(name, "Mended.") for name in WARNED})
    book.must_build()
