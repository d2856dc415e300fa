"""A world in which days pass while nobody waits: its true time, and what a kiosk's calendar makes of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Final

import msgspec

from tests.story.counter_hall import QuickClock

BEGINNING: Final = datetime(2027, 3, 1, tzinfo=UTC).timestamp()
HOUR_S: Final = 3600.0
DAY_S: Final = 24 * HOUR_S
VIETNAM_S: Final = 7 * HOUR_S
TEN_YEARS_S: Final = 3652 * DAY_S


class Calendar(Enum):
    """What the machine's clock on the wall does."""

    RIGHT = "right"
    DEAD = "1970"
    AHEAD = "ten years ahead"
    BEHIND = "three days behind"


WRONG: Final = (Calendar.DEAD, Calendar.AHEAD)
"""Calendars that can be seen to be wrong. One that is three days behind looks right: it is the control."""


@dataclass
class World:
    """The true time, and what the kiosk's calendar makes of it.

    `skipped` are the seconds in which nothing happened, `booted_s` is when the machine was switched on.
    """

    calendar: Calendar = Calendar.RIGHT
    skipped: list[float] = field(default_factory=list)
    booted_s: float = 0.0
    begun_s: float = field(default_factory=lambda: time.clock_gettime(time.CLOCK_BOOTTIME))

    def true_s(self) -> float:
        """Return seconds since 1970."""
        lived_s = time.clock_gettime(time.CLOCK_BOOTTIME) - self.begun_s
        return BEGINNING + lived_s + sum(self.skipped)

    def now_ms(self) -> int:
        """Return what the server's clock says."""
        return int(self.true_s() * 1000)

    def until(self, day: int, hour: float) -> None:
        """Let time pass until an hour of a day, in Vietnam, if that is not over."""
        then_s = BEGINNING - VIETNAM_S + day * DAY_S + hour * HOUR_S
        self.skipped.append(max(0.0, then_s - self.true_s()))

    def boot(self, number: int) -> WorldClock:
        """Switch the kiosk's machine on; returns its clock."""
        self.booted_s = self.true_s()
        return WorldClock(
            f"{number:08x}", self.skipped, self, time.clock_gettime(time.CLOCK_BOOTTIME) + sum(self.skipped)
        )


class WorldClock(QuickClock, frozen=True):
    """The clock of one boot of a kiosk's machine in a world."""

    world: World = msgspec.field(default_factory=World)
    zero_s: float = 0.0

    def now_s(self) -> float:
        """Return seconds since the machine was switched on."""
        return super().now_s() - self.zero_s

    def time_s(self) -> float:
        """Return what the calendar says."""
        true_s = self.world.true_s()
        match self.world.calendar:
            case Calendar.RIGHT:
                return true_s
            case Calendar.DEAD:
                return true_s - self.world.booted_s
            case Calendar.AHEAD:
                return true_s + TEN_YEARS_S
            case Calendar.BEHIND:
                return true_s - 3 * DAY_S
