"""The kiosk under test: `python -m tests.faults.kiosk_program` lives a life for every errand it reads.

It imports the kiosk once; each life is a process of its own, forked from it, and no thread lives across.
The server's dependencies are missing here as they are on a kiosk, so that SQLite is Python's own.
"""

from __future__ import annotations

import atexit
import gc
import os
import sqlite3
import sys

from tests.tidy.blocked import Missing


def main() -> int:
    """Read errands, one a line; say of each what its process ended with, as `os.wait` has it."""
    sys.meta_path.insert(0, Missing())
    import msgspec  # noqa: PLC0415 - nothing of the kiosk is imported before it knows what is missing
    from sqlite_utils import Database  # noqa: PLC0415 - the same

    import kiosk.outbox  # noqa: PLC0415 - what the kiosk imports late, every life would import anew
    import kiosk.sync  # noqa: PLC0415 - the same
    import kiosk.uplink  # noqa: PLC0415, F401 - the same
    from tests.faults.kiosk_life import Gate, Life  # noqa: PLC0415 - the same
    from tests.faults.kiosk_script import Errand  # noqa: PLC0415 - the same

    os.write(1, f"sqlite {sqlite3.sqlite_version} {'pysqlite3' in sys.modules}\n".encode())
    Database(memory=True).close()  # it looks through every installed package for plugins, once a process
    gc.freeze()
    for line in sys.stdin.buffer:
        if not line.strip():
            continue  # it was for a life that was killed at the gate
        errand = msgspec.json.decode(line, type=Errand)
        if (child := os.fork()) == 0:
            paper = os.open(f"{errand.folder}/paper", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            sys.addaudithook(Gate(errand.gate).heard)
            sys.audit("a life begins")  # the first deed of this thread
            ended = Life(errand, paper).run()
            atexit.register(os._exit, ended)  # the rest of the interpreter's end costs more than the life
            return ended
        _, status = os.waitpid(child, 0)
        os.write(1, b"ended %d\n" % status)
    return 0


if __name__ == "__main__":
    sys.exit(main())
