"""A kiosk without a window: the real shell, outbox and sync thread; fingers and eyes are the test's."""

from __future__ import annotations

import os
import queue
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from kiosk.config import Config
from kiosk.events import Chose, Ticked, Touched
from kiosk.shell import Kiosk, Machine
from kiosk.system import Clock
from kiosk.visit import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kiosk.technician import Pad, Service
    from kiosk.ui.scenes import Scene, Setup
    from kiosk.visit import Visit

PATIENCE_S = 20.0


class QuickClock(Clock, frozen=True):
    """A clock that a test can put forward."""

    skipped: list[float] = msgspec.field(default_factory=list)

    def now_s(self) -> float:
        """Return real seconds and those that were skipped."""
        return super().now_s() + sum(self.skipped)


@dataclass
class Eyes:
    """What was shown, and the queue of what wants to happen on the screens' thread."""

    visit: Visit | None = None
    scene: Scene | None = None
    setup: Setup | None = None
    pad: Pad | None = None
    service: Service | None = None
    calls: queue.Queue[Callable[[], None]] = field(default_factory=queue.Queue)
    tick: Callable[[], None] = lambda: None

    def show(self, visit: Visit, scene: Scene) -> None:
        """See a visit."""
        self.visit, self.scene, self.setup, self.pad, self.service = visit, scene, None, None, None

    def show_setup(self, setup: Setup) -> None:
        """See what the technician sees."""
        self.setup = setup

    def show_pad(self, pad: Pad) -> None:
        """See the pad for a PIN."""
        self.pad, self.service = pad, None

    def show_service(self, service: Service) -> None:
        """See how the machine is."""
        self.pad, self.service = None, service

    def later(self, callback: Callable[[], None]) -> None:
        """Let it happen when the test looks."""
        self.calls.put(callback)

    def wait_until(self, seen: Callable[[], bool]) -> None:
        """Let things happen until it is seen."""
        end = time.monotonic() + PATIENCE_S
        while not seen():
            assert time.monotonic() < end, f"never seen; the screen shows {self.setup or self.visit}"
            try:
                self.calls.get(timeout=0.02)()
            except queue.Empty:
                self.tick()

    def after_picture(self, callback: Callable[[], None]) -> None:
        """See at once."""
        callback()

    @property
    def stage(self) -> Stage | None:
        """Which screen stands there."""
        return None if self.visit is None or self.setup is not None else self.visit.stage


@dataclass
class CounterHall:
    """A kiosk, and what can be done to it."""

    kiosk: Kiosk
    eyes: Eyes
    clock: QuickClock

    def rate(self, score: int) -> None:
        """Touch a face, and read the thanks until the next question."""
        self.touch(score)
        self.eyes.wait_until(lambda: self.eyes.stage is Stage.THANKS)
        self.clock.skipped.append(3.0)
        self.kiosk.serving.happened(Touched())
        assert self.eyes.stage is Stage.IDLE

    def touch(self, score: int) -> None:
        """Touch a face."""
        self.eyes.wait_until(lambda: self.eyes.stage is Stage.IDLE and self.kiosk.is_in_service)
        self.clock.skipped.append(0.5)
        self.kiosk.serving.happened(Chose(score))

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.skipped.append(seconds)
        self.kiosk.serving.happened(Ticked())


@contextmanager
def kiosk_at(
    data_dir: Path,
    server: str,
    code: str = "",
    send_after_s: float = 0.05,
    clock: QuickClock | None = None,
) -> Iterator[CounterHall]:
    """Start a kiosk, and end it in an orderly way."""
    clock = QuickClock("0badcafe") if clock is None else clock
    config = Config(data_dir=data_dir, server=server, send_after_s=send_after_s, heartbeat_s=0.2)
    eyes = Eyes()
    kiosk = Kiosk(Machine(config, clock, os.urandom, lambda: "test", lambda _: None), code)
    kiosk.start(eyes)
    try:
        yield CounterHall(kiosk, eyes, clock)
    finally:
        kiosk.close()
