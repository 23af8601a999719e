"""The device: what JAX finds in a fresh process, in words for the reader."""

from __future__ import annotations

import os

import jax
import pytest

from gdbook.book import device
from gdbook.book.device import Device, find_device


def test_the_device_is_the_one_that_jax_finds() -> None:
    """What a fresh process reports is what this one, with the same settings, has."""
    found = jax.devices()[0]
    here = (found.platform, found.device_kind, len(jax.devices()), jax.__version__)
    assert find_device() == here
    assert device._ask_jax() == here


@pytest.mark.parametrize("setting", ["XLA_FLAGS", "JAX_NUM_CPU_DEVICES"])
def test_settings_are_heeded(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a setting may give JAX more devices, JAX is asked."""
    value = {"XLA_FLAGS": "--xla_force_host_platform_device_count=3", "JAX_NUM_CPU_DEVICES": "3"}
    monkeypatch.setenv(setting, value[setting])
    assert find_device().number == 3


def test_where_jax_cannot_start_its_last_word_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure is one line: that JAX could not be started, and why."""
    monkeypatch.setenv("JAX_PLATFORMS", "gpu")
    monkeypatch.setattr(device, "_QUESTION", "raise OSError('no driver')")
    with pytest.raises(RuntimeError, match=r"^JAX could not be started: OSError: no driver$"):
        find_device()


def test_a_silent_failure_is_reported_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is one that leaves no message."""
    monkeypatch.setenv("JAX_PLATFORMS", "gpu")
    monkeypatch.setattr(device, "_QUESTION", "raise SystemExit(3)")
    with pytest.raises(RuntimeError, match=r"^JAX could not be started: no message$"):
        find_device()


@pytest.mark.parametrize(
    ("platform", "kind", "count", "words"),
    [
        ("gpu", "NVIDIA H200", 1, "NVIDIA H200"),
        ("gpu", "NVIDIA H200", 8, "8 × NVIDIA H200"),
        ("tpu", "TPU v5e", 4, "4 × TPU v5e"),
    ],
)
def test_an_accelerator_is_named(platform: str, kind: str, count: int, words: str) -> None:
    """An accelerator goes by its maker's name, with how many there are."""
    assert str(Device(platform, kind, count, "0.0")) == words


@pytest.mark.parametrize(
    ("cores", "words"), [(1, "1 CPU core"), (2, "2 CPU cores"), (None, "1 CPU core")]
)
def test_a_processor_is_counted_in_cores(
    cores: int | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A CPU has no name worth printing: the number of its cores says more."""
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert str(Device("cpu", "cpu", 1, "0.0")) == words
