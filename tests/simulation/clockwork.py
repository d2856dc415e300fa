"""Where the kiosk's program touches time and threads: the same in this world, without any."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kiosk.errors import DiskError, OutboxError
from kiosk.sync import Sync
from kiosk.system import OLDEST_TRUE_TIME, Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.courier import Shore
    from kiosk.engine import Engine
    from tests.simulation.world import Strand, World

JOB_S: Final = (0.0005, 0.01)
MOMENT_S: Final = 0.001
T = TypeVar("T")


class Watch(Clock, frozen=True):
    """The clocks of one boot of a kiosk."""

    world: World
    booted_s: float
    wrong_s: Callable[[], float]
    """By how much the machine's idea of the time is wrong."""

    def now_s(self) -> float:
        """Return seconds since this boot."""
        return self.world.now - self.booted_s

    def time_s(self) -> float:
        """Return what the machine believes the time to be."""
        return self.world.true_s() + self.wrong_s()

    def moment(self) -> str:
        """Return the same as the contract writes it."""
        return datetime.fromtimestamp(self.time_s(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def is_sane(self) -> bool:
        """Say whether that can be true at all."""
        return self.time_s() >= OLDEST_TRUE_TIME


class Bell(threading.Event):
    """What wakes the sync, which waits for it in the world's time."""

    def __init__(self, strand: Strand) -> None:
        super().__init__()
        self._strand = strand
        self._ring: Callable[[object], None] | None = None

    def set(self) -> None:
        """Ring."""
        super().set()
        if self._ring is not None:
            self._ring("rung")

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it rings, or so many seconds."""
        if not self.is_set():
            self._ring = self._strand.waker()
            # a moment at least: so small a number that adding it changes nothing would be for ever
            self._strand.wait(None if timeout is None else timeout + MOMENT_S)
            self._ring = None
        return self.is_set()


class Talk(Sync):
    """The kiosk's sync, every line of it, on a strand of this world instead of a thread."""

    def __init__(self, shore: Shore, engine: Engine, desk: Executor, strand: Strand) -> None:
        super().__init__(shore, engine, desk)
        self._wake = Bell(strand)

    def run(self) -> None:
        """Send and believe for as long as the program lives."""
        self._run()


class Desk(Executor):
    """The outbox's writer: one job after the other. The sync waits for its turn, and may die waiting."""

    def __init__(self, world: World, strand: Strand, may_die: Callable[[], None]) -> None:
        self._world, self._strand, self._may_die = world, strand, may_die

    def submit(self, fn: Callable[..., T], /, *_: Any, **__: Any) -> Future[T]:  # noqa: ANN401 - as its parent
        """Do a job."""
        self._pause()
        done: Future[T] = Future()
        try:
            done.set_result(fn())
        except (DiskError, OutboxError) as error:
            done.set_exception(error)
        self._pause()
        return done

    def _pause(self) -> None:
        """Let others go on, where the sync waits for the writer."""
        if self._strand.is_here:
            self._may_die()
            self._strand.wait(self._world.chance.uniform(*JOB_S))
