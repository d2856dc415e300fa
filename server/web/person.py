"""One person's page for an administrator: role, center, link, second factor, sessions, blocking."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from server.domain.calendar import clock_of
from server.domain.people import LINK_LIVES_MS, Refused, heads_province, may_look_after, refusal
from server.web.access import visible_centers
from server.web.context import context_of
from server.web.pages import page, read_form, went_well
from server.web.people import (
    EVERYWHERE,
    PEOPLE,
    access_of,
    administrator,
    asked_scope,
    choices,
    link_page,
    people_page,
)
from server.web.sessions import TOKEN_BYTES, hash_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from server.domain.people import Listed
    from server.domain.places import Person
    from server.store import Store

    Act = Callable[[Store, Person, Person], Refused | None]
    """What an administrator (the second) does to a person (the third), in the open transaction."""

PERSON = "/people/person"
DIGITS_MAX = 15


async def show_person(request: Request) -> Response:
    """Show a person. `GET /people/person?person=ID`."""
    return await run_in_threadpool(_show, request)


def _show(request: Request) -> Response:
    store = context_of(request).store
    scope = asked_scope(request, store)
    asked = request.query_params.get("person")
    if asked is None:
        return RedirectResponse(PEOPLE, 303)
    return _person_page(request, _asked(store, request.state.person, scope, asked), {})


def _asked(store: Store, admin: Person, scope: int | None, id_: str) -> Listed:
    """Return the person that a form or an address names. To whoever may not look after them: not found."""
    found = store.listed(int(id_)) if id_.isascii() and id_.isdigit() and len(id_) <= DIGITS_MAX else None
    if found is None or not may_look_after(admin, found.person.center):
        raise HTTPException(404)
    if scope is not None and found.person.center != scope:
        raise HTTPException(404)
    return found


def _person_page(
    request: Request,
    listed: Listed,
    faults: Mapping[str, str],
    *,
    refused: Refused | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    context, person = context_of(request), listed.person
    now = context.now_ms()
    kept = {"role": person.role.value, "center": EVERYWHERE if person.center is None else str(person.center)}
    link_ms, last_ms = listed.link_expires_ms, listed.last_sign_in_ms
    values = {
        "title": person.name,
        "listed": listed,
        "oneself": person.id == request.state.person.id,
        "center": None if person.center is None else context.store.center(person.center),
        "typed": kept | dict(typed or {}),
        "faults": faults,
        "refused": refused.value if refused else "",
        "last": None if last_ms is None else clock_of(last_ms),
        "link_until": clock_of(link_ms) if link_ms is not None and link_ms > now else None,
        "session_count": len(context.store.sessions(person.id, now)),
        **choices(request, context.store),
    }
    return page(request, "person.html", values, status=422 if faults or refused else 200)


async def _change(request: Request, form: Mapping[str, str], act: Act) -> Response | Person:
    """Do something about the person that a form names, in one transaction; returns them if it was done."""
    context = context_of(request)
    if not form.get("person"):
        return await run_in_threadpool(lambda: people_page(request, status=422))

    def work(store: Store) -> tuple[Person, Refused | None]:
        scope = asked_scope(request, store)
        admin = administrator(request, store)
        target = _asked(store, admin, scope, form["person"]).person
        return target, act(store, admin, target)

    target, refused = await context.writer.run(work)
    return target if refused is None else await _again(request, target, {}, refused=refused)


async def _again(
    request: Request,
    target: Person,
    faults: Mapping[str, str],
    *,
    refused: Refused | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """Show the page again, with what was wrong."""

    def made() -> Response:
        listed = context_of(request).store.listed(target.id)
        if listed is None:
            raise HTTPException(404)
        return _person_page(request, listed, faults, refused=refused, typed=typed)

    return await run_in_threadpool(made)


async def _done(request: Request, act: Act, done: str) -> Response:
    """Do something about a person, and say so on their page."""
    found = await _change(request, await read_form(request), act)
    return found if isinstance(found, Response) else went_well(PERSON, done, person=found.id)


async def change_access(request: Request) -> Response:
    """Give a person another role or center. `POST /people/role`."""
    form = await read_form(request)
    faults: dict[str, str] = {}

    def act(store: Store, admin: Person, target: Person) -> Refused | None:
        access, wrong = access_of(form, admin, visible_centers(store, admin))
        if access is None:
            faults.update(wrong)
            return None
        changed = replace(target, role=access[0], center=access[1])
        others = store.other_heads(target.id)
        refused = refusal(admin, target, other_heads=others, stays_head=heads_province(changed))
        if refused is None and changed != target:
            store.set_access(target, *access, admin.name)
        return refused

    found = await _change(request, form, act)
    if isinstance(found, Response):
        return found
    if faults:
        return await _again(request, found, faults, typed=form)
    return went_well(PERSON, "person_changed", person=found.id)


async def block(request: Request) -> Response:
    """Let a person sign in no more; all their sessions end. `POST /people/block`."""
    now = context_of(request).now_ms()

    def act(store: Store, admin: Person, target: Person) -> Refused | None:
        refused = refusal(admin, target, other_heads=store.other_heads(target.id))
        if refused is None and not target.blocked:
            store.block(target, now, admin.name)
        return refused

    return await _done(request, act, "person_blocked")


async def unblock(request: Request) -> Response:
    """Let a person sign in again. `POST /people/unblock`."""

    def act(store: Store, admin: Person, target: Person) -> Refused | None:
        if target.blocked:
            store.unblock(target, admin.name)
        return None

    return await _done(request, act, "person_unblocked")


async def make_link(request: Request) -> Response:
    """Make a new link, and show it once; one that was made before is good no more. `POST /people/link`."""
    context = context_of(request)
    token, now = context.token(TOKEN_BYTES), context.now_ms()

    def act(store: Store, admin: Person, target: Person) -> Refused | None:
        if target.blocked or target.id == admin.id:
            return Refused.BLOCKED if target.blocked else Refused.ONESELF
        store.add_link(target, hash_token(token), now + LINK_LIVES_MS, admin.name)
        return None

    found = await _change(request, await read_form(request), act)
    return found if isinstance(found, Response) else link_page(request, found, token, now)


async def withdraw_link(request: Request) -> Response:
    """Let a link that was handed out be good no more. `POST /people/link/withdraw`."""

    def act(store: Store, admin: Person, target: Person) -> Refused | None:
        listed = store.listed(target.id)
        if listed is not None and listed.link_expires_ms is not None:
            store.withdraw_link(target, admin.name)
        return None

    return await _done(request, act, "link_withdrawn")


async def reset_second_factor(request: Request) -> Response:
    """Turn off the second factor of who lost phone and paper. `POST /people/second-factor`."""

    def act(store: Store, admin: Person, target: Person) -> Refused | None:
        if target.id == admin.id:
            return Refused.ONESELF
        if target.second_factor:
            store.turn_off_second_factor(target, admin.name)
        return None

    return await _done(request, act, "person_factor_off")


async def end_sessions(request: Request) -> Response:
    """End every session of a person. `POST /people/sessions`."""

    def act(store: Store, admin: Person, target: Person) -> Refused | None:
        if target.id == admin.id:
            return Refused.ONESELF
        store.end_sessions(target, admin.name)
        return None

    return await _done(request, act, "person_sessions_ended")
