"""What the pages will run on, asked of JAX itself in a process of its own.

The build's own process never starts JAX: it forks readers, and JAX's threads do not survive that.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import entry_points, version
from importlib.util import find_spec
from typing import NamedTuple

_QUESTION = """
import json, jax
device = jax.devices()[0]
print(json.dumps([device.platform, device.device_kind, len(jax.devices()), jax.__version__]))
"""


class Device(NamedTuple):
    """Where pages run.

    Attributes:
        platform: ``"cpu"``, ``"gpu"`` or ``"tpu"``.
        kind: what the maker calls it; for a CPU, just ``"cpu"``.
        number: how many there are.
        jax: JAX's version.
    """

    platform: str
    kind: str
    number: int
    jax: str

    def __str__(self) -> str:
        if self.platform == "cpu":
            cores = os.cpu_count() or 1
            return f"{cores} CPU core{'s' if cores > 1 else ''}"
        return self.kind if self.number == 1 else f"{self.number} × {self.kind}"


# What lets JAX find anything but one plain CPU: settings, and packages beside it.
SETTINGS = ("JAX_", "XLA_FLAGS", "LIBTPU", "CUDA_VISIBLE_DEVICES")
PLUGINS = ("jax_plugins", "libtpu")


def find_device() -> Device:
    """Return the device that JAX finds in a fresh process with this one's settings.

    Raises:
        RuntimeError: if JAX cannot be started there.
    """
    return _ask_jax() if _may_have_more() else Device("cpu", "cpu", 1, version("jax"))


def _may_have_more() -> bool:
    """Return whether there can be more than one plain CPU; if not, starting JAX tells nothing."""
    return (
        any(name.startswith(SETTINGS) for name in os.environ)
        or any(find_spec(name) is not None for name in PLUGINS)
        or bool(entry_points(group="jax_plugins"))
    )


def _ask_jax() -> Device:
    command = [sys.executable, "-c", _QUESTION]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        last = (answer.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"JAX could not be started: {last}")
    return Device(*json.loads(answer.stdout.splitlines()[-1]))
