"""Errors: a refusal is told from a bug, and names the user's own line."""

from __future__ import annotations

from types import SimpleNamespace

from gdbook.live import errors


def equation(*files: str) -> SimpleNamespace:
    """Return what an equation looks like to the complaint: a primitive, and where it is from."""
    frames = [SimpleNamespace(file_name=name, line_num=7) for name in files]
    info = SimpleNamespace(traceback=SimpleNamespace(frames=frames))
    return SimpleNamespace(primitive=SimpleNamespace(name="fft"), source_info=info)


def test_the_first_line_that_is_not_jax_s_is_named() -> None:
    """Frames of JAX and of this package are passed over."""
    eqn = equation(
        "/lib/jax/_src/fft.py", str(errors.HERE / "emit.py"), "/home/me/model.py", "/x/y.py"
    )
    assert str(errors.complaint("loss", eqn, "because")) == (
        "'fft' in loss (model.py:7) cannot be emitted: because"
    )


def test_without_a_recorded_line_none_is_named() -> None:
    """Where JAX kept no traceback, the complaint does without."""
    assert errors.where(SimpleNamespace()) == ""
    assert errors.where(equation("/lib/jax/core.py")) == ""


def test_it_is_a_not_implemented_error() -> None:
    """Callers may catch it as what it is."""
    assert issubclass(errors.EmitError, NotImplementedError)
