"""Kernels that start warm: copies of one process that has imported everything.

A fresh kernel takes seconds to import JAX and Matplotlib, more than many pages compute.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_client.connect import KernelConnectionInfo
    from jupyter_client.manager import AsyncKernelManager

SCRIPT = Path(__file__).parent / "zygote.py"
LAUNCHER = "ipykernel_launcher"  # the module that a Python kernel's command runs
PATIENCE = 120.0  # seconds for the imports; a library that hangs is for a page to report
POSSIBLE = sys.platform == "linux"  # elsewhere some libraries do not survive a fork


# What takes long to import, by the word in a page's code that tells of it: of the library the rooms
# that import nearly all others. Drawing figures takes the last two of that list, and data the last
# of all; pages import them when they are needed.
IMPORTS = {
    "gdbook": (
        "gdbook.demos",
        "gdbook.datasets",
        "gdbook.race",
        "jax.numpy",
        "matplotlib.pyplot",
        "mpl_toolkits.mplot3d",
    ),
    "jax": ("jax.numpy",),
    "matplotlib": ("matplotlib.pyplot",),
    ".datasets": ("sklearn.datasets",),
}


def imported_by(cells: Iterable[str]) -> list[str]:
    """Return the modules that cells import, themselves or through the library, and that take long.

    Args:
        cells: the code of all pages that are to be executed.
    """
    code = "\n".join(cells)
    found = [module for word, modules in IMPORTS.items() if word in code for module in modules]
    return list(dict.fromkeys(found))


class Zygote:
    """The process that kernels are copies of, as the build sees it; it ends with the build.

    Args:
        environment: of the process.
        also: modules to import besides those that every kernel needs.
    """

    def __init__(self, environment: dict[str, str], also: Iterable[str] = ()):
        self._folder = TemporaryDirectory(prefix="gdbook")
        self._path = str(Path(self._folder.name) / "zygote.sock")
        # -P: the script's own folder is no place to import from.
        command = [sys.executable, "-P", str(SCRIPT), self._path, *also]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, *_: object) -> None:
        """End it, and what is left of its kernels."""
        self._process.communicate()
        self._folder.cleanup()

    async def fork(self, argv: list[str], cwd: str, env: dict[str, str]) -> Forked | None:
        """Return a new kernel, or None if there is no process to copy.

        Args:
            argv: the kernel's arguments.
            cwd: the folder it works in.
            env: its environment.
        """
        connection = await self._connected()
        if connection is None:
            return None
        loop = asyncio.get_running_loop()
        request = json.dumps({"argv": argv, "cwd": cwd, "env": env}) + "\n"
        await loop.sock_sendall(connection, request.encode())
        reply = await loop.sock_recv(connection, 64)
        return Forked(int(reply), connection) if reply else None

    async def _connected(self) -> socket.socket | None:
        """Return a connection as soon as everything is imported; None if that failed."""
        loop = asyncio.get_running_loop()
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None:
            if time.monotonic() > deadline:
                self._process.kill()
                return None
            connection = socket.socket(socket.AF_UNIX)
            connection.setblocking(False)
            try:
                await loop.sock_connect(connection, self._path)
            except (FileNotFoundError, ConnectionRefusedError):
                connection.close()
                await asyncio.sleep(0.02)
            else:
                return connection
        return None


class Forked:
    """A forked kernel, to be handled like a ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket):
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection

    def poll(self) -> int | None:
        """Return how it ended, or None if it has not."""
        try:
            return self._ended(socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None

    def wait(self) -> int:
        """Wait for its end, and return how it ended."""
        if self.returncode is None:
            self._connection.setblocking(True)
        return self._ended()

    def _ended(self, flags: int = 0) -> int:
        if self.returncode is None:
            status = self._connection.recv(64, flags)
            # Whoever knew how it ended may be gone, and then has taken it along.
            self.returncode = os.waitstatus_to_exitcode(int(status)) if status else -signal.SIGKILL
            self._connection.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class WarmProvisioner(LocalProvisioner):
    """Starts a manager's kernel as a copy of the zygote, or afresh where that cannot be."""

    zygote: Zygote

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel of a command such as ``python -m ipykernel_launcher -f FILE``."""
        forked = None
        if LAUNCHER in cmd:
            argv = cmd[cmd.index(LAUNCHER) + 1 :]
            forked = await self.zygote.fork(argv, str(kwargs["cwd"]), dict(kwargs["env"]))
        if forked is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process: Any = forked
        self.pid = self.pgid = forked.pid
        return self.connection_info


def warm(kernel: AsyncKernelManager, zygote: Zygote | None) -> None:
    """Let a manager's kernel be a copy of the zygote, if there is one."""
    if zygote is None:
        return
    spec = kernel.kernel_spec
    kernel.provisioner = WarmProvisioner(kernel_id="", kernel_spec=spec, parent=kernel)
    kernel.provisioner.zygote = zygote
