"""When a center is open: by day of the week, and on the days that are otherwise.

The kiosk rests outside these hours, and the server flags what was rated then; both ask here.
Vietnam has one time zone and no summer time, so an hour of the day needs no zone of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

VIETNAM: Final = timezone(timedelta(hours=7))
DAYS_A_WEEK: Final = 7
DAYS_AHEAD: Final = 367
"""How far ahead an opening is looked for: a year, whatever day it begins on."""

TimeOfDay = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5)]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$", max_length=10)]


class Span(Struct, frozen=True, forbid_unknown_fields=True):
    """Open from a time of day, to just before another."""

    start: TimeOfDay
    end: TimeOfDay


Spans = Annotated[list[Span], Meta(max_length=6)]


class Hours(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The opening hours of a center. `week` begins with Monday; `days` are the days that differ.

    A day of `days` with no spans is a holiday; one with spans may be a Saturday that is worked.
    """

    week: Annotated[list[Spans], Meta(min_length=DAYS_A_WEEK, max_length=DAYS_A_WEEK)]
    days: Annotated[dict[Day, Spans], Meta(max_length=400)] = msgspec.field(default_factory=dict)


def spans_of(hours: Hours, moment_s: float) -> list[Span]:
    """Return when the center is open on the day of this moment (seconds since 1970, UTC)."""
    there = datetime.fromtimestamp(moment_s, UTC).astimezone(VIETNAM)
    return hours.days.get(there.date().isoformat(), hours.week[there.weekday()])


def is_open(hours: Hours | None, moment_s: float) -> bool:
    """Say whether the center is open at a moment (seconds since 1970, UTC). No hours: always."""
    if hours is None:
        return True
    now = datetime.fromtimestamp(moment_s, UTC).astimezone(VIETNAM).strftime("%H:%M")
    return any(span.start <= now < span.end for span in spans_of(hours, moment_s))


def next_opening(hours: Hours | None, moment_s: float) -> datetime | None:
    """Return when the center opens next after a moment, in Vietnam's time; nothing: not within a year."""
    if hours is None:
        return None
    now = datetime.fromtimestamp(moment_s, UTC).astimezone(VIETNAM)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(DAYS_AHEAD):
        day = midnight + timedelta(days=ahead)
        starts = [_at(day, span.start) for span in spans_of(hours, day.timestamp()) if span.start < span.end]
        after = [start for start in starts if start > now]
        if after:
            return min(after)
    return None


def _at(midnight: datetime, time: str) -> datetime:
    """Return this time of a day."""
    return midnight.replace(hour=int(time[:2]), minute=int(time[3:]))
