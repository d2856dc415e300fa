"""The server under test: `python -m tests.faults.server_program` serves once for every errand it reads.

It imports the server once; each service is a process of its own, forked from it, which does just what
`python -m server serve` does, in a twentieth of the time.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from pysqlite3 import dbapi2 as sqlite3
from sqlite_utils import Database

from server.cli import main as server_main
from tests.faults.hasty import serve_hastily

if TYPE_CHECKING:
    from types import FrameType


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One life of the server: where its data lie and where it listens.

    The thread named `gate` waits at its first deed until it is watched. One that is `hasty` answers before it
    commits: a control.
    """

    folder: str
    port: int
    gate: str
    hasty: bool = False


class Gate:
    """Stops a thread at its first deed until somebody watches it."""

    def __init__(self, thread: str) -> None:
        self._thread = thread

    def heard(self, _frame: FrameType, _event: str, _value: object) -> None:
        """Take what Python tells its profiler of the first call of each thread, on that thread."""
        sys.setprofile(None)
        if threading.current_thread().name == self._thread:
            os.write(1, b"gate %d %d\n" % (os.getpid(), threading.get_native_id()))
            os.read(0, 1)


def main() -> int:
    """Read errands, one a line; say of each what its process ended with, as `os.wait` has it."""
    os.write(1, f"sqlite {sqlite3.sqlite_version} {'pysqlite3' in sys.modules}\n".encode())
    Database(memory=True).close()  # it looks through every installed package for plugins, once a process
    gc.freeze()
    for line in sys.stdin.buffer:
        if not line.strip():
            continue  # it was for a life that was killed at the gate
        service = msgspec.json.decode(line, type=Service)
        if (child := os.fork()) == 0:
            return serve(service)
        _, status = os.waitpid(child, 0)
        os.write(1, b"ended %d\n" % status)
    return 0


def serve(service: Service) -> int:
    """Serve until told to end; returns the exit code."""
    gate = Gate(service.gate)
    threading.setprofile(gate.heard)
    sys.setprofile(gate.heard)
    if service.hasty:
        return serve_hastily(Path(service.folder), service.port)
    return server_main(["--data-dir", service.folder, "serve", "--port", str(service.port)], {})


if __name__ == "__main__":
    sys.exit(main())
