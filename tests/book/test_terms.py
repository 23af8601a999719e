"""Terms: links to the glossary that carry their definition."""

from __future__ import annotations

import pytest
from bs4 import Tag

from tests.book.conftest import GoodBook, MakeBook
from tests.book.pages import block, contents, plain

pytestmark = pytest.mark.book

GRADIENT = "Where it goes up & most. See Hessian."


def terms(book: GoodBook, name: str) -> list[Tag]:
    """Return the terms in a page's text."""
    return book.page(name).select("article .gd-term")


def test_a_term_carries_its_definition(good_book: GoodBook) -> None:
    """Beside the link to the glossary stands the definition, as the link's tooltip."""
    term = terms(good_book, "part/a-first")[0]
    assert term.a.text == "gradient"
    assert term.a["href"] == "../reference/glossary.html#term-gradient"
    tip = term.select_one('[role="tooltip"]')
    assert tip["id"] == term.a["aria-describedby"]
    assert tip.text == GRADIENT


def test_a_term_may_go_by_another_name(good_book: GoodBook) -> None:
    """Link text and definition are independent, and two names of one entry share a definition."""
    named, _ = terms(good_book, "part/b-second")
    assert named.a.text == "Hessian matrix"
    assert named.select_one(".gd-definition").text == "All second derivatives."


def test_terms_in_the_glossary_explain_themselves_too(good_book: GoodBook) -> None:
    """A definition that uses another term of the same page carries that one's definition."""
    (term,) = terms(good_book, "reference/glossary")
    assert term.a["href"] == "#term-Hessian"
    assert term.select_one(".gd-definition").text == "All second derivatives."


def test_every_tooltip_has_a_name_of_its_own(good_book: GoodBook) -> None:
    """No two elements of a page share an id, however often a term is used."""
    for name in ("index", "part/a-first", "part/b-second", "reference/glossary"):
        names = [element["id"] for element in good_book.page(name).select("[id]")]
        assert len(names) == len(set(names))


def test_a_new_definition_reaches_all_pages(make_book: MakeBook) -> None:
    """When a definition changes, pages that use the term are written again, though not read."""
    pages = {"glossary": "", "page": plain("Page", "A {term}`gradient`.")}

    def glossary(words: str) -> str:
        return plain("Glossary", block("glossary", "gradient", f"  {words}"))

    pages["glossary"] = glossary("Old words.")
    book = make_book(index=plain("A book", contents(*pages)), **pages)
    book.must_build()
    book.write(glossary=glossary("New words."))
    book.must_build()
    assert book.page("page").select_one(".gd-definition").text == "New words."
