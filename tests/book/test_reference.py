"""The library's reference: names, signatures, links, and what is no function."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag

from tests.book.conftest import Book
from tests.book.pages import block, plain

pytestmark = pytest.mark.book

CONF = """
nitpick_ignore = [("py:class", name) for name in ("Callable", "Mapping", "jax.Array")]
napoleon_use_ivar = True
napoleon_attr_annotations = False
maximum_signature_line_length = 60
"""

RULES = """
.. autofunction:: gdbook.optimizers.adam
.. autofunction:: gdbook.race
.. autoclass:: gdbook.race.Result
   :members:
"""

NOUNS = """
.. autoclass:: gdbook.Optimizer
.. autoclass:: gdbook.Path
   :members:
.. autodata:: gdbook.Loss
   :no-value:
.. autodata:: gdbook.Params
   :no-value:
.. autodata:: gdbook.optimizers.rule.Hyperparameter
   :no-value:
.. autodata:: gdbook.surfaces.himmelblau
   :no-value:
.. autodata:: gdbook.surfaces.rosenbrock
   :no-value:
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BeautifulSoup]:
    """Return a page of rules and one of nouns, built with every warning an error."""
    toc = block("toctree", "rules", "nouns")
    rules, nouns = (f"```{{eval-rst}}{text}```" for text in (RULES, NOUNS))
    book = Book(
        tmp_path_factory.mktemp("reference"),
        {"index": plain("Book", toc), "rules": plain("R", rules), "nouns": plain("N", nouns)},
        CONF,
    )
    book.must_build()
    return {name: book.page(name) for name in ("rules", "nouns")}


def entry(page: BeautifulSoup, name: str) -> Tag:
    """Return the entry of a name: its signature, and what is said of it."""
    signature = page.find(id=name)
    assert isinstance(signature, Tag)
    assert isinstance(signature.parent, Tag)
    return signature.parent


def words(tag: Tag | None) -> str:
    """Return a tag's text without the breaks between its lines."""
    assert tag is not None
    return " ".join(tag.get_text().replace("¶", "").replace("#", "").split())


def test_names_are_those_that_one_types(pages: dict[str, BeautifulSoup]) -> None:
    """An entry's name begins with gd, and with nothing where one does not type it at all."""
    assert words(pages["rules"].find(id="gdbook.race")).startswith("gd.race( loss: Loss,")
    found = words(pages["rules"].find(id="gdbook.race.Result"))
    assert found.startswith("class Result(")


def test_signatures_are_those_of_the_source(pages: dict[str, BeautifulSoup]) -> None:
    """Annotations stand as they are written, one parameter a line; Any says nothing and is left."""
    assert words(pages["rules"].find(id="gdbook.optimizers.adam")) == (
        "gd.optimizers.adam( learning_rate: Hyperparameter, b1: Hyperparameter = 0.9, "
        "b2: Hyperparameter = 0.999, eps: Hyperparameter = 1e-08, bias_correction: bool = True, "
        ") → Optimizer"
    )
    race = words(pages["rules"].find(id="gdbook.race"))
    assert "learning_rates, starts: Params, steps: int, *, target: float | None = None" in race
    assert "loss: jax.Array, grad_norm: jax.Array" in words(pages["nouns"].find(id="gdbook.Path"))


def test_links_find_what_a_docstring_means(pages: dict[str, BeautifulSoup]) -> None:
    """A name is found by its defining module, or by itself, on whichever page it is explained."""
    links = {words(a): a["href"] for a in pages["rules"].select("dl.py a.internal")}
    assert links["Hyperparameter"] == "nouns.html#gdbook.optimizers.rule.Hyperparameter"
    assert links["Optimizer"] == "nouns.html#gdbook.Optimizer"
    assert links["Result"] == "#gdbook.race.Result"
    assert links["Loss"] == "nouns.html#gdbook.Loss"


def test_docstrings_are_whole(pages: dict[str, BeautifulSoup]) -> None:
    """An entry has the equation, the arguments, what is raised, the example and the source."""
    adam = entry(pages["rules"], "gdbook.optimizers.adam")
    assert len(adam.select(".katex-display .mtable")) == 1  # two lines, aligned
    for word in ("Parameters", "Returns", "Raises", "Example", "Source"):
        assert word in words(adam)
    assert ">>> path = gd.descend(gd.surfaces.bowl" in words(adam)
    assert "Kingma and J. Ba" in words(adam)


def test_a_class_has_its_fields_once(pages: dict[str, BeautifulSoup]) -> None:
    """Fields are explained under Attributes; properties and methods have entries of their own."""
    path = entry(pages["nouns"], "gdbook.Path")
    assert "Attributes" in words(path)
    assert "Variables" not in words(path)
    ids = {tag["id"] for tag in path.select("dl.py dt.sig")}
    assert {"gdbook.Path.steps", "gdbook.Path.diverged_at"} <= ids
    assert "gdbook.Path.params" not in ids


def test_an_alias_has_its_explanation(pages: dict[str, BeautifulSoup]) -> None:
    """What is said below an alias is its entry, and not what Python says of Callable or Any."""
    assert words(entry(pages["nouns"], "gdbook.Loss")) == (
        "gd.Loss loss(params) -> scalar, or loss(params, batch) -> scalar where data is involved."
    )
    said = words(entry(pages["nouns"], "gdbook.Params"))
    assert said == "gd.Params Any pytree whose leaves are floating-point arrays."


def test_a_surface_has_its_formula(pages: dict[str, BeautifulSoup]) -> None:
    """A surface's entry is its sentence, the lines that compute it, and what is known of it."""
    rosenbrock = words(entry(pages["nouns"], "gdbook.surfaces.rosenbrock"))
    assert "A curved valley with a nearly flat floor: easy to find" in rosenbrock
    assert "return (1 - x) ** 2 + 100 * (y - x**2) ** 2" in rosenbrock
    assert "Domain: [−2, 2] × [−1, 3] Start: (−1.2, 1) Minimum: (1, 1)" in rosenbrock
    himmelblau = words(entry(pages["nouns"], "gdbook.surfaces.himmelblau"))
    assert "Minima: (3, 2), (−2.80512, 3.13131)" in himmelblau
