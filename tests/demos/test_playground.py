"""The playground: its specification, and its kernels walked in Node as the page walks them."""

from __future__ import annotations

import json
from typing import Any

import pytest

import gdbook as gd
from gdbook.demos import racer, slider
from gdbook.display import PLAYGROUND
from tests.demos.plays import PLAYGROUND_WORDS, RULES, blobs, offer, small_playground

rules = gd.optimizers


def test_it_is_plain_data() -> None:
    """All that the page needs travels as JSON, modules beside it, a picture for elsewhere."""
    bundle = small_playground()._repr_mimebundle_()
    payload = json.loads(json.dumps(bundle[PLAYGROUND]))
    assert {*payload} == {"spec", "modules", "poster"}
    assert {*payload["modules"]} == {
        "rules", "data-0", *(f"network-{i}-{j}" for i in range(2) for j in range(2)),
    }  # fmt: skip
    spec = payload["spec"]
    assert spec["first"]["layers"] == 1
    assert spec["first"]["optimizer"] == 1
    assert spec["first"]["batch_size"] == 1
    assert [rule["state"] for rule in spec["optimizers"]] == [1, 3]
    assert spec["data"][0]["python"]["source"].startswith("def blobs")
    assert bundle["text/html"].startswith("<figure>")
    assert "[Playground: " in bundle["text/plain"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"layers": []}, "layers is empty"),
        ({"layers": [(0,)]}, "layers"),
        ({"activations": ["step"]}, "activations is 'step'"),
        ({"inits": ["ones"]}, "inits is 'ones'"),
        ({"optimizers": {"Adam": racer(rules.adam)}}, "optimizers\\['Adam'\\]"),
        ({"optimizers": {"Muon": racer(rules.muon, learning_rate=0.1)}}, "parameters together"),
        ({"datasets": {"clouds": (blobs, 2.0)}}, "noise 2.0"),
        ({"batch_sizes": (13,)}, "batch_sizes has 13"),
        ({"at_first": {"layers": (9,)}}, "at_first has layers=\\(9,\\)"),
        ({"at_first": {"speed": 1}}, "at_first has speed=1"),
    ],
)
def test_what_cannot_be_played_is_refused(changed: dict[str, Any], message: str) -> None:
    """Each refusal names the argument and its value."""
    with pytest.raises(ValueError, match=message):
        offer(**changed)
    with pytest.raises(ValueError, match="name is 'A b'"):
        gd.demos.playground(
            "A b", [()], ["tanh"], RULES, {}, slider(1, 2, 1), slider(1, 2, 1), **PLAYGROUND_WORDS
        )
