"""What a reader copies: the page's own Python, whole enough to run anywhere."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.demos.copied import expression
from tests.demos.plays import X, Y, squared_error

AREA, SPREAD = np.array([1.0, 2.5, 3.0]), 0.5


def scaled(x: Any) -> Any:
    """Return the areas on another scale."""
    return AREA / SPREAD + x


def valley(params: Any) -> Any:
    """Return a loss that uses what stands around it."""
    halves = [math.sqrt(value) for value in (1.0, 4.0)]
    return (
        jnp.sum(scaled(params[0]) ** 2) + halves[1] * params[1] ** 2 + (0 if SPREAD else valley(0))
    )


def home_of(source: str) -> dict[str, Any]:
    """Return the names that a copied cell defines, after the imports that it always has."""
    home: dict[str, Any] = {"gd": gd, "jax": jax, "jnp": jnp}
    exec(source, home)
    return home


def test_a_surface_is_named_in_python() -> None:
    """What a reader copies names the surface as it is imported, with its numbers."""
    assert expression(gd.surfaces.bowl) == {"name": "gd.surfaces.bowl", "source": ""}
    for surface in (gd.surfaces.curved_valley, gd.surfaces.quadratic(25.0, 0.3)):
        again = eval(expression(surface)["name"], {"gd": gd})
        assert float(again(jnp.array([0.7, 0.2]))) == float(surface(jnp.array([0.7, 0.2])))


def test_a_function_is_copied_whole() -> None:
    """What a reader copies of a page's own function is its source, which runs."""
    found = expression(squared_error)
    home = home_of(found["source"])
    at = jnp.array([0.5, 1.0])
    assert found["name"] == "squared_error"
    assert home["squared_error"](at, (X, Y)) == squared_error(at, (X, Y))


@pytest.mark.parametrize("loss", [lambda w: w[0], partial(squared_error, data=(X, Y)), jnp.linalg])
def test_what_has_no_name_cannot_be_copied(loss: Any) -> None:
    """A lambda, or a function with arguments bound, has no definition to copy, and is refused."""
    with pytest.raises(ValueError, match=r"loss is .*; expected a surface, or a function made by"):
        expression(loss)


def test_what_a_function_uses_comes_along() -> None:
    """Numbers, arrays, imports and functions around it are copied too, each once and before."""
    found = expression(valley)
    at = jnp.array([0.3, -0.7])
    assert home_of(found["source"])["valley"](at) == valley(at)
    for text in ("import math\n", "AREA = ", "SPREAD = 0.5", "def scaled", "def valley"):
        assert found["source"].count(text) == 1
    assert "halves =" not in found["source"].partition("def ")[0]


def test_a_function_within_another_brings_what_surrounds_it() -> None:
    """What a function has from the one that made it is written out as its value."""
    rate = 0.25

    def slope(params: Any) -> Any:
        return rate * params[0] ** 2 + params[1]

    home = home_of(expression(slope)["source"])
    assert home["slope"]((3.0, 1.0)) == slope((3.0, 1.0)) == 3.25


@pytest.mark.parametrize(
    "thing",
    [np.zeros(1000), np.array([np.nan]), object(), float("inf"), print],
    ids=["large", "nan", "object", "infinity", "renamed"],
)
def test_what_cannot_be_written_down_is_refused(thing: Any) -> None:
    """What has no words in Python is named, with the function that uses it."""

    def loss(params: Any) -> Any:
        return params[0] if thing is None else params[1]

    with pytest.raises(ValueError, match=r"loss uses thing, which is .*; expected a number, at"):
        expression(loss)


def test_what_is_not_there_is_refused() -> None:
    """A name that nothing defines is told at once, not when a reader runs the copy."""

    def loss(params: Any) -> Any:
        return params[0] + missing  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(ValueError, match="loss uses missing, which is not defined"):
        expression(loss)
