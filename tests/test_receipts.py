"""Receipts: they hold when they should, fail when they should, and say what was measured."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given

import gdbook as gd
from gdbook.display import RECEIPT
from gdbook.receipts import RELATIONS, Receipt

number = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)


def holds(measured: Any, expected: Any, **options: Any) -> bool:
    """Say whether a receipt passes."""
    try:
        gd.receipt("A claim", measured, expected, **options)
    except gd.ReceiptError:
        return False
    return True


# When they hold.


@given(number)
def test_a_number_equals_itself(value: float) -> None:
    """What was expected was measured: the receipt holds, even without tolerance."""
    assert holds(value, value, rtol=0)


@given(number, st.floats(1e-9, 0.5), st.floats(0, 0.99), st.sampled_from([-1, 1]))
def test_a_number_within_the_tolerance_holds(
    expected: float, rtol: float, part: float, sign: int
) -> None:
    """Less than rtol off, relative to the expected value, is close enough."""
    assert holds(expected * (1 + sign * part * rtol), expected, rtol=rtol)


@given(number.filter(bool), st.floats(1e-9, 0.5), st.floats(1.01, 10), st.sampled_from([-1, 1]))
def test_a_number_beyond_the_tolerance_fails(
    expected: float, rtol: float, part: float, sign: int
) -> None:
    """More than rtol off is not."""
    assert not holds(expected * (1 + sign * part * rtol), expected, rtol=rtol)


@given(st.floats(1e-6, 10))
def test_the_absolute_tolerance_is_in_the_unit_of_the_value(atol: float) -> None:
    """Around 0 only atol counts: 0.99 of it holds, 1.01 of it fails."""
    assert holds(0.99 * atol, 0, atol=atol)
    assert not holds(1.01 * atol, 0, atol=atol)
    assert not holds(1e-300, 0)


@given(number, number)
def test_relations_compare_as_their_signs_say(measured: float, expected: float) -> None:
    """<, <=, > and >= mean what they mean in Python."""
    for sign in RELATIONS:
        truth = {
            "<": measured < expected,
            "<=": measured <= expected,
            ">": measured > expected,
            ">=": measured >= expected,
        }[sign]
        assert holds(measured, expected, relation=sign) == truth


@given(number)
def test_equality_is_not_less(value: float) -> None:
    """A number is neither below nor above itself, but at most and at least itself."""
    passing = {sign for sign in RELATIONS if holds(value, value, relation=sign)}
    assert passing == {"<=", ">="}


@pytest.mark.parametrize("relation", ["=", *RELATIONS])
@pytest.mark.parametrize("pair", [(math.nan, 1.0), (1.0, math.nan), (math.nan, math.nan)])
def test_nan_never_holds(relation: str, pair: tuple[float, float]) -> None:
    """A claim about nan does not hold, whatever it says."""
    assert not holds(*pair, relation=relation)
    assert not holds([1.0, pair[0]], [1.0, pair[1]], relation=relation)


@pytest.mark.parametrize(
    ("dtype", "rtol"),
    [("float64", 1e-6), ("float32", 2.4e-5), ("float16", 9.8e-3), ("int32", 1e-6)],
)
def test_the_usual_tolerance_is_that_of_the_dtype(dtype: str, rtol: float) -> None:
    """Two thirds of a dtype's digits are held to, six at most; of two dtypes, the coarser's."""
    expected = np.full(1, 1024, dtype)
    for off, wanted in ((0.9, True), (1.1, False)):
        assert holds([1024 * (1 + off * rtol)], expected) == wanted
        assert holds(expected, [1024 * (1 + off * rtol)]) == wanted
    assert holds(expected, [1024 * (1 + 0.9 * rtol)], rtol=rtol)
    assert not holds(expected, [1024 * (1 + 0.9 * rtol)], rtol=rtol / 2)


def test_infinity_is_not_close_to_anything_else() -> None:
    """Infinity equals itself only."""
    assert holds(math.inf, math.inf)
    assert not holds(math.inf, -math.inf)
    assert not holds(math.inf, 1e300)
    assert not holds(1e300, math.inf)


shapes = arrays.array_shapes(max_dims=3, max_side=4)


@given(arrays.arrays(float, shapes, elements=st.floats(1, 2)), st.data())
def test_one_entry_that_is_off_makes_an_array_fail(values: Any, data: st.DataObject) -> None:
    """All entries of an array must hold, each on its own."""
    assert holds(values, values)
    wrong = values.copy()
    index = data.draw(st.integers(0, values.size - 1))
    wrong.flat[index] += 1e-3
    assert not holds(wrong, values)
    assert not holds(wrong, values, relation="<=")
    assert holds(wrong, values, relation=">=")


def test_a_scalar_is_expected_of_every_entry() -> None:
    """One expected value may stand for all of an array."""
    assert holds([2.0, 2.0], 2)
    assert not holds([2.0, 2.1], 2)
    assert holds(np.arange(5), 5, relation="<")


@pytest.mark.parametrize(
    "measured",
    [3, 3.0, np.float32(3), np.array(3), np.uint8(3), True + 2, [3, 3.0], (3,), np.array([[3]])],
    ids=repr,
)
def test_numbers_of_any_make_are_measured(measured: Any) -> None:
    """Python's numbers, NumPy's, and lists of them can be measured."""
    assert holds(measured, 3)


def test_arrays_of_jax_are_measured() -> None:
    """And so can JAX's, in single precision too, within float32's digits."""
    assert holds(jnp.asarray(3.0), 3)
    assert holds(jnp.asarray([0.1], jnp.float32), 0.1)
    assert not holds(jnp.asarray([0.1], jnp.float32), 0.1, rtol=1e-9)


# When they fail.


def test_a_failing_receipt_says_claim_measured_expected_and_source() -> None:
    """The error's text is the receipt's line, with a cross."""
    with pytest.raises(gd.ReceiptError) as caught:
        gd.receipt("The minimum is at 2", 2.5, 2, source="Nobody 2020")
    assert str(caught.value) == "✗ The minimum is at 2: measured 2.5, expected 2 (Nobody 2020)"


@given(number.filter(bool), st.floats(1.01e-6, 1e-3))
def test_a_failing_receipt_shows_the_difference(expected: float, off: float) -> None:
    """However small the miss, the measured text differs from the expected one."""
    with pytest.raises(gd.ReceiptError) as caught:
        gd.receipt("A claim", expected * (1 + off), expected)
    measured, wanted = re.findall(r"(?:measured|expected) ([^ ,]+)", str(caught.value))
    assert measured != wanted


def test_a_failing_receipt_shows_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    """A claim that does not hold is raised, not printed."""
    assert not holds(1, 2)
    assert capsys.readouterr().out == ""


def test_a_failing_receipt_is_an_assertion() -> None:
    """ReceiptError is an AssertionError: whoever catches those catches it."""
    assert issubclass(gd.ReceiptError, AssertionError)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("", 1, 1), ValueError, "claim is ''; expected a sentence"),
        (("  ", 1, 1), ValueError, "claim is '  '; expected a sentence"),
        ((None, 1, 1), ValueError, "claim is None; expected a sentence"),
        (("c", "a", 1), TypeError, "measured is 'a'; expected a real number or an array of them"),
        (("c", 1, "a"), TypeError, "expected is 'a'; expected a real number or an array of them"),
        (("c", 1j, 1), TypeError, "measured is 1j; expected a real number"),
        (("c", None, 1), TypeError, "measured is None; expected a real number"),
        (("c", [], 1), ValueError, "measured is [], which is empty; expected at least one number"),
        (("c", 1, []), ValueError, "expected is [], which is empty; expected at least one number"),
        (("c", [1, 2], [1]), ValueError, "measured has shape (2,) and expected has shape (1,); "),
        (("c", 1, [1]), ValueError, "measured has shape () and expected has shape (1,); expected"),
        (("c", [[1, 2]], [1, 2]), ValueError, "measured has shape (1, 2) and expected has shape"),
    ],
)
def test_what_is_no_claim_is_refused(arguments: Any, error: type[Exception], message: str) -> None:
    """An empty claim, values that are no numbers and shapes that do not fit are refused."""
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        gd.receipt(*arguments)


@pytest.mark.parametrize("name", ["rtol", "atol"])
@pytest.mark.parametrize("value", [-1e-3, math.nan, math.inf])
def test_a_tolerance_is_a_finite_number(name: str, value: float) -> None:
    """A tolerance that is negative, nan or infinite is refused: with it, anything might hold."""
    with pytest.raises(ValueError, match=rf"^{name} is {value}; expected a number >= 0$"):
        gd.receipt("A claim", 1, 1, **{name: value})


@pytest.mark.parametrize("relation", ["==", "≤", "", None, "approximately"])
def test_an_unknown_relation_is_refused(relation: Any) -> None:
    """The error lists the relations there are."""
    with pytest.raises(
        ValueError, match=rf"^relation is {relation!r}; expected one of =, <, <=, >"
    ):
        gd.receipt("A claim", 1, 1, relation=relation)


# What they show.


def make(measured: Any, expected: Any, relation: str = "=", **options: Any) -> Receipt:
    """Return a receipt without showing it."""
    values = {"rtol": 1e-6, "atol": 0.0, "source": "", **options}
    return Receipt("A claim", np.asarray(measured), np.asarray(expected), relation, **values)


def test_outside_a_notebook_the_line_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """In plain Python, a receipt that holds prints its line."""
    gd.receipt("  Two and two ", 2 + 2, 4, source="arithmetic")
    assert capsys.readouterr().out == "✓ Two and two: measured 4, expected 4 (arithmetic)\n"


def test_in_a_notebook_the_bundle_is_shown(notebook: Any) -> None:
    """In a notebook, it shows its parts as JSON under the book's media type, and its line."""
    gd.receipt("The bowl opens at 12.5", gd.surfaces.bowl([2.5, 2.5]), 12.5, source="definition")
    ((bundle, _),) = notebook
    assert bundle["text/plain"].startswith("✓ The bowl opens at 12.5")
    assert json.loads(json.dumps(bundle[RECEIPT])) == {
        "claim": "The bowl opens at 12.5",
        "measured": "12.5",
        "expected": "12.5",
        "source": "definition",
    }


