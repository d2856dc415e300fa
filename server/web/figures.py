"""What a center reports, as it is typed: a day, a month's complaints, a quarter, whose dossiers count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from server.domain.calendar import day_of
from server.domain.dossier_figures import (
    COMPLAINTS,
    complaints_of,
    read_count,
    read_day,
    read_form,
    read_month,
)
from server.domain.dossiers import read_prefixes
from server.domain.quarter_figures import read_figures, read_quarter
from server.web import pages
from server.web.access import asked_center
from server.web.context import context_of
from server.web.figures_page import PATH, Typed, figures_page
from server.web.pages import went_well

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Center
    from server.store import Store

    Deed = Callable[[Store, Center], Mapping[str, str]]
    """Does what a form asks for, or says what is wrong with each of its fields."""

FIELDS_MAX: Final = 500
"""Numbers of one form: four for each field of the province, and some more."""
BYTES_MAX: Final = 32_768


async def show_figures(request: Request) -> Response:
    """Show what a center reported. `GET /figures?center=CODE&month=2026-11&day=2026-11-20`."""
    return await run_in_threadpool(figures_page, request)


async def post_day(request: Request) -> Response:
    """Write the figures of a day in place of what was there. `POST /figures/day?center=CODE`."""
    form = await pages.read_form(request, bytes_max=BYTES_MAX, fields_max=FIELDS_MAX)
    day, fault = read_day(form.get("day", ""), _today(request))
    author = request.state.person.name

    def write(store: Store, center: Center) -> Mapping[str, str]:
        if day is None:
            return {"day": fault}
        told, faults = read_form(form, day, [each.id for each in store.fields()])
        if not faults and told.work:
            store.take_field_days(center.code, told.work, author)
        if not faults and told.tickets is not None:
            store.take_ticket_days(center.code, [told.tickets], author)
        return faults

    return await _decide(request, Typed("day", form), "figures_saved", write, day)


async def post_removal(request: Request) -> Response:
    """Delete what was told of a day; the page asks first. `POST /figures/day/remove?center=CODE`: day."""
    form = await pages.read_form(request)
    day, fault = read_day(form.get("day", ""), _today(request))
    author = request.state.person.name

    def remove(store: Store, center: Center) -> Mapping[str, str]:
        if day is None:
            return {"day": fault}
        store.remove_figures(center.code, day, author)
        return {}

    return await _decide(request, Typed("day", form), "figures_removed", remove, day)


async def post_complaints(request: Request) -> Response:
    """Write the complaints of a month. `POST /figures/complaints?center=CODE`: month, three numbers."""
    form = await pages.read_form(request)
    month, fault = read_month(form.get("month", ""), _today(request))
    author = request.state.person.name

    def write(store: Store, center: Center) -> Mapping[str, str]:
        if month is None:
            return {"month": fault}
        counts = [read_count(form.get(f"complaints_{name}", "")) for name in COMPLAINTS]
        told, faults = complaints_of(month, counts)
        if told is not None:
            store.take_complaint_months(center.code, [told], author)
        return {f"complaints_{name}": fault for name, fault in faults.items()}

    return await _decide(request, Typed("complaints", form), "complaints_saved", write, month)


async def post_quarter(request: Request) -> Response:
    """Write what a quarter's indices need. `POST /figures/quarter?center=CODE`: quarter, and its numbers.

    What is left empty is not told any more.
    """
    form = await pages.read_form(request)
    quarter, fault = read_quarter(form.get("quarter", ""), _today(request))
    month, _ = read_month(form.get("month", ""), _today(request))
    author = request.state.person.name

    def write(store: Store, center: Center) -> Mapping[str, str]:
        if quarter is None:
            return {"quarter": fault}
        figures, faults = read_figures(form)
        if not faults:
            store.take_quarter_figures(center.code, quarter, figures, author)
        return faults

    shown = None if quarter is None else month if month in quarter else quarter.first
    return await _decide(request, Typed("quarter", form), "quarter_saved", write, shown)


async def post_prefixes(request: Request) -> Response:
    """Say whose dossiers count. `POST /figures/prefixes?center=CODE`: prefixes, none for all."""
    form = await pages.read_form(request)
    author = request.state.person.name

    def write(store: Store, center: Center) -> Mapping[str, str]:
        if "prefixes" not in form:
            return {"prefixes": "nothing"}
        prefixes, fault = read_prefixes(form["prefixes"])
        if fault:
            return {"prefixes": fault}
        store.set_dossier_prefixes(center.code, prefixes, author)
        return {}

    return await _decide(request, Typed("prefixes", form), "prefixes_set", write, None)


async def _decide(request: Request, typed: Typed, done: str, deed: Deed, day: date | None) -> Response:
    """Do what a form asks for in one transaction, and show its day; a fault shows the page again."""
    context = context_of(request)
    center = await run_in_threadpool(asked_center, request, context.store)
    faults = await context.writer.run(lambda store: deed(store, center))
    if faults:
        return await run_in_threadpool(figures_page, request, Typed(typed.form, typed.fields, faults))
    shown = {} if day is None else {"day": day.isoformat()}
    return went_well(PATH, done, center=center.code, **shown)


def _today(request: Request) -> date:
    return day_of(context_of(request).now_ms())
