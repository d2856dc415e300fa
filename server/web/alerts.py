"""The Alerts page: what somebody should look at, in one's centers, and who has seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from server.domain.alerts import OF_MACHINES, SERVER, Kind
from server.domain.calendar import clock_of
from server.domain.places import Role
from server.web.access import asked_center, visible_centers
from server.web.alert_words import address, what
from server.web.context import context_of
from server.web.pages import page, read_form, went_well, words_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.alerts import Alert
    from server.domain.places import Person
    from server.store import Store

PATH: Final = "/alerts"
SHOWN_MAX: Final = 100
"""Alerts on the page that nobody has acknowledged, and so many that somebody has."""
DIGITS_MAX: Final = 15


def kinds_for(person: Person) -> frozenset[Kind]:
    """Return what a person is told of: technicians of machines only."""
    return OF_MACHINES if person.role is Role.TECHNICIAN else frozenset(Kind)


async def show_alerts(request: Request) -> Response:
    """Show the alerts of one's centers, or of one of them. `GET /alerts?center=CODE`."""
    return await run_in_threadpool(_page, request)


async def acknowledge(request: Request) -> Response:
    """Note that somebody has seen an alert. `POST /alerts/acknowledge?center=CODE`."""
    context, person = context_of(request), request.state.person
    places = await run_in_threadpool(_places, request, context.store)
    typed = (await read_form(request)).get("alert", "")
    if not typed:
        return await run_in_threadpool(_page, request, "alert_missing")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= DIGITS_MAX):
        raise HTTPException(404)
    now_ms, kinds = context.now_ms(), kinds_for(person)

    def see(store: Store) -> None:
        found = store.alert(int(typed))
        if found is None or found.cause.center not in places or found.cause.kind not in kinds:
            raise HTTPException(404)
        store.acknowledge(found.id, person.name, now_ms)

    await context.writer.run(see)
    one = request.query_params.get("center")
    return went_well(PATH, "alert_seen", **({} if one is None else {"center": one}))


async def back_to_alerts(request: Request) -> Response:
    """Lead whoever opens the address of the form to the page."""
    places = await run_in_threadpool(_places, request, context_of(request).store)
    one = request.query_params.get("center")
    return RedirectResponse(PATH if one is None else f"{PATH}?center={next(iter(places))}", 303)


def _places(request: Request, store: Store) -> dict[int, str]:
    """Return the names of the places that are asked about, by code. A foreign center is not found."""
    person: Person = request.state.person
    if "center" in request.query_params:
        center = asked_center(request, store)
        return {center.code: center.name}
    found = {each.code: each.name for each in visible_centers(store, person)}
    return found | ({SERVER: words_of(request)("alerts_server")} if person.center is None else {})


def _page(request: Request, fault: str = "") -> Response:
    """Read and render, in a worker thread: the store blocks."""
    context, words, person = context_of(request), words_of(request), request.state.person
    places = _places(request, context.store)
    found = context.store.alerts(places.keys(), kinds_for(person), SHOWN_MAX)
    is_one = "center" in request.query_params
    centers = visible_centers(context.store, person)
    values = {
        "title": words("alerts_title"),
        "fault": fault,
        "places": places,
        "one": next(iter(places)) if is_one else None,
        "centers": centers,
        "open": [each for each in found if not each.seen_ms],
        "seen": [each for each in found if each.seen_ms],
        "what": lambda alert: what(alert, words),
        "address": lambda alert: _leads_to(alert, person),
        "when": lambda ms: f"{words.clock(clock_of(ms))} {words.day(clock_of(ms).date())}",
        "sends": context.alert_file is not None,
    }
    return page(request, "alerts.html", values, status=422 if fault else 200)


def _leads_to(alert: Alert, person: Person) -> str:
    """Return where to look, as far as this person may go there."""
    return "" if alert.cause.center == SERVER and person.center is not None else address(alert.cause)
