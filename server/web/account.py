"""My account: the password, the second factor's state, and the sessions that are open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from server.domain.calendar import clock_of
from server.domain.credentials import PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, password_fault
from server.web.auth import Guess
from server.web.context import context_of
from server.web.guesses import admit, forgive, refuse_for_now
from server.web.pages import page, read_form, went_well, words_of
from server.web.sessions import HANDLE_CHARS, address_of, session_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Person
    from server.store import Store

ACCOUNT: Final = "/account"


async def show_account(request: Request) -> Response:
    """Show one's own account. `GET /account`."""
    return await run_in_threadpool(account_page, request, {})


def account_page(request: Request, faults: Mapping[str, str], *, status: int = 200) -> Response:
    """Make the page. `faults` are ids of words, by the field that they are about."""
    context, person = context_of(request), request.state.person
    found = context.store.sessions(person.id, context.now_ms())
    center = None if person.center is None else context.store.center(person.center)
    values = {
        "title": words_of(request)("account_title"),
        "center": center,
        "sessions": [(each, clock_of(each.started_ms) if each.started_ms else None) for each in found],
        "here": session_hash(request)[:HANDLE_CHARS],
        "codes_left": context.store.recovery_codes_left(person.id),
        "faults": faults,
        "chars_min": PASSWORD_CHARS_MIN,
        "chars_max": PASSWORD_CHARS_MAX,
    }
    return page(request, "account.html", values, status=status)


def new_password_faults(form: Mapping[str, str], name: str) -> dict[str, str]:
    """Return what is wrong with a new password that was typed twice, by field."""
    fault = password_fault(form.get("password", ""), name)
    if fault is not None:
        return {"password": f"password_{fault.value}"}
    if form.get("again", "") != form["password"]:
        return {"again": "password_differs"}
    return {}


async def change_password(request: Request) -> Response:
    """Replace one's own password; every other session of one's own ends. `POST /account/password`."""
    form = await read_form(request)
    person: Person = request.state.person
    faults = new_password_faults(form, person.name)
    if faults:
        return await run_in_threadpool(lambda: account_page(request, faults, status=422))
    refused = await check_password(request, form.get("current", ""))
    if refused is not None:
        return refused
    context = context_of(request)
    hashed = await context.passwords.hash(form["password"])
    kept = session_hash(request)
    await context.writer.run(
        lambda store: store.set_password(person.name, hashed, person.name, keep_session=kept)
    )
    return went_well(ACCOUNT, "password_changed")


async def check_password(request: Request, typed: str, field: str = "current") -> Response | None:
    """Return the answer to a wrong password of one's own, or None. Whoever finds a desk open may guess.

    `field` is where the fault is shown.
    """
    context = context_of(request)
    person: Person = request.state.person
    guess, now = Guess(person.name, typed, address_of(request)), context.now_ms()
    opens_ms = await context.writer.run(lambda store: admit(store, guess.subjects, now))
    if opens_ms is not None:
        return refuse_for_now(request, opens_ms, now)
    if not await context.passwords.verify(person.password_hash, typed):
        faults = {field: "password_current_wrong"}
        return await run_in_threadpool(lambda: account_page(request, faults, status=422))
    await context.writer.run(lambda store: forgive(store, guess.subjects, now))
    return None


async def end_session(request: Request) -> Response:
    """End one of one's own sessions. `POST /account/sessions/end`."""
    handle = (await read_form(request)).get("session", "")
    person: Person = request.state.person
    if not handle:
        faults = {"session": "session_unnamed"}
        return await run_in_threadpool(lambda: account_page(request, faults, status=422))
    await context_of(request).writer.run(lambda store: store.end_one_session(person.id, handle))
    return went_well(ACCOUNT, "session_ended")


async def end_other_sessions(request: Request) -> Response:
    """End all of one's own sessions but this one. `POST /account/sessions/end-others`."""
    person: Person = request.state.person
    kept = session_hash(request)

    def work(store: Store) -> None:
        store.end_sessions(person, person.name, keep_session=kept)

    await context_of(request).writer.run(work)
    return went_well(ACCOUNT, "sessions_ended")
