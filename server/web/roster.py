"""The roster of a center as a page: who sits at which counter, week by week; printed, it hangs on a wall."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.audit import Action
from server.domain.calendar import Kind, Period, day_of
from server.domain.roster import (
    WEEK,
    Assignment,
    Clash,
    RosterFault,
    copied,
    first_clash,
    neighbours,
    read_time,
    time_text,
)
from server.web.access import asked_center, visible_centers
from server.web.context import context_of
from server.web.officers import by_name, officer_here
from server.web.pages import page, read_form, went_well, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Center
    from server.domain.staff import Officer
    from server.store import Store
    from server.web.catalog import Words

PATH = "/roster"
WORKDAYS = frozenset({1, 2, 3, 4, 5})
DAY_START, DAY_END = "07:30", "17:00"
"""What the form proposes: the hours of most offices."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose roster, and of which week."""

    center: Center
    week: Period
    today: date

    @property
    def address(self) -> dict[str, object]:
        """What names it in an address."""
        return {"center": self.center.code, "week": self.week.key}


@dataclass(frozen=True, slots=True)
class Typed:
    """The form for an assignment as it was typed, with the sentence of what is wrong at each field."""

    officer: str = ""
    counter: str = ""
    days: frozenset[int] = WORKDAYS
    start: str = DAY_START
    end: str = DAY_END
    faults: dict[str, str] = field(default_factory=dict)


def _asked(request: Request) -> Asked:
    """Read the address. What is mistyped, foreign or unknown is not found."""
    context = context_of(request)
    today, key = day_of(context.now_ms()), request.query_params.get("week")
    try:
        week = Period.around(Kind.WEEK, today) if key is None else Period.parse(key)
    except (ValueError, OverflowError):
        raise HTTPException(404) from None
    if week.kind is not Kind.WEEK:
        raise HTTPException(404)
    return Asked(asked_center(request, context.store), week, today)


async def show_roster(request: Request) -> Response:
    """Show the roster of a week. `GET /roster?center=CODE&week=2026-W48`."""

    def show() -> Response:
        asked = _asked(request)
        return _page(request, asked, Typed())

    return await run_in_threadpool(show)


def _page(request: Request, asked: Asked, typed: Typed, status: int = 200) -> Response:
    """Show a week, the form for another assignment, and what may be done with the whole of it."""
    store, words, center = context_of(request).store, words_of(request), asked.center
    officers = {each.id: each for each in store.officers(center.code)}
    there = store.assignments(center.code, asked.week.first, asked.week.last)
    days, counters = list(asked.week.days()), store.counters(center.code)
    earlier, later = neighbours(asked.week)
    values = {
        "title": words("roster_title"),
        "center": center,
        "centers": visible_centers(store, request.state.person),
        "week": asked.week,
        "earlier": earlier,
        "later": later,
        "now": Period.around(Kind.WEEK, asked.today),
        "today": asked.today,
        "days": days,
        "counters": counters,
        "officers": officers,
        "choice": sorted((each for each in officers.values() if each.is_active), key=by_name),
        "rows": [
            (
                each,
                [(day, [one for one in there if (one.counter, one.day) == (each.id, day)]) for day in days],
            )
            for each in counters
        ],
        "is_empty": not there,
        "time": time_text,
        "typed": typed,
        "undo": _undo(request, there, officers, {each.id for each in counters}),
    }
    return page(request, "roster.html", values, status=status)


def _undo(
    request: Request, there: list[Assignment], officers: Mapping[str, Officer], counters: set[str]
) -> Assignment | None:
    """Return the assignment that was removed a moment ago, as the address says, unless it is there again."""
    query = request.query_params
    if query.get("done") != "unassigned":
        return None
    try:
        found = Assignment(
            date.fromisoformat(query.get("day", "")),
            read_time(query.get("start", "")),
            read_time(query.get("end", "")),
            query.get("counter", ""),
            query.get("officer", ""),
        )
    except ValueError:
        return None
    officer = officers.get(found.officer)
    known = officer is not None and officer.is_active and found.counter in counters
    return found if known and found not in there else None


async def add_assignments(request: Request) -> Response:
    """Put an officer into the roster, on some days. `POST /roster?center=CODE&week=2026-W48`.

    Fields: officer, counter, `day_1` (Monday) to `day_7`, start, end. All days, or none if one does not fit.
    """
    context, words = context_of(request), words_of(request)
    asked = await run_in_threadpool(_asked, request)
    form = await read_form(request)
    typed = _typed(form, words)
    author = request.state.person.name

    def add(store: Store) -> str:
        officer = officer_here(store, asked.center, typed.officer)
        counter = store.counter(typed.counter)
        if counter is None or counter.center != asked.center.code:
            raise HTTPException(404)
        if not officer.is_active:
            return _say(words, RosterFault.OFFICER_MISSING)
        wanted = _wanted(asked.week, typed)
        found = first_clash(wanted, _of_active(store, asked.center, asked.week))
        if found is not None:
            return _told(found, store, words)
        store.change_roster(Action.ASSIGN, officer.id, [], wanted, author)
        return ""

    if not typed.faults:
        refused = await context.writer.run(add)
        if refused:
            typed.faults["all"] = refused
    if typed.faults:
        return await run_in_threadpool(_page, request, asked, typed, 422)
    return went_well(PATH, "assigned", **asked.address)


