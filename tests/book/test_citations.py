"""The roles of the bibliography."""

from types import SimpleNamespace

import pytest
from pybtex.database import Entry, Person
from pybtex.style.formatting.alpha import Style as AlphaStyle
from sphinx.config import Config

from gdbook.book import citations
from gdbook.book.citations import Alphabetic, drop_list_role
from tests.book.conftest import BIBLIOGRAPHY, MakeBook
from tests.book.pages import block, plain


def test_a_group_of_entries_is_not_called_a_list():
    """The group's role goes, its entries keep theirs, and pages without a body are left alone."""
    entry = '<div class="citation" role="doc-biblioentry">An entry</div>'
    context = {"body": f'<div role="list" class="citation-list">{entry}</div>'}
    drop_list_role(None, "page", "page.html", context, None)
    assert context["body"] == f'<div class="citation-list">{entry}</div>'
    drop_list_role(None, "search", "search.html", {}, None)


@pytest.fixture
def formatted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the entries that are formatted."""
    keys: list[str] = []
    original = AlphaStyle.format_entry

    def noted(self, label, entry, bib_data=None):
        keys.append(entry.key)
        return original(self, label, entry, bib_data)

    monkeypatch.setattr(AlphaStyle, "format_entry", noted)
    return keys


@pytest.mark.book
def test_entries_are_formatted_when_the_bibliography_has_changed(
    make_book: MakeBook, formatted: list[str]
) -> None:
    """After an edit of the prose nothing is formatted; an edit of an entry is seen."""
    bibliography = block("bibliography")
    book = make_book(index=plain("A book", "See {cite:p}`cauchy1847`.", bibliography))
    book.must_build()
    assert formatted == ["cauchy1847"]
    book.write(index=plain("A book", "See {cite:p}`cauchy1847`, and more.", bibliography))
    book.must_build()
    assert formatted == ["cauchy1847"]
    assert "Comptes rendus" in book.page("index").text
    book.write(**{"references.bib": BIBLIOGRAPHY.replace("Comptes rendus", "Another journal")})
    book.must_build()
    assert formatted == ["cauchy1847"] * 2
    assert "Another journal" in book.page("index").text


@pytest.mark.book
def test_an_entry_that_is_cited_later_comes_into_the_list(make_book: MakeBook):
    """A page that cites one more work has the list of works written anew, on its own page."""
    more = BIBLIOGRAPHY.replace("cauchy1847", "gauss1809").replace(
        "Cauchy, Augustin-Louis", "Gauss"
    )
    contents = "```{toctree}\nworks\nfirst\n```"
    book = make_book(
        index=plain("A book", contents),
        works=plain("Works", block("bibliography")),
        first=plain("First", "See {cite:p}`cauchy1847`."),
        **{"references.bib": BIBLIOGRAPHY + more},
    )
    book.must_build()
    assert not book.page("works").select("#cite-gauss1809")
    book.write(first=plain("First", "See {cite:p}`cauchy1847` and {cite:p}`gauss1809`."))
    book.must_build()
    assert book.page("works").select_one("#cite-gauss1809")
    assert book.page("first").select_one("a[href='works.html#cite-gauss1809']")


def test_a_book_may_do_without_a_bibliography(monkeypatch: pytest.MonkeyPatch):
    """Without sphinxcontrib.bibtex there is no such setting; what is kept is there again later."""
    app, env = SimpleNamespace(config=Config(), confdir="."), SimpleNamespace()
    monkeypatch.setattr(citations, "_formatted", {"an entry": "as it looks"})
    citations.keep(app, env)
    citations._formatted.clear()
    citations.recall(app, env)
    assert citations._formatted == {"an entry": "as it looks"}


def test_names_stand_where_one_looks_for_them():
    """A letter with an accent, a dot or a cedilla stands with those that have none."""
    names = ["Zhang", "Şimşekli", "Hutchinson", "Hägele", "Sutton", "Émile", "Robbins", "Póczos"]
    entries = [Entry("book", persons={"author": [Person(last=name)]}) for name in names]
    found = [str(entry.persons["author"][0]) for entry in Alphabetic().sort(entries)]
    wanted = ["Émile", "Hägele", "Hutchinson", "Póczos", "Robbins", "Şimşekli", "Sutton", "Zhang"]
    assert found == wanted
