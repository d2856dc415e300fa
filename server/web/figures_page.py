"""The page of what a center reports of its work: month by month, with the days that are still missing.

How many citizens rated is told here only as the overview tells it: in whole releases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException

from server.domain.calendar import Kind, Period, day_of
from server.domain.disclosure import total
from server.domain.dossier_figures import COMPLAINTS, WORK, Work, is_working, month_of
from server.domain.openings import together
from server.domain.quarter_figures import GROUPS
from server.web.access import asked_center, visible_centers
from server.web.context import context_of
from server.web.overview import within
from server.web.pages import page, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.dossier_figures import ComplaintMonth, FieldDay, Month, TicketDay
    from server.domain.places import Center
    from server.store import Store

PATH: Final = "/figures"


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was not taken: which one it was, what was typed, and what is wrong with each field."""

    form: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which month is shown, and which day of it is in the form."""

    month: Period
    day: date


@dataclass(frozen=True, slots=True)
class Line:
    """A day of the table: what was told of it in all fields together. None: nothing was."""

    day: date
    work: Work | None
    served: int | None

    def count(self, name: str) -> int | None:
        """Return one of the figures of `WORK`."""
        return None if self.work is None else int(getattr(self.work, name))


def asked(request: Request, today: date) -> Asked:
    """Read the address. What is mistyped is not found, nor is a month that lies ahead."""
    query = request.query_params
    try:
        day = Period.parse(query["day"]).first if query.get("day") else None
        month = (
            Period.parse(query["month"]) if query.get("month") else Period.around(Kind.MONTH, day or today)
        )
    except (ValueError, OverflowError):
        raise HTTPException(404) from None
    if month.kind is not Kind.MONTH or month.first > today or (day or today) > today:
        raise HTTPException(404)
    if day is None:
        day = today if today in month else month.first
    return Asked(month, day)


def figures_page(request: Request, typed: Typed | None = None) -> Response:
    """Render the page, with what was wrong with a form that was sent; blocks."""
    context, words = context_of(request), words_of(request)
    store, today = context.store, day_of(context.now_ms())
    center, wanted, typed = asked_center(request, store), asked(request, today), typed or Typed()
    month = wanted.month
    work = store.field_days(center.code, month.first, month.last)
    tickets = store.ticket_days(center.code, month.first, month.last)
    told = month_of(month.first, work, tickets, working_days(store, center, month, today))
    complaints = next(iter(store.complaint_months(center.code, month.first, month.first)), None)
    n = sum(total(within(store.releases(center.code, month.first, month.last), month)))
    coverage, lines = _coverage(n, told), _lines(told, work, tickets)
    quarter = Period.around(Kind.QUARTER, month.first)
    values = {
        "title": words("figures_title"),
        "center": center,
        "centers": visible_centers(store, request.state.person),
        "month": month,
        "later": month.next() if month.last < today else None,
        "told": told,
        "whole": Line(month.first, told.work, told.served),
        "n": n,
        "coverage": coverage,
        "is_partial": any(
            ("tickets" in coverage and each.served is None) or ("dossiers" in coverage and each.work is None)
            for each in lines
        ),
        "lines": lines,
        "columns": WORK,
        "today": today,
        "day": typed.fields.get("day", wanted.day.isoformat()),
        "has_day": wanted.day in told.days,
        "fields": [
            each
            for each in store.fields()
            if each.is_active or any(one.field == each.id and one.day == wanted.day for one in work)
        ],
        "values": _of_quarter(typed, store.quarter_figures(center.code, quarter))
        | _values(typed, wanted.day, work, tickets, complaints, store.dossier_prefixes(center.code)),
        "quarter": quarter,
        "quarter_groups": GROUPS,
        "complaints": complaints,
        "complaint_names": COMPLAINTS,
        "typed": typed,
        "faults": typed.faults,
    }
    return page(request, "center_figures.html", values, status=422 if typed.faults else 200)


def working_days(store: Store, center: Center, month: Period, today: date) -> list[date]:
    """Return the days of a month before today on which a center was open."""
    timetable = together(store.timetable(None), store.timetable(center.code))
    return [day for day in month.days() if day < today and is_working(timetable, day)]


def _coverage(n: int, told: Month) -> dict[str, float]:
    """Return how many ratings there are for each ticket, and for each dossier that was returned."""
    returned = told.work.returned if told.work else 0
    found = {"tickets": told.served or 0, "dossiers": returned}
    return {name: n / count for name, count in found.items() if n and count}


def _lines(told: Month, work: Sequence[FieldDay], tickets: Sequence[TicketDay]) -> list[Line]:
    """Return every day that was told of or is missing, in order."""
    served = {each.day: each.served for each in tickets}
    there = {each.day for each in work}
    return [
        Line(
            day,
            sum((each.work for each in work if each.day == day), Work()) if day in there else None,
            served.get(day),
        )
        for day in sorted({*told.days, *told.missing})
    ]


def _of_quarter(typed: Typed, figures: Mapping[str, int]) -> dict[str, str]:
    """Return what is known of a quarter, for its form; nothing of it where it was typed just now."""
    known = {} if typed.form == "quarter" else figures
    return {f"quarter_{name}": str(count) for name, count in known.items()}


def _values(
    typed: Typed,
    day: date,
    work: Sequence[FieldDay],
    tickets: Sequence[TicketDay],
    complaints: ComplaintMonth | None,
    prefixes: Sequence[str],
) -> dict[str, str]:
    """Return what stands in the forms: what was typed just now, or else what is known."""
    found = {
        f"{name}_{each.field}": str(getattr(each.work, name))
        for each in work
        if each.day == day
        for name in WORK
    }
    for each in tickets:
        if each.day == day:
            found["served"] = str(each.served)
    if complaints is not None:
        found |= {f"complaints_{name}": str(getattr(complaints, name)) for name in COMPLAINTS}
    found["prefixes"] = " ".join(prefixes)
    return found | dict(typed.fields)
