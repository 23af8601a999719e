"""Walks whose batches are shared out, in a process that tells JAX of its devices first.

Called with a process's number, how many there are, and where they meet. Prints, as JSON, what
``tests/test_parallel.py`` makes statements about.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import gdbook as gd
from gdbook import loop

DEVICES = 4
STEPS = 12
DRAW = np.random.default_rng(0)
INPUTS = DRAW.normal(size=(24, 3))
DATA = INPUTS, INPUTS @ [1.0, -2.0, 0.5] + DRAW.normal(size=24)
START = {"weights": np.zeros(3), "bias": 0.5}
TRAVELS = re.compile(r" = (.*) (all-reduce|all-gather|all-to-all|collective-permute)(-start)?\(")


def squares(params: Any, batch: Any) -> jax.Array:
    """Return the mean squared error of a line."""
    inputs, targets = batch
    return jnp.mean((inputs @ params["weights"] + params["bias"] - targets) ** 2)


def walks(cut: jax.sharding.NamedSharding) -> dict[str, dict[str, Any]]:
    """Return the options of ``descend`` for each walk."""
    few = {"batch_size": 8, "key": jax.random.key(3)}
    seven = jax.tree.map(lambda leaf: leaf[:7], DATA)
    return {
        "all": {},
        "shuffled": few
        | {"validation": DATA, "validate_every": 5, "stop": gd.stop(loss=1.0), "progress": True},
        "drawn": few
        | {"replace": True, "record": lambda grads, loss: (grads, loss), "validation": seven},
        "data cut": few | {"data": jax.device_put(DATA, cut)},
    }


def walk(**options: Any) -> Any:
    """Walk, by a rule with a state."""
    options = {"data": DATA} | options
    return gd.descend(squares, START, gd.optimizers.momentum(0.05), STEPS, **options)


def program_of(**options: Any) -> tuple[Any, str]:
    """Walk, and return with the path the text of the compiled loop."""
    scan: Any = loop._scan
    texts = []

    def kept(task: Any, params: Any, *static: Any) -> Any:
        program = scan.lower(task, params, *static).compile()
        texts.append(program.as_text())
        return program(task, params)

    loop._scan = kept
    try:
        path = walk(**options)
        return path, texts[0]
    finally:
        loop._scan = scan


def facts(path: Any, program: str = "") -> dict[str, Any]:
    """Return a path's numbers, whether all devices have them, and facts of its program.

    Those are what it sends between devices, and how many rows of the inputs it ever looks at.
    """
    leaves = [np.asarray(leaf).tolist() for leaf in jax.tree.leaves(path)]
    whole = [leaf.sharding.is_fully_replicated for leaf in jax.tree.leaves(path)]
    said = {"path": leaves, "whole": all(whole), "stopped": path.stopped_at}
    rows = sorted({int(count) for count in re.findall(r"f64\[(\d+),3\]", program)})
    return said | {"travels": travels(program), "rows": rows}


def travels(program: str) -> list[tuple[str, list[str]]]:
    """Return which operations between devices a compiled program has, and of which arrays."""
    found = TRAVELS.findall(program)
    return [(name, re.findall(r"\w+\[[\d,]*\]", shapes)) for shapes, name, _ in found]


def compiled_again() -> list[int]:
    """Return how many loops two walks compile, the second with other numbers of every kind."""
    seen: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = seen.append  # type: ignore[method-assign]
    logging.getLogger("jax").addHandler(handler)
    counts = []
    for rate, seed, devices in ((0.1, 0, jax.devices()), (0.2, 1, tuple(jax.devices()))):
        data = INPUTS + seed, DATA[1]
        key, rule = jax.random.key(seed), gd.optimizers.momentum(rate)
        seen.clear()
        with jax.log_compiles():
            gd.descend(squares, START, rule, 3, data=data, batch_size=4, key=key, devices=devices)
        messages = [record.getMessage() for record in seen]
        counts.append(sum(text.startswith("Compiling jit(_scan)") for text in messages))
    return counts


def main(rank: int, processes: int, meeting_place: str) -> None:
    """Print the facts."""
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_num_cpu_devices", DEVICES // processes)
    jax.config.update("jax_disable_most_optimizations", True)
    if processes > 1:
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        jax.distributed.initialize(meeting_place, num_processes=processes, process_id=rank)
    devices = jax.devices()
    cut = jax.sharding.NamedSharding(
        jax.sharding.Mesh(devices, ("rows",)), jax.sharding.PartitionSpec("rows")
    )
    said: dict[str, Any] = {"devices": [len(jax.local_devices()), len(devices)]}
    if processes == 1:
        said["compiled"] = compiled_again()
        few = {"batch_size": 6, "key": jax.random.key(0)}
        fewer = jax.tree.map(lambda leaf: leaf[:23], DATA)
        said["refused"] = [refusal(devices=devices, data=fewer), refusal(devices=devices, **few)]
        for name, options in walks(cut).items():
            said[name] = facts(*program_of(devices=devices, **options))
            said[name]["alone"] = facts(walk(**options | {"data": DATA}))
    else:
        own = jax.tree.map(lambda leaf: np.split(leaf, processes)[rank], DATA)
        data = jax.make_array_from_process_local_data(cut, own)
        said["all"] = facts(*program_of(devices=devices, data=data))
        said["shuffled"] = facts(walk(devices=devices, **walks(cut)["shuffled"]))
        key = jax.random.key(rank)
        said["refused"] = [
            refusal(devices=devices, data=(INPUTS + rank, DATA[1])),
            refusal(devices=devices, batch_size=8, key=key),
        ]
    print(json.dumps(said))


def refusal(**options: Any) -> str:
    """Return what is said of options that do not fit."""
    try:
        walk(**options)
    except ValueError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
