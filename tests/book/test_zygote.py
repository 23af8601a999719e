"""The process that kernels are copies of: what it serves, and how it and they end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gdbook.book.warm import POSSIBLE, SCRIPT

pytestmark = [
    pytest.mark.book,
    pytest.mark.skipif(not POSSIBLE, reason="forks are safe on Linux alone"),
]


class Served:
    """A zygote that was started by hand, and connections to it."""

    def __init__(self, folder: Path):
        self.path = folder / "socket"
        command = [sys.executable, "-P", str(SCRIPT), str(self.path)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE)

    def ask(self, **request: object) -> tuple[socket.socket, int]:
        """Ask for a kernel; return the connection and the kernel's process number."""
        connection = self._connected()
        connection.sendall(json.dumps(request).encode() + b"\n")
        return connection, int(connection.recv(64))

    def _connected(self) -> socket.socket:
        """Return a connection, as soon as there is somebody who listens."""
        while True:
            assert self.process.poll() is None
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(self.path))
            except (FileNotFoundError, ConnectionRefusedError):
                connection.close()
                time.sleep(0.05)
            else:
                return connection


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Start one zygote for all tests, and end it."""
    found = Served(tmp_path_factory.mktemp("zygote"))
    yield found
    found.process.communicate()
    assert found.process.returncode == 0


def a_kernel(served: Served, folder: Path) -> tuple[socket.socket, psutil.Process]:
    """Start a kernel that waits for somebody to connect."""
    arguments = ["-f", str(folder / "kernel.json"), "--HistoryManager.enabled=False"]
    request = {"argv": arguments, "cwd": str(folder), "env": {**os.environ, "MARK": folder.name}}
    connection, pid = served.ask(**request)
    while not (folder / "kernel.json").exists():
        time.sleep(0.05)
    return connection, psutil.Process(pid)


def test_a_kernel_has_what_was_asked_for(served: Served, tmp_path: Path) -> None:
    """It is the zygote's child, in a session of its own, in its folder, with its environment."""
    connection, kernel = a_kernel(served, tmp_path)
    assert kernel.ppid() == served.process.pid
    assert os.getsid(kernel.pid) == kernel.pid
    assert kernel.cwd() == str(tmp_path)
    kernel.kill()
    assert os.waitstatus_to_exitcode(int(connection.recv(64))) == -signal.SIGKILL


def test_how_each_kernel_ended_is_told_to_whom_asked(served: Served, tmp_path: Path) -> None:
    """Of two kernels, one told to end and one killed, each connection hears of its own."""
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    (one, first), (two, second) = (a_kernel(served, folder) for folder in folders)
    second.kill()
    assert os.waitstatus_to_exitcode(int(two.recv(64))) == -signal.SIGKILL
    assert first.is_running()
    first.terminate()
    assert os.waitstatus_to_exitcode(int(one.recv(64))) == -signal.SIGTERM
    assert two.recv(64) == one.recv(64) == b""


def test_a_request_that_no_kernel_understands_ends_that_kernel_alone(served: Served) -> None:
    """A kernel that fails to start says with what status; the next one starts."""
    connection, _ = served.ask(argv=[], cwd="/nowhere", env={})
    assert os.waitstatus_to_exitcode(int(connection.recv(64))) == 1


def test_when_the_starter_goes_so_do_the_kernels(tmp_path: Path) -> None:
    """The end of the starter, which closes its end of a pipe, ends the zygote and its kernels."""
    served = Served(tmp_path)
    _, kernel = a_kernel(served, tmp_path)
    served.process.communicate()
    assert served.process.returncode == 0
    psutil.wait_procs([kernel], timeout=30)
    assert not kernel.is_running()
