"""Formulas: set when the book is built, and by processes that end with the build."""

from __future__ import annotations

import pytest
from docutils import nodes
from docutils.utils import new_document

from gdbook.book import formulas
from tests.book.conftest import GoodBook

pytestmark = pytest.mark.book


def test_formulas_are_set_in_the_page(good_book: GoodBook) -> None:
    """Dollars and roles become KaTeX's boxes and MathML, with no dollar or script left to do it."""
    page = good_book.page("part/a-first")
    assert len(page.select("article span.math .katex-html")) == 2
    assert len(page.select("article div.math .katex-display math")) == 1
    assert [a.text for a in page.select("annotation")][1] == r"\theta_0"
    assert "$" not in page.article.text
    assert not any("katex" in script.get("src", "") for script in page.find_all("script"))


@pytest.mark.parametrize(
    ("written", "set_as"),
    [
        ("a &= b", r"\begin{aligned} a &= b \end{aligned}"),
        (r"a = b \\ c = d", r"\begin{aligned} a = b \\ c = d \end{aligned}"),
        (r"\begin{cases} a & b \end{cases}", r"\begin{cases} a & b \end{cases}"),
        (r"a \& b", r"a \& b"),
        ("‖θ‖ A^⊤", r"\Vert θ\Vert  A^\top "),
    ],
)
def test_formulas_of_docstrings_are_prepared(written: str, set_as: str) -> None:
    """Lines get the environment they need, unless they have one, and KaTeX's unknowns a command."""
    document = nodes.document(None, None)  # type: ignore[arg-type]
    document += nodes.math_block(written, written)
    formulas.prepare(None, document)  # type: ignore[arg-type]
    assert document.astext().replace("\n", " ") == set_as


@pytest.mark.parametrize(
    ("tex", "divided"),
    [
        (r"\theta", False),
        ("-b", False),
        (r"\sqrt{a + b}", False),
        (r"x_{t+1}", False),
        ("a = b", True),
        ("a - b", True),
        (r"\frac{1}{2} \le x", True),
        (r"\eta\cdot g", True),
        (r"\top", False),
    ],
)
def test_formulas_of_one_part_are_known(tex: str, divided: bool) -> None:
    """What stands in braces divides nothing, nor does a sign in front."""
    assert formulas.is_divided(tex) == divided


def test_punctuation_stays_with_its_formula() -> None:
    """What precedes and follows a formula without a space is wrapped with it, and nothing else."""
    document = new_document("page")
    words = ["the rate (", "η", "), not ", "a = b", ", of ", "b", "-th"]
    paragraph = nodes.paragraph()
    for place, word in enumerate(words):
        paragraph += nodes.math(word, word) if place % 2 else nodes.Text(word)
    document += paragraph
    formulas.KeepTogether(document).apply()
    assert document.astext() == "".join(words)
    together = [node.astext() for node in document.findall(nodes.inline)]
    assert together == ["(η),", "b-th"]


def test_punctuation_stays_with_the_last_of_several_parts() -> None:
    """What follows a formula is held to its last part; to one part alone, nothing is added."""
    one, two = (f"{formulas.PART}<i>{name}</i>" for name in "ab")
    begin, ends = (
        '<p><span class="math"><span class="katex"><span>',
        "</span></span></span> ends</p>",
    )
    several = f"{begin}{one}</span>{two}</span>{ends}"
    held = f'<span class="gd-together">{two}</span><span class="gd-after">).</span></span>'
    followed = several.replace(" ends", "). ends")
    assert formulas.tie(followed) == f"{begin}{one}</span>{held}{ends}"
    for alone in (several, f"{begin}{one}</span>{ends}".replace(" ends", "). ends")):
        assert formulas.tie(alone) == alone


def test_style_and_fonts_come_with_the_book(good_book: GoodBook) -> None:
    """The style sheet of the formulas and the fonts it names are files of the book."""
    sheets = [link["href"] for link in good_book.page("index").select("link[rel=stylesheet]")]
    assert any("katex.css" in sheet for sheet in sheets)
    fonts = good_book.html / "_static" / "fonts"
    assert any(font.suffix == ".woff2" for font in fonts.iterdir())


def test_no_process_and_no_file_outlives_the_build(good_book: GoodBook) -> None:
    """After a build in parallel neither Node nor a kernel is left, nor a temporary folder."""
    assert good_book.processes == []
    assert good_book.files == []


def test_node_is_the_one_that_python_brought() -> None:
    """The Node that is started is a program, not a script that starts one and may outlive it."""
    assert formulas.node_binary().is_file()
    assert formulas.node_binary().stat().st_size > 10**6
