"""The Kiosks page: which machines a center has, and whether they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from server.domain.places import counter_of
from server.web.access import asked_center, visible_centers
from server.web.context import context_of
from server.web.pages import page, words_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def show_kiosks(request: Request) -> Response:
    """Show the kiosks of a center. `GET /kiosks?center=CODE`."""
    return await run_in_threadpool(_kiosks, request)


def _kiosks(request: Request) -> Response:
    store, words = context_of(request).store, words_of(request)
    center = asked_center(request, store)
    devices = [device for device in store.devices() if device.center == center.code]
    values = {
        "title": words("kiosks_title"),
        "center": center,
        "centers": visible_centers(store, request.state.person),
        "rows": [(device, counter_of(device.counter).number) for device in devices],
    }
    return page(request, "kiosks.html", values)
