"""The sandbox: plain data, and formulas that the page reads as JAX does."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.book.bundle import WEB, install_packages, node_path
from gdbook.demos import Demo, example, poster, sandbox, slider
from gdbook.demos.formula import formula
from tests.live.node import node_binary, run

rules = gd.optimizers
RATE = slider(0.001, 2, 0.05)
WORDS = {"title": "A box", "description": "Balls stand on the wall of a bowl."}
BOWL = example("x^2 + y^2", ((-3, 3), (-3, 3)), (2.5, 2.5))
RACERS = {
    "SGD": rules.gradient_descent,
    "Momentum": gd.demos.racer(rules.momentum, learning_rate=0.01),
    "RMSProp": rules.rmsprop,
    "Adam": gd.demos.racer(rules.adam, learning_rate=0.3, b1=0.8),
}

FORMULAS = [
    "x^2 + y^2", "(1 - x)^2 + 10 (y - x^2)^2", "-x^2", "(-x)^2", "-x^-2", "2^-x", "2^x^2 / 10",
    "x^y", "x^y^x", "(x + y)^1.5", "(x + y)^(1/3)", "x^3 - 3 x y^2", "x^-1", "x^0.5", "x^1",
    "x^0 + y", "x^20", "x^70", "x / y", "1 / (1 + x^2)", "x / (y / (x + 1))", "x / y / 3",
    "(x / (1 + y)) / (y / (2 + x))", "1 / (1 + 1 / (1 + x y))", "1 - 2 - x", "1 - (2 - x)",
    "x - (y - (x - y^2))", "-(x - y) (x + y)", "--x", "-+-y^3", "3 - -x", "2x * -y", "(2 - x)^-3",
    "exp(x)", "exp(-x^2 - y^2)", "exp(exp(x / 3))", "e^(x y)", "log(x)", "ln(x + y^2)",
    "log(log(5 + x))", "log10(1 + x^2 y^2)", "sqrt(x)", "sqrt(x^2 + y^2)", "sqrt(1 + sqrt(x y))",
    "sin(x) cos(y)", "sin(x y)^2", "sin(cos(x + 2y))", "tan(x / 2)", "tan(x y / 4)^2",
    "asin(x / 3)", "acos(x y / 9)", "atan(x - y)", "sinh(x) / cosh(y)", "tanh(x - y)",
    "tanh(x)^2", "asinh(x y)", "acosh(1 + x^2)", "atanh(x / 4)", "abs(x) + 3 abs(y)",
    "abs(x - 2y)", "abs(x - 2y)^3", "abs(sin(x y)) x", "x abs(x y - 1)", "sqrt(abs(x - 3))",
    "pi x + tau y", "1e-3 x^2 + 1.5E2 y", ".5x + 5.y", "20 + x^2 + y^2 - 10 cos(2 pi x)",
    "(x^2 + y - 11)^2 + (x + y^2 - 7)^2", "1 - exp(-0.5 (x^2 + y^2))", "x * y * x * y * x",
    "(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2", "0 x + y", "x - x + y",
    "20 + e - 20 exp(-0.2 sqrt(0.5 (x^2 + y^2))) - exp(0.5 (cos(2 pi x) + cos(2 pi y)))",
    "log(1 + exp(-x y)) + 0.01 (x^2 + y^2)", "(x y)^2 (x + y)^-1", "((((x))))", "y + 0.3",
]  # fmt: skip
PLACES = [(0.7, 1.3), (1.9, 0.4), (1.1, 2.6)]

REFUSED = {
    "": "Type a formula",
    "x +": "Unexpected end of expression",
    "x ^ ": "Unexpected end of expression",
    "(x + y": "Parenthesis ) expected",
    "x)": "Unexpected operator )",
    "x + z": "“z” is not known",
    "sin x": "wants parentheses: sin(x)",
    "x (1 + y)": "is a number, not a function",
    "foo(x)": "function “foo” is not known",
    "log(x, 2)": "takes one number, and here it has 2",
    "max(x, y)": "jumps or corners",
    "floor(x)": "jumps or corners",
    "factorial(170) x": "no derivative",
    "x!": "whole numbers only",
    "99999999! x": "whole numbers only",
    "x % 2": "jumps",
    "x < y": "not among the operators",
    "x to y": "not among the operators",
    "x > 0 ? x : y": "a condition",
    "x = 3": "an assignment",
    "f(x) = x": "a definition",
    "x; y": "several expressions",
    "[x, y]": "a list",
    "{a: x}": "an object",
    "x[1]": "an index",
    "x.constructor": "an index",
    "1:x": "a range",
    '"x"': "no finite number",
    "true x": "no finite number",
    "NaN x": "no finite number",
    "1e999 x": "no finite number",
    "9^9^9^9 x": "no finite number",
    "x / 0": "",
    "log(0) x": "no finite number",
    "sqrt(-1) x": "no finite number",
    "3": "level ground",
    "pi": "level ground",
    "i x": "“i” is not known",
    "constructor": "“constructor” is not known",
    "__proto__": "“__proto__” is not known",
    "constructor(x)": "is not known",
    "toString(x)": "is not known",
    "hasOwnProperty(x)": "is not known",
    "import(x)": "is not known",
    "eval(x)": "is not known",
    "x + " * 100 + "x": "longer than 300 characters",
    "(" * 60 + "x" + ")" * 60: "nested more than 40 deep",
    "x*" * 140 + "x": "too long to be walked on",
    "x^" * 140 + "x": "too long to be walked on",
    "^".join("x" * 60): "too long to be walked on",
}  # fmt: skip


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the poster."""
    monkeypatch.setattr(poster, "draw", lambda *_: None)


