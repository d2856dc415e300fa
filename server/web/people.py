"""The People page: who may sign in, with which role, where; and how somebody new is invited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.calendar import clock_of
from server.domain.credentials import name_fault, plain_name
from server.domain.people import LINK_LIVES_MS, Standing, may_administer, may_look_after
from server.domain.places import Role
from server.web.access import asked_center, visible_centers
from server.web.catalog import dictionary_order
from server.web.context import context_of
from server.web.invitations import link_of
from server.web.pages import page, read_form, words_of
from server.web.sessions import TOKEN_BYTES, hash_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.people import Listed
    from server.domain.places import Center, Person
    from server.store import Store

PEOPLE: Final = "/people"
EVERYWHERE: Final = "province"
"""What a form says for the whole province."""


def asked_scope(request: Request, store: Store) -> int | None:
    """Return the center that an address names, or else the whole scope. To others it is not found."""
    if request.query_params.get("center"):
        return asked_center(request, store).code
    admin: Person = request.state.person
    return admin.center


def administrator(request: Request, store: Store) -> Person:
    """Return who is asking, as they are now in the open transaction."""
    found = store.person_of_id(request.state.person.id)
    if found is None or not may_administer(found):
        raise HTTPException(404)
    return found


async def show_people(request: Request) -> Response:
    """Show the people of a scope. `GET /people?center=CODE`."""
    return await run_in_threadpool(people_page, request)


def people_page(request: Request, *, status: int = 200) -> Response:
    """Make the page; those who are blocked come last."""
    context, words = context_of(request), words_of(request)
    scope, admin = asked_scope(request, context.store), request.state.person
    found = sorted(context.store.people(scope), key=_place)
    values = {
        "title": words("people_title"),
        "scope": scope,
        "centers": visible_centers(context.store, admin),
        "names": {center.code: center.name for center in context.store.centers()},
        "rows": [(each, _moment(each.last_sign_in_ms)) for each in found],
        "now_ms": context.now_ms(),
    }
    return page(request, "people.html", values, status=status)


def _place(listed: Listed) -> tuple[bool, tuple[list[list[int]], list[int]]]:
    return listed.standing is Standing.BLOCKED, dictionary_order(listed.person.name)


def _moment(ms: int | None) -> object:
    return None if ms is None else clock_of(ms)


async def show_new_person(request: Request) -> Response:
    """Ask for name, role and center of somebody new. `GET /people/new?center=CODE`."""
    return await run_in_threadpool(_new_person, request, {}, {})


def _new_person(request: Request, typed: Mapping[str, str], faults: Mapping[str, str]) -> Response:
    store = context_of(request).store
    scope = asked_scope(request, store)
    first = {"name": "", "role": Role.MANAGER.value, "center": EVERYWHERE if scope is None else str(scope)}
    values = {
        "typed": first | dict(typed),
        "faults": faults,
        **choices(request, store),
    }
    return page(request, "person_new.html", values, status=422 if faults else 200)


def choices(request: Request, store: Store) -> dict[str, object]:
    """Return what a form lets an administrator choose from."""
    admin: Person = request.state.person
    return {
        "roles": [role.value for role in Role],
        "centers": visible_centers(store, admin),
        "everywhere": EVERYWHERE if admin.center is None else "",
    }


async def invite(request: Request) -> Response:
    """Write somebody new, and show their link once. `POST /people/new`."""
    context = context_of(request)
    form = await read_form(request)
    token, now = context.token(TOKEN_BYTES), context.now_ms()

    def work(store: Store) -> tuple[Person | None, dict[str, str]]:
        asked_scope(request, store)
        admin = administrator(request, store)
        name = plain_name(form.get("name", ""))
        access, faults = access_of(form, admin, visible_centers(store, admin))
        fault = name_fault(name)
        if fault is not None:
            faults["name"] = f"name_{fault.value}"
        elif any(each.person.name.casefold() == name.casefold() for each in store.people(None)):
            faults["name"] = "name_taken"
        if faults or access is None:
            return None, faults
        person = store.invite(name, *access, admin.name)
        store.add_link(person, hash_token(token), now + LINK_LIVES_MS, admin.name, invites=True)
        return person, {}

    person, faults = await context.writer.run(work)
    if person is None:
        return await run_in_threadpool(_new_person, request, form, faults)
    return link_page(request, person, token, now)


def access_of(
    form: Mapping[str, str], admin: Person, centers: list[Center]
) -> tuple[tuple[Role, int | None] | None, dict[str, str]]:
    """Read role and center from a form; returns what is wrong, by field. An unknown center is not found."""
    role, center = form.get("role", ""), form.get("center", "")
    faults: dict[str, str] = {}
    if role not in {each.value for each in Role}:
        faults["role"] = "role_missing"
    if not center:
        faults["center"] = "scope_missing"
    known = {str(each.code): each.code for each in centers}
    if center and center not in known and not (center == EVERYWHERE and may_look_after(admin, None)):
        raise HTTPException(404)
    return (None if faults else (Role(role), known.get(center)), faults)


def link_page(request: Request, person: Person, token: str, made_ms: int) -> Response:
    """Show a link, this once."""
    values = {
        "name": person.name,
        "id": person.id,
        "new": not person.password_hash,
        "link": link_of(request, token),
        "until": clock_of(made_ms + LINK_LIVES_MS),
    }
    return page(request, "person_link.html", values)
