"""A program with a window, as it runs: when it was ready, what it costs, what it says."""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.robot.screen import Screen

TOP = Path(__file__).parents[2]
READY_S_MAX = 30.0
WORD_S_MAX = 20.0
END_S_MAX = 10.0
ENROLLED_S_MAX = 10.0
ENROL_SIZE = (640, 400)
OPENED_S = 2.0
"""So long after its enrolment a kiosk has made its outbox."""


@dataclass
class Program:
    """A running program. `words` are its log lines."""

    pid: int
    ready_s: float
    words: queue.Queue[str]

    def cpu_s(self) -> float:
        """Return the processor time it has used so far, all its threads together."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Return its resident memory."""
        status = Path(f"/proc/{self.pid}/status").read_text("utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def heard(self) -> tuple[float, str]:
        """Wait for the next line of a watched kiosk: when it was said, and what."""
        at, _, line = self.words.get(timeout=WORD_S_MAX).partition(" ")
        return float(at), line

    def said(self, words: str) -> float:
        """Wait for a line that begins like this, and return when it was said. Lines before it are dropped."""
        while True:
            at, line = self.heard()
            if line.startswith(words):
                return at

    def until(self, words: str, after_s: float) -> list[tuple[float, str]]:
        """Return all that is said until a line begins like this, and for so long afterwards."""
        heard = [self.heard()]
        while not heard[-1][1].startswith(words):
            heard.append(self.heard())
        time.sleep(after_s)
        return heard + [self.heard() for _ in range(self.words.qsize())]

    def forget(self) -> None:
        """Drop what was said so far."""
        for _ in range(self.words.qsize()):
            self.words.get()


@contextmanager
def running(
    command: Sequence[str], screen: Screen, folder: Path, size: tuple[int, int], **more: str
) -> Iterator[Program]:
    """Run a program until the end, once it has said READY=1 as to systemd. `more` goes to its environment.

    Raises `RuntimeError` when it does not start.
    """
    inbox = folder / "notify"
    inbox.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(inbox))
        ear.settimeout(READY_S_MAX)
        environ = _environ(screen, inbox, size) | more
        began = time.monotonic()
        with subprocess.Popen(command, cwd=TOP, env=environ, stderr=subprocess.PIPE) as process:
            words: queue.Queue[str] = queue.Queue()
            listener = threading.Thread(target=_listen, args=(process, words))
            listener.start()
            try:
                _wait_until_ready(ear, words)
                yield Program(process.pid, time.monotonic() - began, words)
            finally:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(END_S_MAX)
                process.kill()
                listener.join()


def _wait_until_ready(ear: socket.socket, words: queue.Queue[str]) -> None:
    try:
        ear.recv(64)
    except TimeoutError:
        raise RuntimeError("the program did not start: " + "\n".join(words.queue)) from None


def enrol(command: Sequence[str], screen: Screen, folder: Path, url: str, code: str) -> None:
    """Make the kiosk's folder a device's, as a technician does."""
    membership = folder / "kiosk" / "enrolment.json"
    arguments = ["--data-dir", str(folder / "kiosk"), "--server", url, "--code", code]
    with running([*command, *arguments], screen, folder, ENROL_SIZE):
        end = time.monotonic() + ENROLLED_S_MAX
        while not membership.exists() and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(OPENED_S)


def _environ(screen: Screen, inbox: Path, size: tuple[int, int]) -> dict[str, str]:
    # installed programs are compiled; in a checkout that may be forbidden or not yet have happened
    around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return around | {
        "PYTHONPYCACHEPREFIX": str(TOP / "build" / "pycache"),
        "DISPLAY": screen.name,
        "NOTIFY_SOCKET": str(inbox),
        "NUCUOI_KIOSK_VERBOSE": "true",
        "NUCUOI_KIOSK_WIDTH_PX": str(size[0]),
        "NUCUOI_KIOSK_HEIGHT_PX": str(size[1]),
        "SDL_VIDEODRIVER": "x11",
    }


def _listen(process: subprocess.Popen[bytes], words: queue.Queue[str]) -> None:
    """Note what the log says."""
    for line in process.stderr or ():
        words.put(line.decode("utf-8", "replace").rstrip())
