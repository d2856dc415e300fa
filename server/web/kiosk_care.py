"""What is done with a machine: it is enrolled, moved, replaced, revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import segno
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from server.domain.calendar import clock_of
from server.domain.fleet import CODE_BYTES, CODE_LIVES_MS, code_of, reason_of
from server.domain.places import Role, counter_of
from server.errors import CommandError
from server.store import Code
from server.web.access import asked_center, visible_centers
from server.web.context import context_of
from server.web.kiosk_api import hash_code
from server.web.kiosks import PATH, kiosks_page, own_counter, public_key_of, shown
from server.web.pages import page, read_form, went_well, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.fleet import Kiosk
    from server.domain.places import Center, Counter
    from server.store import Store

QR_SCALE: Final = 8
"""Pixels of one module of a QR code, before the page fits it in."""
HALF: Final = 4
"""A code is read in two halves of so many signs."""


async def make_code(request: Request) -> Response:
    """Make a one-time code for a counter, and show it once. `POST /kiosks/code?center=CODE`."""
    context = context_of(request)
    center = asked_center(request, context.store)
    asked = (await read_form(request)).get("counter", "")
    if not asked:
        return await run_in_threadpool(kiosks_page, request, center, {"counter": "counter_missing"})
    code, expires_ms = code_of(context.token(CODE_BYTES)), context.now_ms() + CODE_LIVES_MS
    author = request.state.person.name

    def make(store: Store) -> Counter:
        counter = own_counter(store, center, asked)
        store.add_code(hash_code(code), Code(counter.id, expires_ms, device=None), author)
        return counter

    counter = await context.writer.run(make)
    words = words_of(request)
    values = {
        "title": words("code_title", number=counter.number),
        "center": center,
        "code": f"{code[:HALF]}-{code[HALF:]}",
        "minutes": words.many("minutes", CODE_LIVES_MS // 60_000),
        "clock": words.clock(clock_of(expires_ms)),
        "server": context.public_url,
        # a scanner types it into the field of the kiosk, so it holds the code alone
        "picture": segno.make_qr(code, error="q").svg_data_uri(scale=QR_SCALE, light="white"),
    }
    return page(request, "kiosk_code.html", values)


async def show_kiosk(request: Request) -> Response:
    """Show what can be done with one machine. `GET /kiosks/device?center=CODE&device=ID`."""
    return await _about(request, "kiosk.html")


async def show_revoking(request: Request) -> Response:
    """Ask whether a machine shall be revoked. `GET /kiosks/revoke?center=CODE&device=ID`."""
    return await _about(request, "kiosk_revoke.html")


async def move(request: Request) -> Response:
    """Let a machine stand at another counter. `POST /kiosks/move?center=CODE`."""
    context = context_of(request)
    center = asked_center(request, context.store)
    form = await read_form(request)
    device, counter = form.get("device", ""), form.get("counter", "")
    if not device:
        return await run_in_threadpool(kiosks_page, request, center, {"counter": "device_missing"})
    kiosk = await run_in_threadpool(_own_kiosk, context.store, center, device)
    there = await run_in_threadpool(_counters_for, request, center)
    if not counter or kiosk.is_past:
        fault = "revoked" if kiosk.is_past else "counter_missing"
        return await run_in_threadpool(_page, request, "kiosk.html", kiosk, (center, {"counter": fault}, ""))
    if counter not in {each.id for each in there}:
        raise HTTPException(404)
    author = request.state.person.name

    def go(store: Store) -> None:
        store.move_device(_own_kiosk(store, center, device).device.id, counter, author)

    try:
        await context.writer.run(go)
    except CommandError:
        faults = {"counter": "stands_there"}
        return await run_in_threadpool(_page, request, "kiosk.html", kiosk, (center, faults, counter))
    return went_well(PATH, "kiosk_moved", center=counter_of(counter).center)


async def revoke(request: Request) -> Response:
    """Let what a machine sends from now on count no more. `POST /kiosks/revoke?center=CODE`."""
    context = context_of(request)
    center = asked_center(request, context.store)
    form = await read_form(request)
    device, typed = form.get("device", ""), form.get("reason", "")
    if not device:
        return await run_in_threadpool(kiosks_page, request, center, {"counter": "device_missing"})
    kiosk = await run_in_threadpool(_own_kiosk, context.store, center, device)
    reason, fault = reason_of(typed)
    author = request.state.person.name

    def end(store: Store) -> None:
        store.revoke(_own_kiosk(store, center, device).device.id, author, reason)

    try:
        if not fault:
            await context.writer.run(end)
            return went_well(PATH, "kiosk_revoked", center=center.code)
    except CommandError:
        fault = "revoked"
    asked = (center, {"reason": fault}, typed)
    return await run_in_threadpool(_page, request, "kiosk_revoke.html", kiosk, asked)


async def _about(request: Request, template: str) -> Response:
    """Show a page about one machine; without one go to the list."""
    store = context_of(request).store
    center = asked_center(request, store)
    device = request.query_params.get("device", "")
    if not device:
        return RedirectResponse(f"{PATH}?center={center.code}", 303)
    kiosk = await run_in_threadpool(_own_kiosk, store, center, device)
    return await run_in_threadpool(_page, request, template, kiosk, (center, {}, ""))


def _own_kiosk(store: Store, center: Center, device: str) -> Kiosk:
    """Return a machine of a center; to whoever asks for another one it is not found."""
    found = (each for each in store.kiosks(center.code) if each.device.id == device)
    kiosk = next(found, None)
    if kiosk is None:
        raise HTTPException(404)
    return kiosk


def _counters_for(request: Request, center: Center) -> list[Counter]:
    """Return where a machine of a center may go: within it, and for an administrator in the whole scope."""
    store, person = context_of(request).store, request.state.person
    if person.role is not Role.ADMIN:
        return store.counters(center.code)
    scope = {each.code for each in visible_centers(store, person)}
    return [each for each in store.counters() if each.center in scope]


def _page(
    request: Request, template: str, kiosk: Kiosk, asked: tuple[Center, Mapping[str, str], str]
) -> Response:
    """Render a page about one machine, with what was asked of it and what was wrong with that."""
    context, words = context_of(request), words_of(request)
    center, faults, typed = asked
    there = [each for each in _counters_for(request, center) if each.id != kiosk.device.counter]
    names = {each.code: each.name for each in visible_centers(context.store, request.state.person)}
    groups: dict[int, list[Counter]] = {center.code: []}
    for each in there:
        groups.setdefault(each.center, []).append(each)
    values = {
        "title": words("kiosk_title", number=counter_of(kiosk.device.counter).number),
        "center": center,
        "machine": shown(kiosk, words, context.now_ms(), public_key_of(request)),
        "groups": [(names[code], found) for code, found in groups.items() if found],
        "faults": faults,
        "typed": typed,
    }
    return page(request, template, values, status=422 if faults else 200)
