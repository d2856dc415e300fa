"""The Opening hours page: of a center, and of the whole province for centers that have none of their own.

Both have the same verbs; the address says whose hours are meant. Whatever is changed here can be undone:
the audit log has what there was before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.audit import Action, changed
from server.domain.calendar import day_of
from server.domain.opening_forms import DAYS_MAX, read_day, read_week
from server.domain.openings import SpecialDay, Timetable, ahead, from_told, together, told
from server.web.access import asked_center
from server.web.context import context_of
from server.web.opening_page import (
    PROVINCE_PATH,
    YEARS,
    Place,
    Typed,
    proposal_name,
    proposal_spans,
    proposals,
    shown,
)
from server.web.pages import read_form, went_well
from server.web.undo import before_event, event_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from server.store import Store

    Decide = Callable[[Store, Timetable, Timetable], Timetable | Mapping[str, str]]
    """From what a place decided itself, and what holds there, to what shall be; or to the fault of fields."""

FIELDS_MAX: Final = 40
"""Fields of a form: seven days with four times each, and some more."""


def asked_place(request: Request, store: Store) -> Place:
    """Return whose hours an address means. To whoever may not decide about them they are not found."""
    if not request.url.path.startswith(PROVINCE_PATH):
        return Place(asked_center(request, store))
    if request.state.person.center is not None:
        raise HTTPException(404)
    return Place(None)


async def show_openings(request: Request) -> Response:
    """Show when a center is open. `GET /openings?center=CODE`, `GET /openings/province`."""
    return await run_in_threadpool(_show, request, None)


def _show(request: Request, typed: Typed | None) -> Response:
    return shown(request, asked_place(request, context_of(request).store), typed)


async def _change(
    request: Request, typed: Typed, done: str, decide: Decide, *, again: bool = True
) -> Response:
    """Decide, write and note in one transaction; a fault shows the page again with what was typed.

    What was done can be undone from the page that follows, unless `again` is False.
    """
    context = context_of(request)
    place = await run_in_threadpool(asked_place, request, context.store)

    def job(store: Store) -> int | Mapping[str, str]:
        own = store.timetable(place.code)
        decided = decide(store, own, together(store.timetable(None), own))
        if not isinstance(decided, Timetable):
            return decided
        before, after = told(own), told(decided)
        if before == after:
            return 0
        store.set_timetable(place.code, decided)
        return store.note(
            Action.SET_HOURS, place.subject, changed(before, after), author=request.state.person.name
        )

    found = await context.writer.run(job)
    if not isinstance(found, int):
        return await run_in_threadpool(_show, request, Typed(typed.form, typed.fields, found))
    undo = {"undo": found} if found and again else {}
    return went_well(place.path, done, **place.query, **undo)


async def post_week(request: Request) -> Response:
    """Set the hours of the week. `POST /openings/week`."""
    form = await read_form(request, fields_max=FIELDS_MAX)

    def decide(_store: Store, own: Timetable, _valid: Timetable) -> Timetable | dict[str, str]:
        week, faults = read_week(form)
        return faults or replace(own, week=week)

    return await _change(request, Typed("week", form), "hours_set", decide)


async def post_forget(request: Request) -> Response:
    """Go back to the province's week; of the province: to none. `POST /openings/forget`."""

    def decide(_store: Store, own: Timetable, _valid: Timetable) -> Timetable | dict[str, str]:
        return {"forget": "no_own"} if own.week is None else replace(own, week=None)

    return await _change(request, Typed("forget"), "hours_forgotten", decide)


async def post_day(request: Request) -> Response:
    """Add a day that differs. `POST /openings/days`."""
    form = await read_form(request)
    today = _today(request)

    def decide(_store: Store, own: Timetable, valid: Timetable) -> Timetable | dict[str, str]:
        read, faults = read_day(form, own, today)
        if valid.week is None:
            faults = faults | {"day": "no_week"}
        if read is None or faults:
            return faults
        return replace(own, days={**own.days, read[0]: read[1]})

    return await _change(request, Typed("day", form), "day_set", decide)


async def post_day_removal(request: Request) -> Response:
    """Take a coming day out again. `POST /openings/days/remove`."""
    form = await read_form(request)
    today = _today(request)

    def decide(_store: Store, own: Timetable, _valid: Timetable) -> Timetable | dict[str, str]:
        if not form.get("day"):
            return {"list": "no_day"}
        coming = {day.isoformat(): day for day in ahead(own.days, today)}
        if form["day"] not in coming:
            raise HTTPException(404)
        chosen = coming[form["day"]]
        return replace(own, days={day: special for day, special in own.days.items() if day != chosen})

    return await _change(request, Typed("list", form), "day_removed", decide)


async def post_holidays(request: Request) -> Response:
    """Take over the holidays of a year that are still to come. `POST /openings/holidays`."""
    form = await read_form(request)
    today = _today(request)
    words = context_of(request).catalog.languages["vi"]  # as the names of the other days are

    def decide(_store: Store, own: Timetable, valid: Timetable) -> Timetable | dict[str, str]:
        years = {str(year): year for year in range(today.year, today.year + YEARS)}
        if form.get("year") not in years:
            return {"holidays": "no_year"}
        if valid.week is None:
            return {"holidays": "no_week"}
        found = {
            each.day: SpecialDay(proposal_name(each, words), proposal_spans(each, valid))
            for each in proposals(valid, years[form["year"]], today)
        }
        if not found:
            return {"holidays": "none_left"}
        if len(ahead(own.days, today)) + len(found) > DAYS_MAX:
            return {"holidays": "too_many"}
        return replace(own, days={**own.days, **found})

    return await _change(request, Typed("holidays", form), "holidays_taken", decide)


async def post_undo(request: Request) -> Response:
    """Take a change back. `POST /openings/undo`."""
    form = await read_form(request)
    number = event_number(form.get("event"))
    place = await run_in_threadpool(asked_place, request, context_of(request).store)

    def decide(store: Store, own: Timetable, _valid: Timetable) -> Timetable | dict[str, str]:
        if number is None:
            return {"undo": "changed_since"}
        lines = before_event(store, number, Action.SET_HOURS, place.subject, told(own))
        return {"undo": "changed_since"} if lines is None else from_told(lines)

    return await _change(request, Typed("undo", form), "hours_undone", decide, again=False)


def _today(request: Request) -> date:
    return day_of(context_of(request).now_ms())