def _typed(form: Mapping[str, str], words: Words) -> Typed:
    """Read the form; what is missing or odd is said at its field."""
    days = frozenset(number for number in range(1, 8) if form.get(f"day_{number}"))
    start, end = form.get("start", ""), form.get("end", "")
    faults = {}
    if not form.get("officer"):
        faults["officer"] = RosterFault.OFFICER_MISSING
    if not form.get("counter"):
        faults["counter"] = RosterFault.COUNTER_MISSING
    if not days:
        faults["days"] = RosterFault.DAYS_MISSING
    try:
        if read_time(start) >= read_time(end):
            faults["time"] = RosterFault.TIME_ORDER
    except ValueError:
        faults["time"] = RosterFault.TIME_ODD
    said = {name: _say(words, fault) for name, fault in faults.items()}
    return Typed(form.get("officer", ""), form.get("counter", ""), days, start, end, said)


def _say(words: Words, fault: RosterFault, **values: object) -> str:
    """Say kindly what is wrong."""
    return words(f"roster_fault_{fault.value}", **values)


def _wanted(week: Period, typed: Typed) -> list[Assignment]:
    """Return the assignments that a form without faults asks for."""
    start, end = read_time(typed.start), read_time(typed.end)
    return [
        Assignment(day, start, end, typed.counter, typed.officer)
        for day in week.days()
        if day.isoweekday() in typed.days
    ]


def _of_active(store: Store, center: Center, week: Period) -> list[Assignment]:
    """Return a week's assignments of those who serve here: who left takes no room."""
    active = {each.id for each in store.officers(center.code) if each.is_active}
    found = store.assignments(center.code, week.first, week.last)
    return [each for each in found if each.officer in active]


def _told(found: Clash, store: Store, words: Words) -> str:
    """Say kindly what stands in the way."""
    other = found.other or found.wanted
    officer, counter = store.officer(other.officer), store.counter(other.counter)
    return _say(
        words,
        found.fault,
        name=officer.name if officer else "",
        counter=counter.number if counter else "",
        day=f"{words.weekday(other.day)} {words.day(other.day)}",
        start=time_text(other.start),
        end=time_text(other.end),
    )


async def remove_assignment(request: Request) -> Response:
    """Take one assignment out; the page offers to undo it. `POST /roster/remove`: officer, day, start."""
    context, words = context_of(request), words_of(request)
    asked = await run_in_threadpool(_asked, request)
    form = await read_form(request)
    author = request.state.person.name
    try:
        day, start = date.fromisoformat(form.get("day", "")), read_time(form.get("start", ""))
        id_ = form["officer"]
    except (ValueError, KeyError):
        gone = Typed(faults={"all": _say(words, RosterFault.GONE)})
        return await run_in_threadpool(_page, request, asked, gone, 422)

    def remove(store: Store) -> Assignment | None:
        officer = officer_here(store, asked.center, id_)
        there = store.assignments(asked.center.code, day, day)
        found = next((each for each in there if (each.officer, each.start) == (officer.id, start)), None)
        if found is not None:
            store.change_roster(Action.UNASSIGN, officer.id, [found], [], author)
        return found

    found = await context.writer.run(remove)
    if found is None:
        gone = Typed(faults={"all": _say(words, RosterFault.GONE)})
        return await run_in_threadpool(_page, request, asked, gone, 422)
    removed = {"officer": found.officer, "counter": found.counter, "day": found.day}
    times = {"start": time_text(found.start), "end": time_text(found.end)}
    return went_well(PATH, "unassigned", **asked.address, **removed, **times)


async def copy_week(request: Request) -> Response:
    """Do as in the week before, as far as it fits. `POST /roster/copy?center=CODE&week=2026-W48`."""
    context, words = context_of(request), words_of(request)
    asked = await run_in_threadpool(_asked, request)
    author, center, week = request.state.person.name, asked.center, asked.week

    def copy(store: Store) -> RosterFault | bool:
        before = store.assignments(center.code, week.first - WEEK, week.last - WEEK)
        if not before:
            return RosterFault.NOTHING
        active = {each.id for each in store.officers(center.code) if each.is_active}
        here = [each for each in before if each.officer in active]
        added, left_out = copied(here, _of_active(store, center, week))
        if not added:
            return RosterFault.NOTHING_FITS
        store.change_roster(Action.COPY_WEEK, f"{center.code} {week.key}", [], added, author)
        return left_out == 0 and len(here) == len(before)

    result = await context.writer.run(copy)
    if isinstance(result, RosterFault):
        typed = Typed(faults={"all": _say(words, result)})
        return await run_in_threadpool(_page, request, asked, typed, 422)
    return went_well(PATH, "week_copied" if result else "week_copied_partly", **asked.address)


async def clear_week(request: Request) -> Response:
    """Take everything out of a week; the page asks first. `POST /roster/clear?center=CODE&week=2026-W48`."""
    context = context_of(request)
    asked = await run_in_threadpool(_asked, request)
    author, center, week = request.state.person.name, asked.center, asked.week

    def clear(store: Store) -> None:
        there = store.assignments(center.code, week.first, week.last)
        if there:
            store.change_roster(Action.CLEAR_WEEK, f"{center.code} {week.key}", there, [], author)

    await context.writer.run(clear)
    return went_well(PATH, "week_cleared", **asked.address)