@cache
def box() -> Demo:
    """Return a sandbox of two formulas."""
    kink = example("abs(x) + 3 abs(y)", ((-3, 3), (-2, 2)), (2.5, 1), rates={"Adam": 0.1})
    return sandbox(
        "box", {"A bowl": BOWL, "A kink": kink}, RACERS, RATE, steps=80,
        settings={"momentum": slider(0, 0.99, 0.9, log=False)}, **WORDS,
    )  # fmt: skip


def test_a_sandbox_is_plain_data() -> None:
    """The specification survives JSON, and has the menu's formulas with all that goes with them."""
    spec = box().spec
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert spec["sandbox"][1] == {
        "name": "A kink", "expression": "abs(x) + 3 abs(y)", "domain": [[-3, 3], [-2, 2]],
        "start": [2.5, 1], "rates": {"Adam": 0.1},
    }  # fmt: skip
    assert spec["scenes"][0]["start"] == [2.5, 2.5]
    assert spec["scenes"][0]["minima"] == []
    assert {*box().kernels} == {f"{kind}{j}" for kind in ("start0_", "update") for j in range(4)}


@pytest.mark.parametrize("place", range(4))
def test_updates_are_those_of_descend(place: int) -> None:
    """Handed a formula's gradient, forty of a rule's updates walk where ``descend`` does."""
    spec, kernels = box().spec, box().kernels
    runner = spec["runners"][place]
    values = {control["name"]: control["value"] for control in spec["sliders"]}
    if runner["learning_rate"] is not None:
        values["learning_rate"] = runner["learning_rate"]
    numbers = [values[name] for name in runner["settings"]]
    made = {name: values[name] for name in runner["settings"]} | runner["python"]["fixed"]
    rule = getattr(rules, runner["python"]["rule"].rpartition(".")[2])(**made)
    height = formula("(1 - x)^2 + 3 (y - x^2)^2")
    slope = jax.jit(jax.grad(height))
    carried = np.concatenate([[1.4, 1.2], run(kernels[f"start0_{place}"], [1.4, 1.2, *numbers])[0]])
    places = [carried[:2]]
    for _ in range(40):
        row = np.concatenate([carried, numbers, slope(carried[:2])])
        carried = run(kernels[f"update{place}"], row)[0]
        places.append(carried[:2])
    path = gd.descend(height, [1.4, 1.2], rule, 40)
    np.testing.assert_allclose(places, path.params, rtol=1e-9, atol=1e-9)


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"examples": {}}, ValueError, "at least one formula"),
        ({"racers": {"L-BFGS": rules.lbfgs}}, TypeError, "expected"),
        ({"racers": {"SAM": lambda learning_rate: None}}, TypeError, "named constructor"),
        ({"examples": {"one": example("x", ((0, 1), (0, 1)), (0, 0), rates={"SGD": 1})}},
         ValueError, "a learning rate of their own"),
    ],
)  # fmt: skip
def test_it_refuses_what_it_cannot_play(changed: Any, error: Any, words: str) -> None:
    """No formula, a rule that asks for more than the gradient, a rate that nobody has."""
    given: dict[str, Any] = {"examples": {"A bowl": BOWL}, "racers": {"SGD": RACERS["SGD"]}}
    with pytest.raises(error, match=words):
        sandbox("box", **{**given, **changed}, learning_rate=RATE, **WORDS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("x +", ((0, 1), (0, 1)), (0, 0)), "expression is"),
        (("x", ((1, 1), (0, 1)), (0, 0)), "low < high"),
        (("x", ((0, 1), (0, float("inf"))), (0, 0)), "domain"),
        (("x", ((0, 1), (0, 1)), (0, float("nan"))), "start"),
    ],
)
def test_an_example_is_checked(arguments: Any, words: str) -> None:
    """A formula that cannot be read, an empty window, a start that is nowhere."""
    with pytest.raises(ValueError, match=words):
        example(*arguments)


