"""The counter hall: the demo's server and kiosk, started on a virtual screen and ended for sure."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tests.robot.trouble import RobotError
from tests.story.book import kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.robot.screen import Screen
    from tests.story.book import Kept

TOP = Path(__file__).parents[2]
READY_S_MAX = 60.0
STOP_S_MAX = 15.0
ANSWER_S_MAX = 10.0
LOG_LINES_TOLD = 20


@dataclass(frozen=True, slots=True)
class Hall:
    """What the demo says of itself when it is ready."""

    url: str
    name: str
    password: str
    center: str
    pids: tuple[int, int]
    folder: Path

    def rating_count(self) -> int:
        """Ask the server how many ratings lie on its disk."""
        with urllib.request.urlopen(f"{self.url}/healthz", timeout=ANSWER_S_MAX) as answer:  # noqa: S310 - our own server
            told: dict[str, Any] = json.load(answer)
        return int(told["ratings"])

    def book(self) -> list[Kept]:
        """Read what the server has on its disk, in the order of the records."""
        return kept(self.folder)

    def wait_for_ratings(self, count: int, within_s: float) -> int:
        """Wait until so many are there. Returns how many there are, be it too few or too many."""
        end = time.monotonic() + within_s
        while (found := self.rating_count()) < count and time.monotonic() < end:
            time.sleep(0.2)
        return found


@contextmanager
def demo(screen: Screen, size: tuple[int, int], log: Path) -> Iterator[Hall]:
    """Run the demo with its data in a folder that is thrown away; its words go to the log."""
    with TemporaryDirectory(prefix="nucuoi-") as folder, log.open("wb") as words:
        ready = Path(folder) / "ready.json"
        command = [sys.executable, "-m", "server", "--data-dir", f"{folder}/data", "demo", "--port", "0"]
        command += ["--size", f"{size[0]}x{size[1]}", "--ready-file", str(ready)]
        environ = os.environ | {"DISPLAY": screen.name, "SDL_VIDEODRIVER": "x11", "PYTHONUNBUFFERED": "1"}
        environ["NUCUOI_KIOSK_VERBOSE"] = "true"  # it says where there is something to touch
        process = subprocess.Popen(
            command, cwd=TOP, env=environ, stdout=words, stderr=words, start_new_session=True
        )
        hall = None
        try:
            hall = _wait_until_ready(process, ready, log)
            yield hall
        finally:
            _end(process, () if hall is None else hall.pids)


def _wait_until_ready(process: subprocess.Popen[bytes], ready: Path, log: Path) -> Hall:
    """Wait for the file that the demo writes when the server answers and the kiosk has a window."""
    end = time.monotonic() + READY_S_MAX
    while time.monotonic() < end and process.poll() is None:
        if ready.exists():
            told = json.loads(ready.read_text("utf-8"))
            return Hall(
                told["url"],
                told["name"],
                told["password"],
                str(told["center"]),
                (told["server_pid"], told["kiosk_pid"]),
                ready.parent / "data",
            )
        time.sleep(0.05)
    said = "\n".join(log.read_text("utf-8", "replace").splitlines()[-LOG_LINES_TOLD:])
    why = "did not start in time" if process.poll() is None else f"ended with code {process.returncode}"
    raise RobotError(f"the demo {why}; its last words:\n{said}")


def _end(process: subprocess.Popen[bytes], pids: Sequence[int]) -> None:
    """Ask the demo to end, which ends its programs; what does not listen is killed."""
    process.terminate()
    try:
        process.wait(STOP_S_MAX)
    except subprocess.TimeoutExpired:
        for pid in pids:  # still the demo's: it has not ended, so nobody has taken their numbers
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.kill()
        process.wait()
