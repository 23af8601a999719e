"""The header: what a reader wants to know before starting, and what a page was made by."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from docutils.utils import new_document

from gdbook.book.header import difficulty_problem, last_change, reading_minutes, reading_time
from gdbook.book.media import book_figure
from tests.book.conftest import GoodBook


def facts(book: GoodBook, name: str) -> dict[str, str]:
    """Return the facts of a page's header by name."""
    items = book.page(name).select(".gd-header li")
    return {item["class"][0].removeprefix("gd-"): item.text for item in items}


@pytest.mark.book
def test_the_header_says_what_awaits_the_reader(good_book: GoodBook) -> None:
    """Part, difficulty, minutes, day of the last change, device and seconds are above the page."""
    found = facts(good_book, "part/a-first")
    assert found["part"] == "Part 1 · Small"
    assert found["difficulty"] == "Gentle"
    assert found["minutes"] == "1 min"
    assert re.fullmatch(r"Ran in \d+\.\d s on \d+ CPU cores?, JAX 0\.0\.0", found["ran"])
    assert float(found["ran"].split()[2]) > 0.2
    (day,) = good_book.page("part/a-first").select(".gd-header time")
    assert found["changed"] == f"Changed {day.text}"
    assert day["datetime"] == day.text
    assert abs((date.fromisoformat(day.text) - datetime.now(UTC).date()).days) <= 1
    assert facts(good_book, "part/b-second")["difficulty"] == "Demanding"


@pytest.mark.book
def test_a_page_without_code_ran_on_nothing(good_book: GoodBook) -> None:
    """Where nothing was executed there is nothing to say of it, and no depth to choose."""
    assert facts(good_book, "part/plain").keys() == {"part", "difficulty", "minutes", "changed"}
    assert good_book.page("part/plain").select(".gd-depth") == []


@pytest.mark.book
def test_the_landing_page_has_no_header(good_book: GoodBook) -> None:
    """The landing page begins with what it has to say."""
    assert good_book.page("index").select(".gd-header") == []


def document(*parts: nodes.Node) -> nodes.document:
    """Return a page of parts."""
    page = new_document("page")
    page.extend(parts)
    return page


@pytest.mark.parametrize(
    ("words", "formulas", "figures", "minutes"),
    [(0, 0, 0, 1), (200, 0, 0, 1), (1000, 0, 0, 5), (0, 12, 0, 2), (0, 0, 8, 2), (1000, 6, 4, 7)],
)
def test_minutes_are_those_of_words_formulas_and_figures(
    words: int, formulas: int, figures: int, minutes: int
) -> None:
    """200 words take a minute, a displayed formula 10 seconds and a figure 15; 1 is the least."""
    parts: list[Any] = [nodes.paragraph("", "word " * words)]
    parts += [nodes.math_block("", "x") for _ in range(formulas)]
    parts += [book_figure() for _ in range(figures)]
    assert reading_minutes(document(*parts)) == minutes


@pytest.mark.parametrize(("words", "told"), [(200, "1 min"), (6000, "30 min"), (6200, None)])
def test_what_is_looked_up_takes_no_minutes(words: int, told: str | None) -> None:
    """Nobody reads a list for more than half an hour, and nobody is told how long it would take."""
    assert reading_time(document(nodes.paragraph("", "word " * words))) == told


def test_code_is_not_read_word_by_word() -> None:
    """Code takes no reading time, since whoever chose the intuition does not see it."""
    assert reading_minutes(document(nodes.literal_block("", "word " * 1000))) == 1


@pytest.mark.parametrize("difficulty", ["gentle", "moderate", "demanding"])
def test_known_difficulties_are_no_problem(difficulty: str) -> None:
    """There are three difficulties."""
    assert difficulty_problem({"difficulty": difficulty}) is None


@pytest.mark.parametrize("metadata", [{}, {"difficulty": "Gentle"}, {"difficulty": 3}])
def test_other_difficulties_are(metadata: dict[str, Any]) -> None:
    """Anything else is named, with what was expected."""
    problem = difficulty_problem(metadata) or ""
    assert repr(metadata.get("difficulty")) in problem
    assert problem.endswith("expected one of gentle, moderate, demanding")


# The day of the last change.

SAVED = datetime(2020, 2, 20, 12, tzinfo=UTC)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Return a file that was saved on a day in 2020."""
    path = tmp_path / "repository" / "docs" / "page.md"
    path.parent.mkdir(parents=True)
    path.write_text("# Page")
    save(path)
    return path


def save(path: Path) -> None:
    """Set the day of the last save."""
    os.utime(path, (SAVED.timestamp(), SAVED.timestamp()))


@pytest.fixture
def committed(page: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file, committed to a repository of its own in 2021."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, "2021-03-04T12:00:00+00:00")
    person = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    for words in (("init", "-q"), ("add", "."), (*person, "commit", "-q", "-m", "Begin")):
        subprocess.run(["git", *words], cwd=page.parent, check=True)
    return page


def test_a_committed_file_changed_with_its_commit(committed: Path) -> None:
    """A file that is as git has it was changed on the day of its commit, whenever it was saved."""
    assert last_change(committed) == "2021-03-04"


def test_an_edited_file_changed_when_it_was_saved(committed: Path) -> None:
    """A file that differs from what git has was changed on the day it was saved."""
    committed.write_text("# Edited")
    save(committed)
    assert last_change(committed) == "2020-02-20"


def test_a_new_file_changed_when_it_was_saved(committed: Path) -> None:
    """And so was a file that git does not know."""
    new = committed.with_name("new.md")
    new.write_text("# New")
    save(new)
    assert last_change(new) == "2020-02-20"


def test_outside_a_repository_the_save_counts(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no repository, the day is that of the save."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(page.parents[1]))
    assert last_change(page) == "2020-02-20"


def test_without_git_the_save_counts(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no git, too."""
    monkeypatch.setenv("PATH", "")
    assert last_change(page) == "2020-02-20"
