"""Folded code: what opens it says so."""

from __future__ import annotations

import pytest

from tests.book.conftest import MakeBook
from tests.book.pages import executed


@pytest.mark.book
def test_a_fold_s_handle_says_what_it_does(make_book: MakeBook) -> None:
    """The summary holds nothing but both prompts, as phrases: paragraphs are not valid there."""
    code = "```{code-cell} python3\n:tags: [hide-input]\n1 + 1\n```"
    conf = 'nb_code_prompt_show = "Open <it>"\nnb_code_prompt_hide = "Close it"\n'
    book = make_book(index=executed("Here", code), conf=conf)
    book.must_build()
    (fold,) = book.page("index").select("details.hide")
    handle = fold.summary
    assert [child.name for child in handle.children] == ["span", "span"]
    assert [child.text for child in handle.children] == ["Open <it>", "Close it"]
    assert "1 + 1" in "".join(fold.find("pre").stripped_strings) or "1" in fold.find("pre").text
