"""Quoted numbers: under their name and in full precision, for the page's sentences only."""

from __future__ import annotations

import ast
import math
import re
from typing import Any

import hypothesis.strategies as st
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given

import gdbook as gd
from gdbook.quote import _plain


@given(
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-(2**63), 2**63 - 1),
        st.booleans(),
        st.text(),
    )
)
def test_a_value_survives_its_text(value: Any) -> None:
    """The text of a value is Python's literal of it: nothing is rounded on the way."""
    read = ast.literal_eval(_plain("name", value))
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(0.1), "0.1"),
        (np.float32(1.5), "1.5"),
        (np.array(2.5), "2.5"),
        (np.int32(7), "7"),
        (np.True_, "True"),
        (np.str_("words"), "'words'"),
        (math.inf, "inf"),
    ],
)
def test_scalars_of_numpy_become_plain_literals(value: Any, text: str) -> None:
    """A NumPy scalar is quoted like the Python number or string it stands for."""
    assert _plain("name", value) == text


def test_scalars_of_jax_become_plain_literals() -> None:
    """And so is a JAX scalar."""
    assert _plain("name", jnp.asarray(2.5)) == "2.5"
    assert _plain("name", jnp.asarray(7)) == "7"


def test_in_a_notebook_each_value_is_shown_under_its_name(notebook: Any) -> None:
    """Values travel as myst-nb's glue reads them: hidden, and with the name to look them up by."""
    gd.quote(rate=0.25, rule="Adam")
    prefix = "application/papermill.record/"
    assert notebook == [
        (
            {prefix + "text/plain": "0.25"},
            {"scrapbook": {"name": "rate", "mime_prefix": prefix}},
        ),
        (
            {prefix + "text/plain": "'Adam'"},
            {"scrapbook": {"name": "rule", "mime_prefix": prefix}},
        ),
    ]


def test_outside_a_notebook_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """In plain Python there is no sentence to quote in, and nothing is printed."""
    gd.quote(rate=0.25)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "value", [None, 1j, [1.0], np.ones(2), np.datetime64("2020-01-01"), {}, len], ids=repr
)
def test_what_is_no_scalar_is_refused(value: Any) -> None:
    """Only numbers, scalar arrays and strings can stand in a sentence."""
    with pytest.raises(TypeError, match=rf"^rate is {re.escape(repr(value))}; expected a number, "):
        gd.quote(rate=value)
