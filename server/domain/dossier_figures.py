"""What a center reports of its work: dossiers by field and day, tickets by day, complaints by month.

None of it comes from kiosks. `returned` are the dossiers whose result was given back that day; `on_time` of
them were early or in time, `late` after their date. A few have no date: the two may be less than `returned`.
A fault is the name of its words, `figures_fault_<name>`.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Final

from server.domain.calendar import YEAR_MIN, Kind, Period

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from server.domain.openings import Timetable

COUNT_MAX: Final = 1_000_000
"""More than that on one day is a slip of the hand."""
DIGITS_MAX: Final = 9
SATURDAY: Final = 5
FAULTS: Final = (
    "count",
    "more_than_returned",
    "more_than_received",
    "day",
    "day_ahead",
    "month",
    "month_ahead",
    "nothing",
    "prefix",
    "too_many",
)
"""What can be wrong with figures that were typed."""


@dataclass(frozen=True, slots=True)
class Work:
    """How many dossiers came and went; the sum of several is one too."""

    received: int = 0
    returned: int = 0
    on_time: int = 0
    late: int = 0

    def __add__(self, other: Work) -> Work:
        """Add up, figure by figure."""
        return Work(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class FieldDay:
    """What a center did in one field on one day."""

    field: int
    day: date
    work: Work


@dataclass(frozen=True, slots=True)
class TicketDay:
    """How many citizens with a ticket were served on one day."""

    day: date
    served: int


@dataclass(frozen=True, slots=True)
class ComplaintMonth:
    """The complaints (PAKN) that a center answered for in a month, named by its first day.

    `on_time` were settled early or in time; with `dissatisfied` the complainant was not content.
    """

    month: date
    received: int
    on_time: int
    dissatisfied: int


WORK: Final = tuple(each.name for each in fields(Work))
COMPLAINTS: Final = ("received", "on_time", "dissatisfied")


@dataclass(frozen=True, slots=True)
class Month:
    """What there is of a month, and which days have nothing yet though the center was open."""

    work: Work | None
    served: int | None
    days: tuple[date, ...]
    missing: tuple[date, ...]


def read_count(typed: str) -> int | None:
    """Return a number that was typed, with or without points between thousands; None: it is none."""
    plain = typed.strip().replace(".", "").replace(",", "").replace(" ", "").replace("\u00a0", "")
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= DIGITS_MAX):
        return None
    return int(plain) if int(plain) <= COUNT_MAX else None


def read_day(typed: str, today: date) -> tuple[date | None, str]:
    """Read a day, `2026-11-23` or `23/11/2026`; it may not lie ahead."""
    text = typed.strip()
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            found = date(year, month, day)
        else:
            found = date.fromisoformat(text[:10])
    except ValueError:
        return None, "day"
    if found.year < YEAR_MIN:
        return None, "day"
    return (found, "") if found <= today else (None, "day_ahead")


def read_month(typed: str, today: date) -> tuple[date | None, str]:
    """Read a month, `2026-11`, `11/2026` or any day of it; returns its first day."""
    text = typed.strip()
    parts = text.split("/")
    if len(parts) == 2:  # noqa: PLR2004 - month and year
        text = f"01/{text}"
    elif len(text.split("-")) == 2:  # noqa: PLR2004 - year and month
        text = f"{text}-01"
    found, fault = read_day(text, date.max)
    if found is None:
        return None, fault and "month"
    first = found.replace(day=1)
    return (first, "") if first <= today else (None, "month_ahead")


def work_of(counts: Sequence[int | None]) -> tuple[Work | None, dict[str, str]]:
    """Make figures of four counts in the order of `WORK`; or say which of them is wrong."""
    faults = {name: "count" for name, count in zip(WORK, counts, strict=True) if count is None}
    if faults:
        return None, faults
    work = Work(*(count or 0 for count in counts))
    if work.on_time + work.late > work.returned:
        return None, {"returned": "more_than_returned"}
    return work, {}


def complaints_of(month: date, counts: Sequence[int | None]) -> tuple[ComplaintMonth | None, dict[str, str]]:
    """Make the complaints of a month of three counts in the order of `COMPLAINTS`; or say what is wrong."""
    faults = {name: "count" for name, count in zip(COMPLAINTS, counts, strict=True) if count is None}
    if faults:
        return None, faults
    found = ComplaintMonth(month, *(count or 0 for count in counts))
    wrong = {name: "more_than_received" for name in COMPLAINTS[1:] if getattr(found, name) > found.received}
    return (None, wrong) if wrong else (found, {})


@dataclass(frozen=True, slots=True)
class DayForm:
    """What was typed for a day. Of a field without a single number nothing is known, which is not nought."""

    work: tuple[FieldDay, ...] = ()
    tickets: TicketDay | None = None


def read_form(form: Mapping[str, str], day: date, numbers: Iterable[int]) -> tuple[DayForm, dict[str, str]]:
    """Read the figures of a day, `<name>_<field>` for each field and `served`; or say what is wrong where."""
    work: list[FieldDay] = []
    faults: dict[str, str] = {}
    for number in numbers:
        typed = [form.get(f"{name}_{number}", "").strip() for name in WORK]
        if not any(typed):
            continue
        found, wrong = work_of([read_count(text or "0") for text in typed])
        faults |= {f"{name}_{number}": fault for name, fault in wrong.items()}
        if found is not None:
            work.append(FieldDay(number, day, found))
    served = form.get("served", "").strip()
    count = read_count(served or "0")
    if count is None:
        faults["served"] = "count"
    if not faults and not work and not served:
        faults["day"] = "nothing"
    return DayForm(tuple(work), TicketDay(day, count or 0) if served else None), faults


def is_working(timetable: Timetable, day: date) -> bool:
    """Say whether a center is open on a day; where nobody decided, from Monday to Friday."""
    special = timetable.days.get(day)
    if special is not None:
        return bool(special.spans)
    return day.weekday() < SATURDAY if timetable.week is None else bool(timetable.week[day.weekday()])


def month_of(
    first: date, work: Iterable[FieldDay], tickets: Iterable[TicketDay], open_days: Collection[date]
) -> Month:
    """Add up a month. A day is missing if the center was open and neither dossiers nor tickets are told."""
    period = Period.around(Kind.MONTH, first)
    done = [each for each in work if each.day in period]
    served = [each for each in tickets if each.day in period]
    there = {each.day for each in done} | {each.day for each in served}
    return Month(
        work=sum((each.work for each in done), Work()) if done else None,
        served=sum(each.served for each in served) if served else None,
        days=tuple(sorted(there)),
        missing=tuple(day for day in sorted(open_days) if day in period and day not in there),
    )
