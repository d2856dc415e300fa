"""When a center is open: what was decided, told in the log, told to people, and put together for a kiosk.

A timetable is decided for the whole province or for one center. A center without a week of its own has the
province's; its days that differ are the province's and its own, of which its own win.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from server.domain.calendar import clock_of
from server.protocol.hours import DAYS_A_WEEK, Hours, Span, next_opening

if TYPE_CHECKING:
    from collections.abc import Mapping

    Spans = tuple[Span, ...]
    Week = tuple[Spans, ...]

DAYS_TOLD_MAX: Final = 400
"""Days that differ which a kiosk takes (the contract's limit)."""
BEHIND: Final = timedelta(days=1)
"""Yesterday is still told to kiosks: their clocks may be a little behind."""
PROVINCE: Final = "province"
CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from its week, and why. Without spans it is a holiday."""

    name: str
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Timetable:
    """What was decided for a place. `week` begins with Monday; None: nothing was decided."""

    week: Week | None = None
    days: Mapping[date, SpecialDay] = field(default_factory=dict)


USUAL: Final[Week] = ((Span("07:30", "11:30"), Span("13:30", "17:00")),) * 5 + ((), ())
"""What is proposed to whoever has decided nothing yet."""


def together(province: Timetable, own: Timetable) -> Timetable:
    """Return what holds in a center, of what the province and the center itself decided."""
    return Timetable(own.week or province.week, {**province.days, **own.days})


def ahead(days: Mapping[date, SpecialDay], today: date) -> dict[date, SpecialDay]:
    """Return the days from today on, in order."""
    return {day: days[day] for day in sorted(days) if day >= today}


def hours_of(timetable: Timetable, today: date) -> Hours | None:
    """Return what a kiosk is told: no day that is over, and no more days than the contract has room for."""
    if timetable.week is None:
        return None
    coming = ahead(timetable.days, today - BEHIND)
    days = {day.isoformat(): list(special.spans) for day, special in list(coming.items())[:DAYS_TOLD_MAX]}
    return Hours(week=[list(spans) for spans in timetable.week], days=days)


def told(timetable: Timetable) -> dict[str, str]:
    """Return a timetable as the audit log tells it: a line of text for each weekday and each day."""
    week = {f"weekday_{number}": _told(spans) for number, spans in enumerate(timetable.week or (), start=1)}
    days = {
        day.isoformat(): f"{_told(special.spans)} | {special.name}"
        for day, special in sorted(timetable.days.items())
    }
    return week | days


def from_told(lines: Mapping[str, str]) -> Timetable:
    """Return the timetable that the audit log tells: the inverse of `told`."""
    numbers = [f"weekday_{number}" for number in range(1, DAYS_A_WEEK + 1)]
    week = tuple(_read(lines[name]) for name in numbers) if set(numbers) <= lines.keys() else None
    days: dict[date, SpecialDay] = {}
    for name, line in lines.items():
        if name not in numbers:
            spans, _, why = line.partition(" | ")
            days[date.fromisoformat(name)] = SpecialDay(why, _read(spans))
    return Timetable(week, days)


def _told(spans: Spans) -> str:
    return ", ".join(f"{span.start}-{span.end}" for span in spans) or CLOSED


def _read(text: str) -> Spans:
    pairs = [] if text == CLOSED else [each.split("-") for each in text.split(", ")]
    return tuple(Span(start, end) for start, end in pairs)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of a week, one after another, that are open at the same times. A special day stands alone."""

    first: date
    last: date
    spans: Spans
    name: str = ""


def stretches(timetable: Timetable, today: date) -> list[Stretch]:
    """Return the week that today lies in, in stretches of days; without a week there are none."""
    if timetable.week is None:
        return []
    monday = today - timedelta(days=today.weekday())
    found: list[Stretch] = []
    for number, spans in enumerate(timetable.week):
        day = monday + timedelta(days=number)
        special = timetable.days.get(day)
        if special is not None:
            found.append(Stretch(day, day, special.spans, special.name))
        elif found and not found[-1].name and found[-1].spans == spans:
            found[-1] = Stretch(found[-1].first, day, spans)
        else:
            found.append(Stretch(day, day, spans))
    return found


@dataclass(frozen=True, slots=True)
class Today:
    """How it stands today: open until a time of day, over for today, or closed all day.

    `opens` is the next opening after that; None: within a year there is none.
    """

    kind: Literal["until", "over", "closed"]
    end: str = ""
    opens: datetime | None = None


def today_of(timetable: Timetable, now_ms: int) -> Today | None:
    """Say how it stands at a moment (UTC milliseconds); None: without a week it is always open."""
    if timetable.week is None:
        return None
    now = clock_of(now_ms)
    special = timetable.days.get(now.date())
    spans = timetable.week[now.weekday()] if special is None else special.spans
    if spans and f"{now:%H:%M}" < spans[-1].end:
        return Today("until", spans[-1].end)
    opens = next_opening(hours_of(timetable, now.date()), now_ms / 1000)
    return Today("over" if spans else "closed", opens=opens)