# --- the page's own reading of formulas --------------------------------------------------------

PROGRAM = """
import { read } from "./formula.mjs";
import { readFileSync } from "node:fs";
const { texts, places } = JSON.parse(readFileSync(0, "utf8"));
const output = new Float64Array(6);
console.log(JSON.stringify(texts.map((text) => {
  const found = read(text);
  if ("words" in found) return found;
  const rows = places.map(([x, y]) => {
    found.facts.run(x, y, output);
    return Array.from(output, String);
  });
  return { python: found.python, slopes: found.slopes, rows };
})));
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return what reads formulas as the page does: its own source, bundled for Node."""
    folder = tmp_path_factory.mktemp("formula")
    install_packages(WEB)
    source = str(WEB / "sandbox" / "formula.ts")
    command = [
        "npx",
        "esbuild",
        source,
        "--bundle",
        "--format=esm",
        f"--outfile={folder}/formula.mjs",
    ]
    subprocess.run(command, cwd=WEB, env=node_path(), check=True, capture_output=True)
    (folder / "program.mjs").write_text(PROGRAM, encoding="utf-8")

    def reader(texts: list[str], places: Any = PLACES) -> Any:
        done = subprocess.run(
            [str(node_binary()), str(folder / "program.mjs")], text=True, check=True,
            input=json.dumps({"texts": texts, "places": places}), capture_output=True, timeout=120,
        )  # fmt: skip
        return json.loads(done.stdout)

    return reader


@pytest.fixture(scope="module")
def understood(read: Any) -> Any:
    """Return all formulas as the page understands them."""
    return dict(zip(FORMULAS, read(FORMULAS), strict=True))


def facts(height: Any, places: Any) -> np.ndarray:
    """Return by JAX value, slopes and curvatures at some places."""

    def at(place: Any) -> Any:
        hessian = jax.hessian(height)(place)
        entries = (hessian[0, 0], hessian[0, 1], hessian[1, 1])
        return jnp.array([height(place), *jax.grad(height)(place), *entries])

    return np.array(jax.jit(lambda places: jnp.stack([at(p) for p in places]))(jnp.array(places)))


