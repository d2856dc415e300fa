"""What was typed about opening hours, read and checked. A fault is told by the name of its words."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal
from unicodedata import normalize

from server.domain.openings import SpecialDay, ahead
from server.protocol.hours import DAYS_A_WEEK, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.openings import Spans, Timetable, Week

    SpanFault = Literal["half", "time", "order", "overlap"]

SPANS_A_DAY: Final = 2
"""Morning and afternoon: so many spans of a day are typed."""
NAME_CHARS_MAX: Final = 60
DAYS_MAX: Final = 200
"""Days that differ, from today on, of one timetable; a center's and its province's fit the contract's 400."""
AHEAD: Final = timedelta(days=2 * 366)
"""How far ahead a day may be set: nobody plans further, and a mistyped year is further."""
TIME: Final = re.compile(r"(\d{1,2})(?:\s*[:.hgHG]\s*)?(\d{2})?", re.ASCII)


def read_time(text: str) -> str | None:
    """Return a time of day, typed as `7:30`, `7h30`, `13h` or `0730`, in the way of the contract; or None."""
    found = TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return f"{hour:02}:{minute:02}" if hour <= 23 and minute <= 59 else None  # noqa: PLR2004 # a clock


def read_spans(typed: Sequence[tuple[str, str]]) -> Spans | SpanFault:
    """Read the spans of a day, each a pair of times; empty pairs are none. Or say what is wrong."""
    found: list[Span] = []
    for start_typed, end_typed in typed:
        if not start_typed.strip() and not end_typed.strip():
            continue
        if not start_typed.strip() or not end_typed.strip():
            return "half"
        start, end = read_time(start_typed), read_time(end_typed)
        if start is None or end is None:
            return "time"
        if start >= end:
            return "order"
        if found and start < found[-1].end:
            return "overlap"
        found.append(Span(start, end))
    return tuple(found)


def fields_of(prefix: str) -> list[tuple[str, str]]:
    """Return the names of a day's fields: of each span where it starts and where it ends."""
    return [(f"{prefix}_{number}_start", f"{prefix}_{number}_end") for number in range(1, SPANS_A_DAY + 1)]


def typed_as(prefix: str, spans: Spans) -> dict[str, str]:
    """Return what stands in a day's fields for these spans."""
    filled: dict[str, str] = {}
    for (start, end), span in zip(fields_of(prefix), spans, strict=False):
        filled |= {start: span.start, end: span.end}
    return filled


def read_week(form: Mapping[str, str]) -> tuple[Week, dict[str, str]]:
    """Read the fields `d1` (Monday) to `d7`; returns the week, and the fault of each day that has one."""
    week: list[Spans] = []
    faults: dict[str, str] = {}
    for number in range(1, DAYS_A_WEEK + 1):
        prefix = f"d{number}"
        spans = read_spans([(form.get(start, ""), form.get(end, "")) for start, end in fields_of(prefix)])
        if isinstance(spans, str):
            faults[prefix] = spans
            spans = ()
        week.append(spans)
    if not faults and not any(week):
        faults["d1"] = "all_closed"
    return tuple(week), faults


def read_day(
    form: Mapping[str, str], own: Timetable, today: date
) -> tuple[tuple[date, SpecialDay] | None, dict[str, str]]:
    """Read a day that differs from a form's `day`, `name` and spans; else the fault of each field."""
    faults: dict[str, str] = {}
    day = _date(form.get("day", ""))
    if day is None:
        faults["day"] = "no_day"
    elif day < today:
        faults["day"] = "past"
    elif day > today + AHEAD:
        faults["day"] = "far"
    elif day in own.days:
        faults["day"] = "there"
    elif len(ahead(own.days, today)) >= DAYS_MAX:
        faults["day"] = "full"
    name = normalize("NFC", " ".join(form.get("name", "").split()))
    if not name or not name.isprintable():
        faults["name"] = "no_name"
    elif len(name) > NAME_CHARS_MAX:
        faults["name"] = "long_name"
    spans = read_spans([(form.get(start, ""), form.get(end, "")) for start, end in fields_of("day")])
    if isinstance(spans, str):
        faults["spans"] = spans
        return None, faults
    return (None if day is None or faults else (day, SpecialDay(name, spans))), faults


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
