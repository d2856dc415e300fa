"""The kiosk's window: how soon it is there, what it costs while nobody comes, how soon a tap is on disk.

Start and idle are measured in turns with an empty Kivy program of the same size on the same
virtual screen. A tap is measured from the lifting of the finger (XTEST) to the kiosk's own word
that the commit has returned.
"""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figures import Figure, compared, percentile
from tests.robot.citizen import Citizen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.premises import Premises
    from tests.robot.screen import Screen

TOP = Path(__file__).parents[2]
SIZE = (1280, 800)
READY_S_MAX = 60.0
SETTLE_S = 3.0
STORED = "stored record"
THANKED = "thanks shown"
LOG_S_MAX = 10.0


@dataclass
class Program:
    """A program with a window, as it runs. `words` are its log lines, each with when it came."""

    pid: int
    ready_s: float
    words: queue.Queue[tuple[float, str]] = field(default_factory=queue.Queue)

    def cpu_s(self) -> float:
        """Return the processor time it has used so far, all its threads together."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Return its resident memory."""
        status = Path(f"/proc/{self.pid}/status").read_text("utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def said(self, words: str) -> float:
        """Wait for a log line, and return when it came. Lines before it are dropped."""
        while True:
            at, line = self.words.get(timeout=LOG_S_MAX)
            if words in line:
                return at


@dataclass
class Cost:
    """What was measured of one program, round by round."""

    start_ms: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    idle_percent: list[float] = field(default_factory=list)

    def add(self, program: Program, idle_s: float) -> None:
        """Look at a program that nobody touches."""
        self.start_ms.append(program.ready_s * 1000)
        time.sleep(SETTLE_S)
        before, began = program.cpu_s(), time.monotonic()
        time.sleep(idle_s)
        self.idle_percent.append(100 * (program.cpu_s() - before) / (time.monotonic() - began))
        self.memory_mb.append(program.memory_mb())


def measure(place: Premises, screen: Screen, rounds: int, idle_s: float, taps: int) -> list[Figure]:
    """Measure start, memory, idle processor time and taps."""
    kiosk, empty = _kiosk(place), [sys.executable, "-m", "tests.bench.empty", *map(str, SIZE)]
    code = place.code(90)
    with _running([*kiosk, "--server", place.url, "--code", code], screen, place.folder) as program:
        taken = _tap(program, screen, place.folder, taps)
    ours, plain = Cost(), Cost()
    for number in range(rounds + 1):
        for command, cost in ((kiosk, ours), (empty, plain)):
            with _running(command, screen, place.folder) as program:
                if number > 0:  # the first round warms the disk's cache
                    cost.add(program, idle_s)
    what = "empty Kivy program, one Label"
    return [
        compared("kiosk, start to first picture", "ms", ours.start_ms, plain.start_ms, what),
        compared("kiosk, memory at idle", "MB", ours.memory_mb, plain.memory_mb, what),
        compared("kiosk, one core at idle", "%", ours.idle_percent, plain.idle_percent, what),
        *taken,
    ]


def _tap(program: Program, screen: Screen, folder: Path, taps: int) -> list[Figure]:
    """Touch faces as citizens do, and listen to what the kiosk says when."""
    citizen = Citizen(screen, folder)
    stored, thanked = [], []
    for number in range(taps):
        lifted = citizen.rate(1 + number % 5)
        stored.append(1000 * (program.said(STORED) - lifted))
        thanked.append(1000 * (program.said(THANKED) - lifted))
    return [
        Figure(f"tap to stored, p50 of {taps}", "ms", percentile(stored, 0.50)),
        Figure(f"tap to stored, p99 of {taps}", "ms", percentile(stored, 0.99)),
        Figure(f"tap to thanks on the glass, p50 of {taps}", "ms", percentile(thanked, 0.50)),
        Figure(f"tap to thanks on the glass, p99 of {taps}", "ms", percentile(thanked, 0.99)),
    ]


def _kiosk(place: Premises) -> list[str]:
    return [sys.executable, "-m", "kiosk", "--data-dir", str(place.folder / "kiosk")]


@contextmanager
def _running(command: list[str], screen: Screen, folder: Path) -> Iterator[Program]:
    """Run a program until the end, once it has said READY=1 as to systemd."""
    inbox = folder / "notify"
    inbox.unlink(missing_ok=True)
    environ = os.environ | {
        "DISPLAY": screen.name,
        "NUCUOI_KIOSK_VERBOSE": "true",
        "NOTIFY_SOCKET": str(inbox),
        "NUCUOI_KIOSK_WIDTH_PX": str(SIZE[0]),
        "NUCUOI_KIOSK_HEIGHT_PX": str(SIZE[1]),
        "SDL_VIDEODRIVER": "x11",
    }
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(inbox))
        ear.settimeout(READY_S_MAX)
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=TOP, env=environ, stderr=subprocess.PIPE)
        try:
            ear.recv(64)
            program = Program(process.pid, time.monotonic() - began)
            threading.Thread(target=_listen, args=(process, program.words), daemon=True).start()
            yield program
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()


def _listen(process: subprocess.Popen[bytes], words: queue.Queue[tuple[float, str]]) -> None:
    """Note when each line of the log comes."""
    for line in process.stderr or ():
        words.put((time.monotonic(), line.decode("utf-8", "replace")))
