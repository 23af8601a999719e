"""Data parallelism: every device has the parameters, and computes a part of each batch.

Only where arrays lie is said here. The compiler sees that a mean is over examples on several
devices, and puts in the sum across them: of the gradient, at each step.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

from gdbook.batches import Batches, constrained

AXIS = "examples"


def shared(batches: Batches, devices: Any) -> Batches:
    """Return batches of which each device computes an equal part.

    All the data are cut, a part for each device; data to draw from are copied to each, so that
    the examples of a step need not travel. Data that lie on all these devices already stay.

    Raises:
        TypeError: if ``devices`` is not a sequence of devices.
        ValueError: if there is none, one twice, or no equal part for each, or if several
            processes hand in different data.
    """
    spread = _spread(devices)
    if batches.data is None:
        raise ValueError(f"devices is {devices!r}, but data is None; expected data to share out")
    name, size = "batch_size", batches.batch_size
    if size is None:
        name, size = "the number of examples in data", batches.count
    if size % spread.num_devices:
        raise ValueError(
            f"{name} is {size}, and there are {spread.num_devices} devices; expected a multiple "
            f"of {spread.num_devices}, an equal part for each"
        )
    data = placed("data", batches.data, spread if batches.batch_size is None else copies(spread))
    key = everywhere("key", batches.key, spread)
    return replace(batches, data=data, key=key, spread=spread)


def joined(task: Any, params: Any) -> tuple[Any, Any]:
    """Return a task and its start with all they hold on the devices that share its batches.

    Validation data are cut too where that gives equal parts, and copied otherwise.
    """
    spread = task.batches.spread
    seen = task.validation
    if seen is not None:
        equal = jax.tree.leaves(seen)[0].shape[0] % spread.num_devices == 0
        seen = placed("validation", seen, spread if equal else copies(spread))
    rest = task._replace(batches=None, validation=None)
    rest = everywhere("what the loss, the optimizer or an option holds", rest, spread)
    rest = rest._replace(batches=task.batches, validation=seen)
    return rest, everywhere("params", params, spread)


def everywhere(name: str, tree: Any, spread: NamedSharding) -> Any:
    """Return a pytree with its arrays and keys copied to each device, numbers as they are."""

    def copy(leaf: Any) -> Any:
        if not hasattr(leaf, "dtype"):
            return leaf
        if not jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
            return _put(name, leaf, copies(spread))
        words = copy(jax.random.key_data(leaf))  # keys cannot be put on other processes' devices
        return jax.random.wrap_key_data(words, impl=jax.random.key_impl(leaf))

    return jax.tree.map(copy, tree)


def placed(name: str, tree: Any, sharding: NamedSharding) -> Any:
    """Return arrays that lie where they should, or already did on all these devices."""

    def place(leaf: Any) -> Any:
        known = sharding.num_devices > 1 and not isinstance(leaf, jax.core.Tracer)
        there = known and leaf.sharding.device_set == sharding.device_set
        return leaf if there else _put(name, leaf, sharding)

    return jax.tree.map(place, tree)


def _put(name: str, leaf: Any, sharding: NamedSharding) -> Any:
    try:
        return jax.device_put(leaf, sharding)
    except AssertionError:  # JAX compares what several processes hand in
        raise ValueError(
            f"{name} is not the same in all processes; expected the same in each, "
            f"or arrays that lie on the devices of all"
        ) from None


def copies(spread: NamedSharding) -> NamedSharding:
    """Return where an array lies of which each device has a copy."""
    return NamedSharding(spread.mesh, PartitionSpec())  # type: ignore[no-untyped-call]


def whole(tree: Any, spread: NamedSharding | None) -> Any:
    """Return arrays of the loop of which each device keeps a copy, if batches are shared."""
    return tree if spread is None else constrained(tree, copies(spread))


def _spread(devices: Any) -> NamedSharding:
    """Return how examples lie: along their first axis, a part on each device."""
    try:
        listed = list(devices)
    except TypeError:
        listed = [None]
    if not all(isinstance(device, jax.Device) for device in listed):
        raise TypeError(f"devices is {devices!r}; expected devices, such as jax.devices()")
    if not listed or len(set(listed)) != len(listed):
        raise ValueError(f"devices is {devices!r}; expected at least one, and none of them twice")
    mesh = Mesh(listed, (AXIS,), axis_types=(AxisType.Auto,))
    return NamedSharding(mesh, PartitionSpec(AXIS))  # type: ignore[no-untyped-call]
