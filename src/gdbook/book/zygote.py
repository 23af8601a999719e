"""A process that imports what pages need, runs nothing, and forks a kernel whenever asked.

It is a script, started by :mod:`gdbook.book.warm` as ``python -P zygote.py SOCKET [MODULE ...]``,
with the modules that pages need besides. Requests come over the socket, one connection for each
kernel: a line of JSON with the kernel's arguments, its folder and its environment. The answer is
its process number, and once it has ended, how.

JAX computes in threads, and threads do not survive a fork. Importing it starts none.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

WARM = ("ipykernel.ipkernel", "ipykernel.kernelapp")


def main(path: str, *also: str) -> None:
    """Import, then serve until the starter's end of standard input closes."""
    # What kernels have in their environment, and libraries read while they are imported.
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for name in WARM:
        import_module(name)
    for name in also:
        with suppress(ImportError):  # the page that needs it will say so
            import_module(name)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        request = serve(listener)
    if request is not None:
        become_kernel(request)


def serve(listener: socket.socket) -> Any:
    """Fork a kernel for each connection; return a request in its kernel, and None at the end."""
    starter = sys.stdin.fileno()
    door = listener.fileno()
    kernels: dict[int, tuple[int, socket.socket]] = {}  # by what becomes readable when they end
    while True:
        ready, _, _ = select.select([door, starter, *kernels], [], [])
        for ended in set(ready) & set(kernels):
            pid, connection = kernels.pop(ended)
            answer(connection, os.waitpid(pid, 0)[1])
            connection.close()
            os.close(ended)
        if starter in ready:
            for pid, _ in kernels.values():
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)  # with much memory to free, a process outlives its end a while
            return None
        if door in ready:
            connection, _ = listener.accept()
            request = json.loads(connection.makefile().readline())
            pid = os.fork()
            if pid == 0:
                for fd, (_, other) in kernels.items():
                    os.close(fd)
                    other.close()
                connection.close()
                return request
            kernels[os.pidfd_open(pid)] = pid, connection
            answer(connection, pid)


def answer(connection: socket.socket, number: int) -> None:
    """Send a number; whoever asked may be gone."""
    try:
        connection.sendall(f"{number}\n".encode())
    except OSError:
        return


def become_kernel(request: dict[str, Any]) -> None:
    """Run a kernel in this process, until it is told to stop."""
    os.setsid()  # signals to the kernel reach what it starts, and nobody else
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    os.environ.clear()
    os.environ.update(request["env"], JPY_PARENT_PID=str(os.getppid()))
    os.chdir(request["cwd"])
    if limit := os.environ.get("GDBOOK_MEMORY"):  # in bytes; beyond it Python raises MemoryError
        resource.setrlimit(resource.RLIMIT_DATA, (int(limit), int(limit)))
    kernelapp = import_module("ipykernel.kernelapp")
    kernelapp.launch_new_instance(argv=request["argv"])


if __name__ == "__main__":
    main(*sys.argv[1:])
