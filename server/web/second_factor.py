"""Setting up the second factor: a square code for the app, a first code from it, and codes on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import segno
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from server.domain.people import GUARDED, needs_second_factor
from server.domain.second_factor import (
    RECOVERY_BYTES,
    RECOVERY_CODES,
    SECRET_BYTES,
    enrolment_address,
    recovery_code,
    recovery_hash,
    secret_of,
    step_of_code,
)
from server.web.account import ACCOUNT, check_password
from server.web.context import context_of
from server.web.pages import page, read_form, went_well, words_of
from server.web.sealing import NONCE_BYTES, recovery_key, seal, unseal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Person
    from server.store import Store

SECOND_FACTOR: Final = "/account/second-factor"
SCALE: Final = 5
"""Pixels of a dot of the square code."""


def must_set_up(request: Request, person: Person, path: str) -> bool:
    """Say whether a person has to be led here before they open what they asked for."""
    required = context_of(request).second_factor_required
    return needs_second_factor(person, required=required) and not path.startswith(SECOND_FACTOR)


async def show_second_factor(request: Request) -> Response:
    """Show how the second factor is set up, or that it is on. `GET /account/second-factor`."""
    return await run_in_threadpool(_setting_up, request)


def _setting_up(request: Request, *, wrong: bool = False) -> Response:
    context = context_of(request)
    person: Person = request.state.person
    factor = context.store.factor(person.id)
    pending = factor is not None and not factor.on
    secret = unseal(context.signing_seed, factor.sealed) if factor and pending else ""
    address = enrolment_address(secret, person.name) if secret else ""
    picture = segno.make(address, error="m", micro=False) if secret else None
    values = {
        "title": words_of(request)("second_factor_title"),
        "picture": picture.svg_data_uri(scale=SCALE, light="#fff") if picture else "",
        "side": picture.symbol_size(SCALE)[0] if picture else 0,
        "address": address,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "on": factor is not None and factor.on,
        "must": needs_second_factor(person, required=context.second_factor_required),
        "wrong": wrong,
    }
    return page(request, "second_factor.html", values, status=422 if wrong else 200)


async def begin(request: Request) -> Response:
    """Make a secret, in place of one that was not confirmed. `POST /account/second-factor`."""
    context = context_of(request)
    person: Person = request.state.person
    sealed = seal(context.signing_seed, secret_of(context.token(SECRET_BYTES)), context.token(NONCE_BYTES))
    await context.writer.run(lambda store: store.begin_second_factor(person, sealed))
    return RedirectResponse(SECOND_FACTOR, 303)


async def confirm(request: Request) -> Response:
    """Turn the second factor on with a first code, and show the recovery codes once.

    `POST /account/second-factor/confirm`.
    """
    context, now = context_of(request), context_of(request).now_ms()
    person: Person = request.state.person
    typed = (await read_form(request)).get("code", "")
    codes = [recovery_code(context.token(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    key = recovery_key(context.signing_seed)

    def work(store: Store) -> bool:
        factor = store.factor(person.id)
        if factor is None or factor.on:
            return False
        step = step_of_code(unseal(context.signing_seed, factor.sealed), typed, now)
        if step is None:
            return False
        hashes = [recovery_hash(key, person.id, code) for code in codes]
        store.turn_on_second_factor(person, now, step, hashes)
        return True

    if not await context.writer.run(work):
        return await run_in_threadpool(lambda: _setting_up(request, wrong=True))
    return page(request, "recovery_codes.html", {"codes": codes})


async def turn_off(request: Request) -> Response:
    """Turn one's own second factor off, with the password. `POST /account/second-factor/off`."""
    refused = await check_password(request, (await read_form(request)).get("current", ""), "off")
    if refused is not None:
        return refused
    context = context_of(request)
    person: Person = request.state.person

    def work(store: Store) -> None:
        if store.factor(person.id) is not None:
            store.turn_off_second_factor(person, person.name)

    await context.writer.run(work)
    again = context.second_factor_required and person.role in GUARDED
    return went_well(SECOND_FACTOR if again else ACCOUNT, "second_factor_off")