@pytest.mark.parametrize("text", FORMULAS)
def test_the_page_differentiates_as_jax_does(understood: Any, text: str) -> None:
    """Value, slopes and curvatures of a formula agree with JAX to 1e-12."""
    found = understood[text]
    assert "rows" in found, found
    got = np.array(found["rows"], float)
    height = formula(text) if _readable(text) else _python(found["python"])
    wanted = facts(height, PLACES)
    scale = 1 + np.abs(wanted).max(axis=1, keepdims=True)
    np.testing.assert_allclose(got / scale, wanted / scale, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("text", FORMULAS)
def test_the_python_of_a_formula_is_that_formula(understood: Any, text: str) -> None:
    """What is copied as Python gives the heights that the page has."""
    found = understood[text]
    height = _python(found["python"])
    got = [float(height(jnp.array(place))) for place in PLACES]
    np.testing.assert_allclose(got, np.array(found["rows"], float)[:, 0], rtol=1e-13)


def _readable(text: str) -> bool:
    try:
        formula(text)
    except ValueError:
        return False
    return True


def _python(text: str) -> Any:
    home: dict[str, Any] = {"jnp": jnp}
    exec(f"def f(params):\n    x, y = params\n    return {text}", home)
    return home["f"]


@pytest.mark.parametrize(
    ("text", "same"),
    [("x²+y³", "x^2 + y^3"), ("2·x×y−1", "2 x y - 1"), ("x**2", "x^2"), ("π x", "pi x"),
     ("ln(x)", "log(x)"), ("arctan(x)", "atan(x)"), ("1/2x", "0.5 x"), ("x/2y", "x / (2 y)"),
     ("x ÷ y", "x / y"), ("x # a remark", "x")],
)  # fmt: skip
def test_it_reads_what_is_pasted(read: Any, text: str, same: str) -> None:
    """Signs as they are printed, and other people's names of functions."""
    got, wanted = read([text, same])
    assert got["rows"] == wanted["rows"]


def test_it_refuses_in_words(read: Any) -> None:
    """What cannot be walked on is refused with its reason, at once, and nothing of it is run."""
    texts = list(REFUSED)
    for text, found in zip(texts, read(texts), strict=True):
        if text == "x / 0":
            assert found["rows"][0][0] == "Infinity"
            continue
        assert REFUSED[text] in found.get("words", "understood"), text


@pytest.mark.parametrize(
    ("text", "part"),
    [("x + z y", "z"), ("zx + z", "zx"), ("2 + foo (x)", "foo"), ("x + y!", "!"),
     ("x^2 + [1]", "["), ("x² + π z", "z"), ("max(x, y)", "max"),
     ("x + 1 = y", "="), ("x $ y", "$")],
)  # fmt: skip
def test_it_shows_where(read: Any, text: str, part: str) -> None:
    """A refusal points at the characters that it is about, in the text as it was typed."""
    found = read([text])[0]
    assert text[found["from"] : found["to"]] == part


def test_slopes_are_written_as_one_would(read: Any) -> None:
    """The formulas of the slopes are short, and formulas themselves."""
    bowl, valley = read(["x^2 + 3 y^2", "(1 - x)^2 + 10 (y - x^2)^2"])
    assert bowl["slopes"] == ["2 * x", "6 * y"]
    slope, again = read([valley["slopes"][0], valley["slopes"][1]])
    np.testing.assert_allclose(
        [[float(slope["rows"][k][0]), float(again["rows"][k][0])] for k in range(3)],
        [[float(row[1]), float(row[2])] for row in valley["rows"]], rtol=1e-14,
    )  # fmt: skip


def test_nothing_of_the_bundle_evaluates_text(tmp_path: Path) -> None:
    """The page's policy forbids scripts made of strings, and the library asks for none."""
    install_packages(WEB)
    out = tmp_path / "formula.js"
    command = [
        "npx",
        "esbuild",
        str(WEB / "sandbox" / "formula.ts"),
        "--bundle",
        f"--outfile={out}",
    ]
    subprocess.run(command, cwd=WEB, env=node_path(), check=True, capture_output=True)
    text = out.read_text(encoding="utf-8")
    assert "new Function(" not in text
    assert " eval(" not in text
