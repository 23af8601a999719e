"""Convolution: SciPy's correlation, channel by channel, and what shapes it takes."""

from __future__ import annotations

import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.signal

import gdbook as gd


@pytest.mark.parametrize("k", [1, 3])
def test_correlate_is_scipy_s(k: int) -> None:
    """Each output is the sum over channels of SciPy's 'same' correlation."""
    draw = np.random.default_rng(0)
    images, kernel = draw.normal(size=(2, 5, 6, 3)), draw.normal(size=(k, k, 3, 4))
    got = gd.models.correlate(jnp.asarray(images), jnp.asarray(kernel))
    for n, o in np.ndindex(2, 4):
        wanted = sum(
            scipy.signal.correlate(images[n, :, :, c], kernel[:, :, c, o], mode="same")
            for c in range(3)
        )
        np.testing.assert_allclose(got[n, :, :, o], wanted, rtol=1e-10, atol=1e-12)


def test_the_network_has_the_shapes_it_says() -> None:
    """Two halvings of 8 leave 2 by 2 places; scores are one for each class, and depend on all."""
    model = gd.models.convolutional(8, (1, 4, 6), 3)
    params = model.init(jax.random.key(0))
    assert [layer["W"].shape for layer in params["kernels"]] == [(3, 3, 1, 4), (3, 3, 4, 6)]
    assert params["scores"]["W"].shape == (24, 3)
    images = jnp.asarray(np.random.default_rng(0).normal(size=(2, 8, 8, 1)))
    assert model.apply(params, images).shape == (2, 3)
    seen = jax.jacobian(lambda x: model.apply(params, x)[0].sum())(images)
    assert (np.asarray(seen[0]) != 0).mean() > 0.9
    assert not seen[1].any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"side": 6, "channels": (1, 2, 3)}, "side is 6; expected a multiple of 4, to halve it"),
        ({"side": 8, "channels": (1,)}, "channels is (1,); expected two or more"),
        ({"side": 8, "kernel": 2}, "kernel is 2; expected an odd number"),
        ({"side": 8, "classes": 0}, "classes is 0; expected an integer >= 1"),
        ({"side": 8, "init": "x"}, "init is 'x'; expected one of he, lecun, xavier, zeros"),
    ],
)
def test_convolutional_refuses_what_does_not_fit(arguments: Any, message: str) -> None:
    """A size or name that does not fit is named, shown, and told what was expected."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        gd.models.convolutional(**arguments)
