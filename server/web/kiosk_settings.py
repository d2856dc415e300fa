"""How the kiosks of a center are set: the technician's PIN, the volume, the times of a visit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from msgspec.structs import asdict
from starlette.concurrency import run_in_threadpool

from server.domain.fleet import KioskSettings, limits, pin_fault, settings_of, volume_limits
from server.web.access import asked_center, visible_centers
from server.web.context import context_of
from server.web.pages import page, read_form, went_well, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Center
    from server.store import Store
    from server.web.catalog import Words

PATH: Final = "/kiosks/settings"


async def show_settings(request: Request) -> Response:
    """Show how kiosks are set, or with `fill=defaults` a form of what they are without a decision.

    `GET /kiosks/settings?center=CODE`.
    """
    center = asked_center(request, context_of(request).store)
    return await run_in_threadpool(_page, request, center)


async def set_kiosks(request: Request) -> Response:
    """Set the volume and the times of a visit. `POST /kiosks/settings?center=CODE`."""
    context = context_of(request)
    center = asked_center(request, context.store)
    form = await read_form(request)
    author = request.state.person.name

    def write(store: Store) -> dict[str, str]:
        settings, faults = settings_of(form, store.kiosk_settings(center.code).pin_hash)
        if settings is not None:
            store.set_kiosks(center.code, settings, author)
        return faults

    if faults := await context.writer.run(write):
        return await run_in_threadpool(_page, request, center, faults, form)
    return went_well(PATH, "kiosks_set", center=center.code)


async def set_pin(request: Request) -> Response:
    """Set the technician's PIN. `POST /kiosks/pin?center=CODE`."""
    context = context_of(request)
    center = asked_center(request, context.store)
    form = await read_form(request)
    pin = form.get("pin", "")
    if fault := pin_fault(pin, form.get("again", "")):
        return await run_in_threadpool(_page, request, center, {"pin": fault})
    hashed, author = await context.passwords.hash_pin(pin), request.state.person.name

    def write(store: Store) -> None:
        known = store.kiosk_settings(center.code)
        store.set_kiosks(center.code, replace(known, pin_hash=hashed), author)

    await context.writer.run(write)
    return went_well(PATH, "pin_set", center=center.code)


def _page(
    request: Request,
    center: Center,
    faults: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    context, words = context_of(request), words_of(request)
    known = context.store.kiosk_settings(center.code)
    filled = request.query_params.get("fill") == "defaults" and form is None
    settings = KioskSettings() if filled else known
    typed = {"volume": str(settings.volume)}
    typed |= {name: _seconds(value, words) for name, value in asdict(settings.thresholds).items()}
    typed |= form or {}
    within = limits() | {"volume": volume_limits()}
    values = {
        "title": words("settings_title"),
        "center": center,
        "centers": visible_centers(context.store, request.state.person),
        "names": list(limits()),
        "typed": {name: typed.get(name, "") for name in within},
        "limits": {
            name: (_seconds(limit.least, words), _seconds(limit.most, words), limit.above)
            for name, limit in within.items()
        },
        "has_pin": bool(known.pin_hash),
        "filled": filled,
        "faults": faults or {},
    }
    return page(request, "kiosk_settings.html", values, status=422 if faults else 200)


def _seconds(value: float, words: Words) -> str:
    """Write seconds as they are typed: without a part that is nothing."""
    return f"{value:g}".replace(".", words("decimal_mark"))