@pytest.mark.parametrize(
    ("measured", "expected", "options", "texts"),
    [
        (math.pi, 3.1416, {"rtol": 1e-4}, ("3.142", "3.142")),
        (math.pi, math.pi, {"rtol": 1e-12}, ("3.14159265359", "3.14159265359")),
        (-1e-5, -1e-5, {}, ("−10⁻⁵", "−10⁻⁵")),
        (0.1234567, 0, {"atol": 1}, ("0.12", "0")),
        (2.220446e-16, 0, {"atol": 1e-9}, ("2.2×10⁻¹⁶", "0")),
        (3, 4, {"relation": "<"}, ("3", "<\N{NO-BREAK SPACE}4")),
        (3, 4, {"relation": "<="}, ("3", "≤\N{NO-BREAK SPACE}4")),
        (5, 4, {"relation": ">"}, ("5", ">\N{NO-BREAK SPACE}4")),
        (5, 4, {"relation": ">="}, ("5", "≥\N{NO-BREAK SPACE}4")),
        ([1.5, -2], [1.5, -2], {}, ("(1.5, −2)", "(1.5, −2)")),
        ([[1, 2], [3, 4]], [[1, 2], [3, 4]], {}, ("((1, 2), (3, 4))", "((1, 2), (3, 4))")),
        (np.arange(9.0), 9, {"relation": "<"}, ("9 values from 0 to 8", "<\N{NO-BREAK SPACE}9")),
        (np.full(9, 2.0), 2, {}, ("9 values, all 2", "2")),
        (1234567.0, 1234567.0, {"rtol": 1e-3}, ("1.23×10⁶", "1.23×10⁶")),
        (-6543.2, -6543.2, {"rtol": 1e-2}, ("−6540", "−6540")),
    ],
)
def test_values_are_shown_in_the_digits_that_were_checked(
    measured: Any, expected: Any, options: Any, texts: tuple[str, str]
) -> None:
    """A value has as many digits as the tolerance vouches for; many values show their range."""
    receipt = make(measured, expected, **options)
    assert receipt.holds
    assert (receipt.measured_text, receipt.expected_text) == texts


def read(text: str) -> float:
    """Return a number that is set as in print."""
    text = text.replace("−", "-")
    if "10" in text and text[-1] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
        digits, raised = re.fullmatch(r"(.*)10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text).groups()
        power = raised.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
        return float(
            (digits.rstrip("×") if digits not in ("", "-") else f"{digits}1") + f"e{power}"
        )
    return float(text)


@given(number.filter(bool), st.integers(3, 12))
def test_the_digits_shown_tell_what_the_tolerance_tells(value: float, digits: int) -> None:
    """Read back, the text of a value is within the receipt's tolerance of it."""
    receipt = make(value, value, rtol=10.0**-digits)
    shown = read(receipt.measured_text)
    assert shown == pytest.approx(value, rel=5 * 10.0**-digits)
