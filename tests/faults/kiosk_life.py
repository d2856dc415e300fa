"""A life of the kiosk: real shell, recorder, outbox, sync thread and uplink; only the glass is missing."""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from kiosk.config import Config
from kiosk.events import Ticked
from kiosk.shell import Kiosk, Machine
from kiosk.ui.scenes import SetupState
from kiosk.visit import Stage
from tests.faults.kiosk_script import Citizen
from tests.story.counter_hall import Eyes, QuickClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.stages import Visit
    from kiosk.ui.scenes import Scene, Setup
    from tests.faults.kiosk_script import Errand

QUIET_S, READ_S, AGAIN_S = 0.5, 21.0, 11.0
"""Before a touch, before the next citizen, before a disk is tried again: seconds of the kiosk's clock."""
SECOND_TRY_S: Final = 0.15
"""How long an apology may take to become thanks after all; this and what follows are real seconds."""
HURRY_S: Final = 0.15
PATIENCE_S: Final = 20.0
HEARTBEAT_S: Final = 1e6
REFUSALS_MAX: Final = 3
TRIES_MAX: Final = 100
ENDED, DAMAGED, OUT_OF_SERVICE, NOT_SENT = 0, 3, 4, 5


class Gate:
    """Stops a thread at its first deed until somebody watches it."""

    def __init__(self, thread: str) -> None:
        self._thread = thread
        self._is_shut = bool(thread)

    def heard(self, _deed: str, _values: tuple[object, ...]) -> None:
        """Take what Python tells its audit hooks of each deed, on the thread that is about to do it."""
        if self._is_shut and threading.current_thread().name.startswith(self._thread):
            self._is_shut = False
            os.write(1, b"gate %d %d\n" % (os.getpid(), threading.get_native_id()))
            os.read(0, 1)


class Ear(logging.Handler):
    """Hears how many ratings the kiosk has stored, and how many the server has."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._told = {"stored record %d": 0, "the server has %d records": 0}

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line of the kiosk's log, on the thread that wrote it."""
        if record.msg in self._told and isinstance(record.args, tuple):
            self._told[record.msg] = int(str(record.args[0]))

    @property
    def is_drained(self) -> bool:
        """Say whether the server has what was stored."""
        stored, arrived = self._told.values()
        return arrived >= stored


class NumberedClock(QuickClock, frozen=True):
    """A clock whose time of day says which citizen stands there: the last."""

    citizens: list[Citizen] = msgspec.field(default_factory=list)

    def moment(self) -> str:
        """Return what their record will say."""
        return self.citizens[-1].made_at


@dataclass
class Paper(Eyes):
    """Eyes that write down all thanks and apologies as they are shown, past every buffer."""

    file: int = -1
    number: int = 0

    def show(self, visit: Visit, scene: Scene) -> None:
        """See a visit."""
        before = self.stage
        super().show(visit, scene)
        if visit.stage is not before and visit.stage in {Stage.THANKS, Stage.SORRY}:
            self.note(visit.stage)

    def show_setup(self, setup: Setup) -> None:
        """See what a technician is to do; for a citizen the kiosk is out of service."""
        super().show_setup(setup)
        if setup.state in {SetupState.DISK_REFUSES, SetupState.DAMAGED}:
            self.note(setup.state)

    def note(self, what: Stage | SetupState) -> None:
        """Write what this citizen read."""
        os.write(self.file, b"%s %d\n" % (what.name.encode(), self.number))


class Life:
    """A kiosk program, and the citizens that come to it; what they read is written to the file `paper`."""

    def __init__(self, errand: Errand, paper: int) -> None:
        self._errand = errand
        self._eyes = Paper(file=paper)
        self._eyes.tick = self._tick
        self._clock = NumberedClock("0badcafe", citizens=[Citizen(0)])
        config = Config(
            data_dir=Path(errand.folder) / "kiosk",
            server=errand.server,
            send_after_s=0,
            heartbeat_s=HEARTBEAT_S,
        )
        machine = Machine(config, self._clock, os.urandom, lambda: "test", lambda _: None)
        self._kiosk = Kiosk(machine, errand.code)
        self._ear = Ear()
        self._refusals = 0

    def run(self) -> int:
        """Live it; returns the exit code."""
        log = logging.getLogger("kiosk")
        log.setLevel(logging.DEBUG)
        log.addHandler(self._ear)
        self._kiosk.start(self._eyes)
        for number in range(self._errand.first, self._errand.first + self._errand.ratings):
            if not self._serve(Citizen(number)):
                break
        is_open = self._see(lambda: self._kiosk.is_in_service)
        ended = self._drain() if is_open and self._errand.drain else self._fate()
        self._kiosk.close()
        return ended

    def _serve(self, citizen: Citizen) -> bool:
        """Let a citizen rate, and read what comes of it; says whether the next one can."""
        self._clock.citizens.append(citizen)
        self._eyes.number = citizen.number
        is_early = bool(citizen.number % 2)  # before the outbox is open
        if not self._see(lambda: self._eyes.stage is Stage.IDLE and (is_early or self._kiosk.is_in_service)):
            return False
        if self._errand.hasty:
            self._eyes.note(Stage.THANKS)
        for touch in citizen.touches():
            self._clock.skipped.append(QUIET_S)
            self._kiosk.serving.happened(touch)
            self._look()
            if self._eyes.stage is not Stage.ASKING:
                break
        self._see(lambda: self._eyes.stage in {Stage.THANKS, Stage.SORRY, None})
        if self._eyes.stage is Stage.SORRY:
            end = time.monotonic() + SECOND_TRY_S
            self._see(lambda: self._eyes.stage is Stage.THANKS or time.monotonic() > end)
        self._clock.skipped.append(READ_S)
        self._kiosk.serving.happened(Ticked())
        return True

    def _drain(self) -> int:
        """Wait until the server has it all, at last as a technician would; returns the exit code."""
        asked, hurry_s = time.monotonic(), self._errand.hurry_s or HURRY_S

        def is_over() -> bool:
            return self._ear.is_drained or time.monotonic() - asked > hurry_s

        for _ in range(TRIES_MAX):
            if not self._see(is_over) or self._ear.is_drained:
                return self._fate()
            asked = time.monotonic()
            self._kiosk.send_now()
        return NOT_SENT

    def _see(self, seen: Callable[[], bool]) -> bool:
        """Let things happen until it is seen; False if the kiosk goes out of service before."""
        self._eyes.wait_until(lambda: seen() or self._fate() != ENDED)
        return self._fate() == ENDED

    def _look(self) -> None:
        """Let happen what wants to happen now."""
        while not self._eyes.calls.empty():
            self._eyes.calls.get()()

    def _tick(self) -> None:
        """Let time pass; a disk that refused the outbox is tried again."""
        if self._eyes.setup is not None and self._eyes.setup.state is SetupState.DISK_REFUSES:
            self._refusals += 1
            self._clock.skipped.append(AGAIN_S)
        self._kiosk.tick()

    def _fate(self) -> int:
        """Return what the life will end with as it stands."""
        if self._eyes.setup is not None and self._eyes.setup.state is SetupState.DAMAGED:
            return DAMAGED
        return OUT_OF_SERVICE if self._refusals > REFUSALS_MAX else ENDED
