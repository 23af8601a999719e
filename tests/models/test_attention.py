"""Attention: causal, and the formula of its paper."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd
from gdbook.models.attention import _heads

MODEL = gd.models.attention(7, 6, width=8, heads=2, layers=2)
PARAMS = MODEL.init(jax.random.key(0))
apply = jax.jit(MODEL.apply)


def test_later_characters_change_nothing_before_them() -> None:
    """Changing character j leaves the scores before j as they are, and changes those from j on."""
    text = jnp.array([[1, 2, 3, 4, 5, 6]])
    plain = apply(PARAMS, text)
    for j in range(6):
        other = apply(PARAMS, text.at[0, j].set(0))
        np.testing.assert_array_equal(other[0, :j], plain[0, :j])
        assert (jnp.abs(other[0, j:] - plain[0, j:]).max(axis=-1) > 1e-6).all()


def test_heads_are_the_paper_s() -> None:
    """softmax(Q Kᵀ / √d) V over the places so far, head by head, in NumPy."""
    read = np.random.default_rng(0).normal(size=(5, 3 * 4))
    q, k, v = (read[:, 4 * i : 4 * i + 4].reshape(5, 2, 2) for i in range(3))
    wanted = np.zeros((5, 2, 2))
    for i, h in np.ndindex(5, 2):
        scores = k[: i + 1, h] @ q[i, h] / np.sqrt(2)
        share = np.exp(scores) / np.exp(scores).sum()
        wanted[i, h] = share @ v[: i + 1, h]
    got = _heads(jnp.asarray(read), 2)
    np.testing.assert_allclose(got, wanted.reshape(5, 4), rtol=1e-12)


def test_short_texts_and_many_at_once_are_scored_alike() -> None:
    """A shorter text is the beginning of a longer one's scores, and batches are row by row."""
    texts = jnp.array([[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]])
    both = apply(PARAMS, texts)
    assert both.shape == (2, 6, 7)
    np.testing.assert_allclose(MODEL.apply(PARAMS, texts[1, :3]), both[1, :3], atol=1e-5)


def test_width_must_divide_by_heads() -> None:
    """The error names width, its value and the number of heads."""
    with pytest.raises(ValueError, match=r"^width is 9; expected a multiple of heads, which is 2$"):
        gd.models.attention(7, 6, width=9)
