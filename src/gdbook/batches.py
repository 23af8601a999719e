"""Which examples a step looks at: all, or a few, shuffled in each epoch or drawn anew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax.sharding import NamedSharding

from gdbook import checks


@partial(
    jax.tree_util.register_dataclass,
    data_fields=["data", "key"],
    meta_fields=["batch_size", "replace", "spread"],
)
@dataclass(frozen=True)
class Batches:
    """Where a step's examples come from.

    Attributes:
        data: a pytree of arrays with one leading axis of examples, or None: then the loss gets
            parameters alone.
        key: the random key that decides the order, or None: then every step sees all examples.
        batch_size: how many examples a step sees, or None: all.
        replace: whether each example is drawn from all, whatever was drawn before.
        spread: how a batch lies on several devices, or None.
    """

    data: Any = None
    key: jax.Array | None = None
    batch_size: int | None = None
    replace: bool = False
    spread: NamedSharding | None = None

    @property
    def count(self) -> int:
        """The number of examples."""
        return int(jax.tree.leaves(self.data)[0].shape[0])

    def first_order(self) -> jax.Array | None:
        """Return the order that :meth:`at` carries along, before the first step."""
        shuffles = self.batch_size is not None and not self.replace
        return jnp.arange(self.count) if shuffles else None

    def at(self, step: jax.Array, order: Any) -> tuple[Any, tuple[Any, ...]]:
        """Return the order of the examples in this step's epoch, and what the loss gets to see."""
        if self.data is None:
            return order, ()
        if self.batch_size is None:
            return order, (self._parts(self.data),)
        if self.replace:
            return order, self._rows(self._drawn(step))
        per_epoch = self.count // self.batch_size
        epoch, place = step // per_epoch, step % per_epoch

        def shuffled(_: Any) -> jax.Array:
            assert self.key is not None  # checked_batches saw to it
            return jax.random.permutation(jax.random.fold_in(self.key, epoch), self.count)

        order = jax.lax.cond(place == 0, shuffled, lambda order: order, order)
        chosen = jax.lax.dynamic_slice_in_dim(order, place * self.batch_size, self.batch_size)
        return order, self._rows(chosen)

    def _drawn(self, step: jax.Array) -> jax.Array:
        assert self.key is not None  # checked_batches saw to it
        assert self.batch_size is not None
        key = jax.random.fold_in(self.key, step)
        return jax.random.randint(key, (self.batch_size,), 0, self.count)

    def _rows(self, chosen: jax.Array) -> tuple[Any]:
        return (self._parts(jax.tree.map(lambda leaf: leaf[chosen], self.data)),)

    def _parts(self, batch: Any) -> Any:
        """Return a batch that is cut, a part on each device, if there are several."""
        return batch if self.spread is None else constrained(batch, self.spread)

    def example(self) -> tuple[Any, ...]:
        """Return the shapes and dtypes of the loss's further arguments; computes nothing."""
        if self.data is None:
            return ()
        batch: tuple[Any, ...] = jax.eval_shape(lambda t: self.at(t, self.first_order())[1], 0)
        return batch


def constrained(tree: Any, sharding: NamedSharding) -> Any:
    """Return arrays of a compiled program, with where they lie settled."""
    return jax.lax.with_sharding_constraint(tree, sharding)  # type: ignore[no-untyped-call]


def checked_batches(data: Any, batch_size: Any, key: Any, replace: Any = False) -> Batches:
    """Return the batches that these arguments of ``descend`` ask for.

    Raises:
        TypeError: if the data is not made of arrays, ``batch_size`` is not an integer, or ``key``
            is not a key.
        ValueError: if the data, the batch size, the key and the drawing do not fit together.
    """
    checks.flag("replace", replace)
    if data is None:
        if batch_size is not None or key is not None:
            raise ValueError(
                f"batch_size is {batch_size!r} and key is {key!r}, but data is None; "
                f"expected data to take batches from"
            )
        return Batches()
    data = examples("data", data)
    count = int(jax.tree.leaves(data)[0].shape[0])
    if batch_size is None:
        if key is not None or replace:
            raise ValueError(
                f"batch_size is None, but key is {key!r} and replace is {replace!r}; "
                f"expected a batch_size to draw, or neither"
            )
        return Batches(data)
    batch_size = checks.count("batch_size", batch_size)
    if batch_size > count:
        raise ValueError(
            f"batch_size is {batch_size}, but data has {count} examples; expected 1 to {count}"
        )
    if key is None:
        raise ValueError("key is None; expected a key such as jax.random.key(0) with batch_size")
    try:
        jax.eval_shape(jax.random.fold_in, key, 0)
    except (TypeError, ValueError):
        raise TypeError(f"key is {key!r}; expected one key such as jax.random.key(0)") from None
    return Batches(data, key, batch_size, replace)


def examples(name: str, data: Any) -> Any:
    """Return data as arrays with one leading axis of examples.

    Raises:
        TypeError: if a leaf is not an array.
        ValueError: if the leaves do not have one number of examples, at least 1.
    """
    for path, leaf in jax.tree_util.tree_leaves_with_path(data):
        if checks.dtype_of(leaf) is None:
            place = name + jax.tree_util.keystr(path)
            raise TypeError(f"{place} is {leaf!r}; expected an array of examples")
    data = jax.tree.map(jnp.asarray, data)
    shapes = [leaf.shape for leaf in jax.tree.leaves(data)]
    lengths = {shape[0] if shape else 0 for shape in shapes}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(
            f"{name} has leaves of shapes {shapes}; expected a leading axis of examples, "
            f"of one length >= 1 in all"
        )
    return data
