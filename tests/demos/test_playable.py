"""What can be played: one way to be shown, and names that can stand in a link."""

from __future__ import annotations

from typing import Any

import pytest

import gdbook as gd
from gdbook.demos.playable import Playable, check_name
from gdbook.figures import Figure


class Toy(Playable):
    """A kind with one part."""

    kind = "application/toy"
    word = "Toy"

    def parts(self) -> dict[str, Any]:
        """Return its part."""
        return {"module": "text"}


@pytest.fixture
def poster() -> Figure:
    """Return a picture."""
    return gd.figures.draw(
        lambda canvas, theme: canvas.add_subplot(), alt="Two empty axes, without any lines in them."
    )


def test_it_shows_itself_in_the_book_and_elsewhere(poster: Figure) -> None:
    """The book gets its data and parts, other notebooks its poster, and terminals its words."""
    spec = {"id": "toy", "description": "What is seen."}
    shown = Toy(spec, poster)._repr_mimebundle_()
    assert shown["application/toy"] == {
        "spec": spec, "module": "text", "poster": poster.payload(),
    }  # fmt: skip
    assert 'alt="Two empty axes, without any lines in them."' in shown["text/html"]
    assert shown["text/plain"] == "[Toy: What is seen.]"


@pytest.mark.parametrize("name", ["", "A", "1a", "a b", "a_b", "é", "a\n"])
def test_a_name_fits_into_a_link(name: str) -> None:
    """What is not made of lower-case letters, digits and hyphens is refused."""
    check_name("a-1")
    with pytest.raises(ValueError, match=r"name is .*; expected lower-case letters, digits and"):
        check_name(name)
