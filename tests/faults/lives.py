"""Lives of a program, one after the other: the harness's side of `kiosk_program` and `server_program`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Watch = Callable[[int], AbstractContextManager[None]]

TOP: Final = Path(__file__).parents[2]
LIFE_S_MAX: Final = 60.0
KIOSK: Final = "tests.faults.kiosk_program"


class LifeError(Exception):
    """A life did not begin or end as lives do; the message holds the program's last words."""


@dataclass(frozen=True, slots=True)
class End:
    """How a life ended."""

    status: int

    @property
    def was_killed(self) -> bool:
        """Say whether it was killed with -9."""
        return os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) == signal.SIGKILL

    @property
    def code(self) -> int:
        """Return the exit code, or minus the signal."""
        return os.waitstatus_to_exitcode(self.status)


class Nursery:
    """The program from which every life is forked."""

    def __init__(self, program: subprocess.Popen[bytes], words: Path) -> None:
        self._program = program
        self._words = words

    def live(self, errand: msgspec.Struct, watch: Watch | None = None) -> End:
        """Live a life to its end; `watch` is held around it, from the first deed of the thread at the gate.

        Raises `LifeError` when it does not end.
        """
        self._tell(msgspec.json.encode(errand) + b"\n")
        word, *numbers = self.hear()
        if word == "gate":
            with nullcontext() if watch is None else watch(int(numbers[1])):
                self._tell(b"\n")
            word, *numbers = self.hear()
        return End(int(numbers[0]))

    def hear(self) -> list[str]:
        """Return the words of the next line."""
        assert self._program.stdout is not None
        clock = threading.Timer(LIFE_S_MAX, os.killpg, (self._program.pid, signal.SIGKILL))
        clock.start()
        line = self._program.stdout.readline()
        clock.cancel()
        if not line:
            raise LifeError(f"a life did not end: {self._words.read_text('utf-8', 'replace')[-2000:]}")
        return line.decode().split()

    def _tell(self, line: bytes) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(line)
        self._program.stdin.flush()


@contextmanager
def nursery(folder: Path, program: str = KIOSK) -> Iterator[Nursery]:
    """Start a program; what it complains of is kept in the folder."""
    words = folder / "words"
    command = [sys.executable, "-m", program]
    with (
        words.open("ab") as errors,
        subprocess.Popen(
            command,
            cwd=TOP,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        ) as parent,
    ):
        try:
            opened = Nursery(parent, words)
            has_pysqlite3 = opened.hear()[2] == "True"
            assert has_pysqlite3 == (program != KIOSK), "kiosk and server have each their own SQLite"
            yield opened
        finally:
            parent.kill()
