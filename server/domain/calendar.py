"""Days and periods of Vietnam. Pure: what time it is now, the caller says.

Vietnam keeps UTC+7 all year round and has done so since 1975, so a day is plain arithmetic.
A period is a whole unit of the calendar: a day, a week from Monday (ISO 8601), a month, a
quarter or a year. Other periods there are none, because figures of periods that
overlap by a day or two could be subtracted from one another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VIETNAM = timezone(timedelta(hours=7), "+07")
YEAR_MIN, YEAR_MAX = 2000, 2099
"""Which years may be asked for; the four-digit form has room for no others anyway."""

_DAY = timedelta(days=1)
_DAY_MS = 24 * 3600 * 1000
_OFFSET_MS = 7 * 3600 * 1000
_QUARTER_MONTHS = 3


class Kind(Enum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def clock_of(ms: int) -> datetime:
    """Return the moment as a clock on a Vietnamese wall shows it."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(VIETNAM)


def day_of(ms: int) -> date:
    """Return the Vietnamese day of a moment (UTC milliseconds)."""
    return clock_of(ms).date()


def day_number(ms: int) -> int:
    """Return the Vietnamese day of a moment (UTC milliseconds) as a number: days since 1970-01-01."""
    return (ms + _OFFSET_MS) // _DAY_MS


def moment_of(ms: int) -> str:
    """Write a moment (UTC milliseconds) as the contract does: `2026-11-23T03:00:00Z`."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _month_start(year: int, month: int) -> date:
    """Return the first of a month; months before January and after December count on."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A whole unit of the calendar, from `first` to `last`, both within."""

    kind: Kind
    first: date
    last: date

    @classmethod
    def around(cls, kind: Kind, day: date) -> Period:
        """Return the period of this kind that a day lies in."""
        match kind:
            case Kind.DAY:
                return cls(kind, day, day)
            case Kind.WEEK:
                monday = day - day.weekday() * _DAY
                return cls(kind, monday, monday + 6 * _DAY)
            case Kind.MONTH:
                return cls._months(kind, day.year, day.month, 1)
            case Kind.QUARTER:
                opening = (day.month - 1) // _QUARTER_MONTHS * _QUARTER_MONTHS + 1
                return cls._months(kind, day.year, opening, _QUARTER_MONTHS)
            case Kind.YEAR:
                return cls._months(kind, day.year, 1, 12)

    @classmethod
    def _months(cls, kind: Kind, year: int, month: int, count: int) -> Period:
        """Return the period of so many months from this one on."""
        return cls(kind, _month_start(year, month), _month_start(year, month + count) - _DAY)

    @classmethod
    def parse(cls, key: str) -> Period:
        """Read `2026-11-23`, `2026-W47`, `2026-11`, `2026-Q4` or `2026`; anything else is a ValueError."""
        found = re.fullmatch(r"(\d{4})(?:-(?:W(\d\d)|Q([1-4])|(\d\d)(?:-(\d\d))?))?", key, re.ASCII)
        if found is None:
            raise ValueError(f"{key!r} is no period")
        year = int(found[1])
        if not YEAR_MIN <= year <= YEAR_MAX:
            raise ValueError(f"{year} is too far away")
        if found[2]:
            return cls.around(Kind.WEEK, date.fromisocalendar(year, int(found[2]), 1))
        if found[3]:
            return cls._months(Kind.QUARTER, year, int(found[3]) * _QUARTER_MONTHS - 2, _QUARTER_MONTHS)
        if found[5]:
            return cls.around(Kind.DAY, date(year, int(found[4]), int(found[5])))
        if found[4]:
            return cls.around(Kind.MONTH, date(year, int(found[4]), 1))
        return cls.around(Kind.YEAR, date(year, 1, 1))

    @property
    def key(self) -> str:
        """What `parse` reads: how the period is written in an address."""
        match self.kind:
            case Kind.DAY:
                return self.first.isoformat()
            case Kind.WEEK:
                return f"{self.week_year}-W{self.week:02}"
            case Kind.MONTH:
                return f"{self.first:%Y-%m}"
            case Kind.QUARTER:
                return f"{self.first.year}-Q{self.quarter}"
            case Kind.YEAR:
                return f"{self.first:%Y}"

    @property
    def week(self) -> int:
        """The number of the week that the first day lies in."""
        return self.first.isocalendar().week

    @property
    def week_year(self) -> int:
        """The year that this week is counted in, which at New Year is not the first day's."""
        return self.first.isocalendar().year

    @property
    def quarter(self) -> int:
        """The number of the quarter that the first day lies in."""
        return (self.first.month - 1) // _QUARTER_MONTHS + 1

    def previous(self) -> Period:
        """Return the period of the same kind just before."""
        return Period.around(self.kind, self.first - _DAY)

    def next(self) -> Period:
        """Return the period of the same kind just after."""
        return Period.around(self.kind, self.last + _DAY)

    def days(self) -> Iterator[date]:
        """Return every day in order."""
        return (self.first + number * _DAY for number in range((self.last - self.first).days + 1))

    def __contains__(self, day: object) -> bool:
        """Say whether a day lies within."""
        return isinstance(day, date) and self.first <= day <= self.last
