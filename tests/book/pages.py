"""The pages of the tests' books."""

from __future__ import annotations

CONF = """
extensions = ["myst_nb", "sphinxcontrib.bibtex", "sphinx_copybutton", "gdbook.book"]
project = html_title = "A small book"
version = "1.0"
author = copyright = "Its authors"
exclude_patterns = ["_build"]
nitpicky = True
gdbook_source = "https://example.org/{file}#L{line}"
gdbook_parts = {"part": "Part 1 · Small", "reference": "Reference"}
myst_enable_extensions = ["attrs_inline", "colon_fence", "dollarmath", "smartquotes"]
myst_heading_anchors = 3
nb_execution_timeout = 60
nb_output_stderr = "error"
nb_merge_streams = True
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "gdbook"
bibtex_cite_id = "cite-{key}"
bibtex_reference_style = "author_year"
katex_prerender = True
katex_css_path = "katex.css"
html_theme = "furo"
epub_show_urls = "no"
html_copy_source = False
html_show_sourcelink = False
"""


def plain(title: str, *parts: str, difficulty: str = "gentle") -> str:
    """Return a page without code."""
    return "\n\n".join([f"---\ndifficulty: {difficulty}\n---", f"# {title}", *parts, ""])


def executed(title: str, *parts: str, front: str = "difficulty: gentle") -> str:
    """Return a page whose cells are executed."""
    kernel = "file_format: mystnb\nkernelspec:\n  name: python3\n  display_name: Python 3"
    return "\n\n".join([f"---\n{kernel}\n{front}\n---", f"# {title}", *parts, ""])


def cell(code: str) -> str:
    """Return a code cell."""
    return f"```{{code-cell}} python3\n{code.strip()}\n```"


def block(name: str, *content: str, argument: str = "") -> str:
    """Return a directive with content."""
    return "\n".join([f":::{{{name}}} {argument}", *content, ":::"])


def counted(code: str = "") -> str:
    """Return a cell that notes each of its runs in a file beside its page."""
    return cell(f"with open('runs', 'a') as runs:\n    print('run', file=runs)\n{code}")


def display(kind: str, data: object) -> str:
    """Return a cell that shows what the library would, without taking seconds to import it."""
    media = f"application/vnd.gdbook.{kind}+json"
    return cell(
        f"from IPython.display import display\n"
        f"display({{{media!r}: {data!r}, 'text/plain': 'shown'}}, raw=True)"
    )


def receipt(claim: str, value: str = "1") -> str:
    """Return a cell that shows a receipt."""
    return display("receipt", {"claim": claim, "measured": value, "expected": value, "source": ""})


def contents(*names: str) -> str:
    """Return a table of contents that is not shown."""
    return block("toctree", ":hidden:", "", *names)


FIRST = executed(
    "The first page",
    block("question", "How far is it?"),
    r"A {term}`gradient` of *many*, see {cite:p}`cauchy1847`, and $a < b$ {math}`\theta_0`.",
    "$$\n\\nabla L(\\theta) = 0\n$$",
    cell("""
import matplotlib
import gdbook as gd

def line(canvas, theme):
    canvas.subplots().plot([0, 1], [1, 0], color=theme.text)

def show(words, **more):
    return gd.figures.draw(line, alt=words, size=(2.0, 1.5), **more)

gd.quote(rate=0.125, rule="Adam & Eve")
show("A line that falls from <left> to \\"right\\" & on.", caption="A line & its <end>.")
"""),
    "At rate {glue:text}`rate:.2f`, {glue:text}`rule` walks.",
    cell("""
gd.figures.row(
    show("The left one of two falling lines."),
    show("The right one of two falling lines.", vector=False),
    caption="Two lines.",
)
"""),
    cell("""
def grow(canvas, theme):
    (bar,) = canvas.subplots().bar([0], [1], color=theme.text, animated=True)
    def update(frame):
        bar.set_height(frame)
        return [bar]
    return update

words = "A bar that grows and grows & grows."
gd.figures.animate(grow, 12, fps=12, size=(2.0, 1.5), wide=True, alt=words)
"""),
    cell("""
gd.receipt("Halves of 1 < 2", 0.5, 1 / 2, source="arithmetic & <logic>")
gd.receipt("Something small", 1e-9, 0, atol=1e-6)
"""),
    cell("gd.source(gd.surfaces.bowl)"),
    block("depth", "A proof, with a {term}`gradient`.", argument="mathematics"),
    block("depth", ":title: Another way", "", "Some code: `x = 1`.", argument="code"),
    "## Exercises",
    "### Walk",
    "How far?",
    "#### Solution",
    "So far.",
    cell('gd.receipt("The solution", 2, 2)'),
    "### Run",
    "And now?",
    "#### Solution",
    "Farther.",
)

SECOND = executed(
    "The second page",
    block("question", "And then?"),
    "A {term}`Hessian matrix <Hessian>` and another {term}`gradient`.",
    cell('import gdbook as gd\ngd.receipt("A claim of the second page", [1.0, 2.0], [1.0, 2.0])'),
    front="difficulty: demanding",
)

GLOSSARY = plain(
    "Glossary",
    block(
        "glossary",
        "gradient",
        "  Where it goes up & most.",
        "  See {term}`Hessian`.",
        "",
        "Hessian",
        "curvature matrix",
        "  All second derivatives.",
    ),
)

# The second page comes first in the book's order, against the order of the names.
GOOD = {
    "index": executed(
        "A small book",
        "Welcome.",
        block("map", "part/b-second", "part/a-first"),
        contents(
            "part/b-second",
            "part/a-first",
            "part/plain",
            "reference/glossary",
            "reference/ledger",
            "reference/status",
            "reference/bibliography",
            "reference/notation",
        ),
        front="landing: true",
    ),
    "part/a-first": FIRST,
    "part/b-second": SECOND,
    "part/plain": plain("Without code", "Words, and words."),
    "reference/glossary": GLOSSARY,
    "reference/ledger": plain("Ledger", block("ledger")),
    "reference/status": plain("Status", "How long pages ran.", block("status")),
    "reference/bibliography": plain("Bibliography", block("bibliography")),
    "reference/notation": plain("Notation", "| a | b |\n| - | - |\n| $x$ | y |"),
}
