"""The roster: who sits at which counter from when to when, on a day of Vietnam.

A time is minutes since midnight. An officer is at one counter at a time, and a counter has room for as
many officers as a kiosk is told of. Whoever has left takes no room: the caller leaves them out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from server.domain.calendar import YEAR_MAX, YEAR_MIN, clock_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from server.domain.calendar import Period

AT_ONCE_MAX: Final = 4
"""Officers at one counter at the same time: a kiosk's config has room for no more."""
A_DAY_MAX: Final = 12
"""Assignments at one counter on one day."""
WEEK: Final = timedelta(days=7)
_HOUR_MIN = 60


class RosterFault(Enum):
    """Why something does not go into the roster."""

    OFFICER_MISSING = "officer_missing"
    COUNTER_MISSING = "counter_missing"
    DAYS_MISSING = "days_missing"
    TIME_ODD = "time_odd"
    TIME_ORDER = "time_order"
    TWICE = "twice"
    ELSEWHERE = "elsewhere"
    FULL = "full"
    MANY = "many"
    GONE = "gone"
    NOTHING = "nothing"
    NOTHING_FITS = "nothing_fits"


@dataclass(frozen=True, slots=True, order=True)
class Assignment:
    """An officer at a counter on a day, from a minute to just before another."""

    day: date
    start: int
    end: int
    counter: str
    officer: str

    def __str__(self) -> str:
        """Write it as the audit log tells it."""
        return f"{self.counter} {self.officer} {self.day} {time_text(self.start)}-{time_text(self.end)}"

    def meets(self, other: Assignment) -> bool:
        """Say whether there is a minute that lies in both."""
        return self.day == other.day and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Clash:
    """What keeps an assignment out of the roster, and the assignment that is there already, if it is one."""

    fault: RosterFault
    wanted: Assignment
    other: Assignment | None = None


def time_text(minute: int) -> str:
    """Write a time of day: 07:30."""
    return f"{minute // _HOUR_MIN:02}:{minute % _HOUR_MIN:02}"


def read_time(text: str) -> int:
    """Read `07:30`, `7h30` or `0730` as minutes since midnight. Raises `ValueError`."""
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])\s*[:hH.]?\s*([0-5][0-9])", text.strip(), re.ASCII)
    if found is None:
        raise ValueError(f"{text!r} is no time of day")
    return int(found[1]) * _HOUR_MIN + int(found[2])


def minute_of(ms: int) -> int:
    """Return what time of day a moment (UTC milliseconds) has in Vietnam, in minutes since midnight."""
    clock = clock_of(ms)
    return clock.hour * _HOUR_MIN + clock.minute


def clash(wanted: Assignment, others: Iterable[Assignment]) -> Clash | None:
    """Say what keeps an assignment out of a roster that has these others."""
    same_day = [each for each in others if each.day == wanted.day]
    for other in same_day:
        if other.officer == wanted.officer and other.meets(wanted):
            same = other.counter == wanted.counter
            return Clash(RosterFault.TWICE if same else RosterFault.ELSEWHERE, wanted, other)
    here = [each for each in same_day if each.counter == wanted.counter]
    if len(here) >= A_DAY_MAX:
        return Clash(RosterFault.MANY, wanted)
    meeting = [each for each in here if each.meets(wanted)]
    # most are there when one of them begins, or when this one does
    moments = [wanted.start, *(each.start for each in meeting if each.start >= wanted.start)]
    crowd = max(sum(each.start <= moment < each.end for each in meeting) for moment in moments)
    return Clash(RosterFault.FULL, wanted) if crowd >= AT_ONCE_MAX else None


def first_clash(wanted: Sequence[Assignment], others: Iterable[Assignment]) -> Clash | None:
    """Say what keeps the first of these out that does not fit; they must fit beside one another too."""
    there = list(others)
    for each in wanted:
        found = clash(each, there)
        if found is not None:
            return found
        there.append(each)
    return None


def copied(before: Iterable[Assignment], there: Iterable[Assignment]) -> tuple[list[Assignment], int]:
    """Return what of one week's roster goes into the next week's, and how many do not fit there.

    What is there already, just so, is not among either.
    """
    known, found, left_out = list(there), [], 0
    for each in sorted(before):
        moved = replace(each, day=each.day + WEEK)
        if moved in known:
            continue
        if clash(moved, known) is None:
            found.append(moved)
            known.append(moved)
        else:
            left_out += 1
    return found, left_out


def neighbours(week: Period) -> tuple[Period | None, Period | None]:
    """Return the weeks before and after one, as far as there is a calendar."""
    before = week.previous() if week.first - WEEK >= date(YEAR_MIN, 1, 3) else None
    after = week.next() if week.first + WEEK <= date(YEAR_MAX, 12, 28) else None
    return before, after
