"""Time that is a number, chance that is a seed, and what happens next. No thread, no sleep."""

from __future__ import annotations

import heapq
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from greenlet import getcurrent, greenlet

if TYPE_CHECKING:
    from collections.abc import Callable

DAWN: Final = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
"""The true time at second 0: half past seven in Vietnam."""
STEPS_MAX: Final = 12_000
"""A world in which more happens than this goes round in circles."""


class CutOffError(BaseException):
    """A program dies here, in the middle of whatever it does. No program catches it."""


class World:
    """What is due, in order; and the history of what was done."""

    def __init__(self, seed: int) -> None:
        self.now = 0.0
        self.calendar_s = 0.0
        """By how much the calendar has gone on beside the clock: months need no minutes here."""
        self.chance = random.Random(seed)
        self.history: list[str] = []
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._steps = 0

    def tell(self, who: str, what: str) -> None:
        """Write a line of the history."""
        self.history.append(f"{self.now:12.3f}  {who:<10} {what}")

    def later(self, delay_s: float, do: Callable[[], None]) -> None:
        """Let something happen in so many seconds; what is due at one moment happens in order."""
        self._count += 1
        heapq.heappush(self._due, (self.now + delay_s, self._count, do))

    def run(self, until_s: float) -> None:
        """Let everything happen that is due until then."""
        while self._due and self._due[0][0] <= until_s and not self.is_tired:
            self.now, _, do = heapq.heappop(self._due)
            self._steps += 1
            do()
        self.now = until_s

    @property
    def is_tired(self) -> bool:
        """Whether so much has happened that it must be the same again and again."""
        return self._steps >= STEPS_MAX

    def bytes(self, count: int) -> bytes:
        """Return so many bytes of chance."""
        return self.chance.randbytes(count)

    def happens(self, likelihood: float) -> bool:
        """Say whether something happens that is as likely as this (0 to 1)."""
        return likelihood > 0 and self.chance.random() < likelihood

    def true_s(self) -> float:
        """Return the true time in seconds since 1970."""
        return DAWN.timestamp() + self.now + self.calendar_s


class Strand:
    """What would be a thread: it runs until it waits for something, and then the world goes on."""

    def __init__(self, world: World, run: Callable[[], None]) -> None:
        self._world = world
        self._greenlet = greenlet(lambda _: run())
        self._outside = getcurrent()
        self._wait = 0

    @property
    def is_here(self) -> bool:
        """Say whether it is this strand that asks."""
        return getcurrent() is self._greenlet

    def start(self) -> None:
        """Begin, as soon as what is happening now is done."""
        self._world.later(0.0, lambda: self._go_on(0, None))

    def wait(self, seconds: float | None) -> object:
        """Wait until woken; returns what it was woken with, or None after so many seconds."""
        self._wait += 1
        this = self._wait
        if seconds is not None:
            self._world.later(seconds, lambda: self._go_on(this, None))
        return self._outside.switch()

    def waker(self) -> Callable[[object], None]:
        """Return what ends the next wait, from wherever and whenever it is called; later ones it does not."""
        wait = self._wait + 1
        return lambda what: self._world.later(0.0, lambda: self._go_on(wait, what))

    def end(self) -> None:
        """Let it die where it waits."""
        if not self._greenlet.dead:
            self._greenlet.throw()

    def _go_on(self, wait: int, what: object) -> None:
        if wait == self._wait and not self._greenlet.dead:
            self._wait += 1  # a second waker of the same wait is too late
            self._greenlet.switch(what)
