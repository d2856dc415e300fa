"""A counter with the real server and the real kiosk on a virtual screen, and what its center decided."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kiosk import keyfile, prompts
from kiosk.visit import Stage
from server.protocol.messages import KioskConfig, Thresholds, seal, unseal
from tests.robot.screen import virtual_screen
from tests.robot.trouble import RobotError
from tests.robot.words import Words
from tests.server.live import SEED, live
from tests.story.book import kept
from tests.story.counter_hall import kiosk_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from PIL import Image

    from server.protocol.survey import Survey
    from tests.robot.screen import Screen
    from tests.server.live import Live
    from tests.story.book import Kept

LOG = logging.getLogger("nucuoi.robot")
TOP = Path(__file__).parents[2]
READY_S_MAX = 40.0
ARRIVAL_S_MAX = 30.0
STOP_S_MAX = 10.0
LATER = "2099-01-01T00:00:00Z"
"""When what a test decides was issued: nothing of the server's is newer."""
QUICK = Thresholds(thanks_s=0.5, repeat_s=0, silence_s=10, grace_s=5, notice_after_s=3600)
"""Times of a visit that make a long series of them short; who is silent is still asked."""


@dataclass(frozen=True)
class Counter:
    """A running kiosk: its glass, what it says, and the server that it sends to."""

    screen: Screen
    words: Words
    server: Live
    kiosk: subprocess.Popen[bytes]
    folder: Path

    def book(self, count: int) -> list[Kept]:
        """Return what the server has, once it has so many records or they do not come."""
        end = time.monotonic() + ARRIVAL_S_MAX
        while self.server.store.record_count() < count and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.3)  # for one that comes twice
        return kept(self.folder / "server")

    def stop(self) -> int:
        """End the kiosk as the system does. Returns its exit code."""
        self.kiosk.terminate()
        return self.kiosk.wait(STOP_S_MAX)


def decide(data_dir: Path, changes: Mapping[str, object]) -> KioskConfig:
    """Sign another config for an enrolled kiosk that does not run, as its server would."""
    identity = keyfile.identity(data_dir)
    told = None if identity is None else keyfile.kept_config(data_dir, identity)
    if identity is None or told is None:
        raise RobotError(f"there is no enrolled kiosk in {data_dir}")
    told = msgspec.structs.replace(told, issued_at=LATER, **changes)
    signed = seal(SEED, told)
    unseal(identity.membership.server_key, signed, KioskConfig)  # a config that no kiosk takes is no test
    keyfile.keep_config(data_dir, signed)
    return told


@contextmanager
def counter(
    folder: Path,
    size: tuple[int, int],
    survey: Survey,
    decided: Mapping[str, object] | None = None,
    diagonal_in: float = 0.0,
    *,
    speaks: bool = False,
) -> Iterator[Counter]:
    """Open a counter whose kiosk waits for its first citizen. `decided` are fields of its config.

    One that `speaks` has its prompts made first, with the voice of this machine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with virtual_screen(*size) as screen, live(folder / "server", survey=survey) as server:
        with kiosk_at(folder / "kiosk", server.url, server.make_code()) as hall:
            hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
        decide(folder / "kiosk", {"thresholds": QUICK} | dict(decided or {}))
        if speaks and prompts.run(["--data-dir", str(folder / "kiosk")], {}, tell=LOG.debug):
            raise RobotError("this machine could not make the prompts: it lacks a voice")
        with kiosk_program(screen, folder, size, diagonal_in) as kiosk:
            words = Words(folder / "words")
            words.wait_for("idle", within_s=READY_S_MAX)
            # drawn is not yet shown: before the display has put up the window, a finger touches nothing
            screen.wait_for("the kiosk's window", _shows, READY_S_MAX)
            yield Counter(screen, words, server, kiosk, folder)


def _shows(picture: Image.Image) -> bool:
    """Say whether there is anything but the empty display."""
    return picture.getbbox() is not None


@contextmanager
def kiosk_program(
    screen: Screen, folder: Path, size: tuple[int, int], diagonal_in: float = 0.0, **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the kiosk as its supervisor would; what it says of its screens is kept in the folder.

    `more` goes to its environment.
    """
    environ = (
        os.environ
        | {
            "DISPLAY": screen.name,
            "SDL_VIDEODRIVER": "x11",
            "SDL_AUDIODRIVER": "dummy",
            "NUCUOI_KIOSK_WIDTH_PX": str(size[0]),
            "NUCUOI_KIOSK_HEIGHT_PX": str(size[1]),
            "NUCUOI_KIOSK_DIAGONAL_IN": str(diagonal_in),
            "NUCUOI_KIOSK_BUTTON_BOX": "true",
            "NUCUOI_KIOSK_SEND_AFTER_S": "0.2",
            "NUCUOI_KIOSK_VERBOSE": "true",
        }
        | more
    )
    command = [sys.executable, "-m", "kiosk", "--data-dir", str(folder / "kiosk")]
    with (
        (folder / "words").open("ab") as words,
        subprocess.Popen(command, cwd=TOP, env=environ, stderr=words) as running,
    ):
        try:
            yield running
        finally:
            running.terminate()
            with suppress(subprocess.TimeoutExpired):
                running.wait(STOP_S_MAX)
            running.kill()
