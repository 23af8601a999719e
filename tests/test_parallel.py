"""Batches shared out: the walk of one device, a part of each batch on every device.

The devices are cores by another name. They have to be asked for before JAX starts, so that the
walks run in processes of their own: one with four devices, and two, with two devices each, that
meet on this computer.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gdbook as gd

REPOSITORY = Path(__file__).parent.parent
GRADIENT = ["f64[3]", "f64[]", "f64[]"]  # with the loss, in the order of the alphabet


def started(*arguments: str) -> subprocess.Popen[str]:
    """Start a process that walks."""
    command = [sys.executable, "-m", "tests.parallel_walks", *arguments]
    return subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def answers(*processes: subprocess.Popen[str]) -> list[tuple[Any, str]]:
    """Return what each process said, and what it wrote on standard error."""
    try:
        said = [process.communicate(timeout=300) for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert not any(process.returncode for process in processes), said
    return [(json.loads(out.splitlines()[-1]), error) for out, error in said]


@pytest.fixture(scope="module")
def one() -> Any:
    """Return the facts of one process with four devices."""
    return answers(started("0", "1", "nowhere"))[0][0]


@pytest.fixture(scope="module")
def two() -> list[tuple[Any, str]]:
    """Return those of two processes with two devices each."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    return answers(started("0", "2", place), started("1", "2", place))


def assert_near(path: list[Any], other: list[Any]) -> None:
    """Compare the numbers of two paths, leaf by leaf, to rounding."""
    for leaf, wanted in zip(path, other, strict=True):
        np.testing.assert_allclose(leaf, wanted, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", ["all", "shuffled", "drawn", "data cut"])
def test_four_devices_walk_as_one(one: Any, name: str) -> None:
    """All examples, batches of either kind, and all options: the same path to rounding.

    Every device has the whole path, and criteria stop it at the same step.
    """
    assert one["devices"] == [4, 4]
    assert_near(one[name]["path"], one[name]["alone"]["path"])
    assert one[name]["whole"]
    assert one[name]["stopped"] == one[name]["alone"]["stopped"]
    assert (one[name]["stopped"] is not None) == (name == "shuffled")


@pytest.mark.parametrize("name", ["all", "drawn"])
def test_only_the_gradient_travels(one: Any, name: str) -> None:
    """A step's program sums one gradient and one loss across devices, and gathers nothing."""
    ((operation, shapes),) = one[name]["travels"]
    assert operation == "all-reduce"
    assert sorted(shapes) == GRADIENT


def test_each_device_computes_its_part(one: Any) -> None:
    """The program of a device has the rows of its part, and nowhere those of the batch."""
    assert {6} == {6, 24} & set(one["all"]["rows"])
    assert {2} == {2, 8} & set(one["drawn"]["rows"])


def test_data_that_were_cut_stay_cut(one: Any) -> None:
    """Then the rows of a batch travel, and never the data."""
    shapes = [shape for _, shapes in one["data cut"]["travels"] for shape in shapes]
    assert sorted(shapes) == sorted([*GRADIENT, "s32[8,1]", "s32[8,1]", "f64[8,3]", "f64[8]"])


def test_a_second_walk_compiles_no_loop(one: Any) -> None:
    """Nor do other data, another key or rate, or the devices in another list."""
    assert one["compiled"] == [1, 0]


@pytest.mark.parametrize("name", ["all", "shuffled"])
def test_two_processes_walk_as_one(one: Any, two: Any, name: str) -> None:
    """Each returns the whole path, that of one device: with its own half of the data, or all."""
    (first, _), (second, _) = two
    assert first["devices"] == second["devices"] == [2, 4]
    assert first[name] == second[name]
    assert first[name]["whole"]
    assert first[name]["stopped"] == one[name]["stopped"]
    assert_near(first[name]["path"], one[name]["alone"]["path"])


def test_between_processes_only_the_gradient_travels(two: Any) -> None:
    """What a step sends from one to the other is that of one machine."""
    ((operation, shapes),) = two[0][0]["all"]["travels"]
    assert operation == "all-reduce"
    assert sorted(shapes) == GRADIENT


def test_the_first_process_draws_the_bar(two: Any) -> None:
    """Two machines do not draw two bars."""
    (_, first), (_, second) = two
    assert "step 0  loss" in first
    assert "step" not in second


def test_processes_must_have_the_same(two: Any) -> None:
    """Where data or keys differ, all are told, instead of walking apart."""
    for said, _ in two:
        for name, refused in zip(("data", "key"), said["refused"], strict=True):
            assert refused.startswith(f"{name} is not the same in all processes; expected the same")


# What is refused.

RULE = gd.optimizers.gradient_descent(0.1)


def distance(w: jax.Array, x: jax.Array) -> jax.Array:
    """Return the mean squared distance of a number from examples."""
    return jnp.mean((w - x) ** 2)


def test_parts_are_equal(one: Any) -> None:
    """What four devices cannot share equally is refused by name."""
    data, batch = one["refused"]
    end = ", and there are 4 devices; expected a multiple of 4, an equal part for each"
    assert data == "the number of examples in data is 23" + end
    assert batch == "batch_size is 6" + end


@pytest.mark.parametrize("devices", [4, [None], "cpu"], ids=repr)
def test_devices_are_devices(devices: Any) -> None:
    """Not how many there are, nor their names."""
    with pytest.raises(TypeError, match=r"devices is .*; expected devices, such as jax\.devices"):
        gd.descend(distance, 0.0, RULE, 1, data=np.arange(6.0), devices=devices)


@pytest.mark.parametrize("count", [0, 2])
def test_devices_are_different(count: int) -> None:
    """There is one at least, and none is named twice."""
    devices = jax.devices()[:1] * count
    with pytest.raises(ValueError, match=r"devices is .*; expected at least one, and none of them"):
        gd.descend(distance, 0.0, RULE, 1, data=np.arange(6.0), devices=devices)


def test_without_data_there_is_nothing_to_share_out() -> None:
    """A surface has no examples."""
    with pytest.raises(
        ValueError, match=r"devices is .*, but data is None; expected data to share"
    ):
        gd.descend(gd.surfaces.bowl, [1.0, 1.0], RULE, 1, devices=jax.devices())
