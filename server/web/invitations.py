"""The page behind a one-time link: whoever was handed it sets their password, without being signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from server.domain.credentials import PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN
from server.web.account import new_password_faults
from server.web.context import context_of
from server.web.pages import page, read_form, went_well
from server.web.sessions import hash_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Person
    from server.store import Store


def link_of(request: Request, token: str) -> str:
    """Return the address of the page behind a link."""
    return f"{context_of(request).public_url.rstrip('/')}/invitation/{token}"


async def show_invitation(request: Request) -> Response:
    """Ask for a password. `GET /invitation/TOKEN`. Looking at it, as messengers do, does not use it up."""
    person = await _linked(request)
    return _spent(request) if person is None else _form(request, person, {})


async def accept_invitation(request: Request) -> Response:
    """Keep the password; the link is good no more, and every session ends. `POST /invitation/TOKEN`."""
    form = await read_form(request)
    person = await _linked(request)
    if person is None:
        return _spent(request)
    faults = new_password_faults(form, person.name)
    if faults:
        return _form(request, person, faults)
    context, token_hash = context_of(request), hash_token(request.path_params["token"])
    hashed = await context.passwords.hash(form["password"])

    def work(store: Store) -> bool:
        linked = store.linked_person(token_hash, context.now_ms())
        if linked is not None:
            store.set_password(linked.name, hashed, linked.name)
        return linked is not None

    if not await context.writer.run(work):
        return _spent(request)
    return went_well("/sign-in", "password_set")


async def _linked(request: Request) -> Person | None:
    context = context_of(request)
    token_hash = hash_token(request.path_params["token"])
    return await run_in_threadpool(context.store.linked_person, token_hash, context.now_ms())


def _form(request: Request, person: Person, faults: Mapping[str, str]) -> Response:
    values = {
        "name": person.name,
        "new": not person.password_hash,
        "faults": faults,
        "chars_min": PASSWORD_CHARS_MIN,
        "chars_max": PASSWORD_CHARS_MAX,
    }
    return page(request, "invitation.html", values, status=422 if faults else 200)


def _spent(request: Request) -> Response:
    """Say that a link is not good: used, withdrawn, too old or never made, nobody is told which."""
    return page(request, "invitation_spent.html", {}, status=404)
