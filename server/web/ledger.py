"""What anyone may see of the book: its checkpoints, for a program and as a page. No score, no center."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from server.domain.calendar import clock_of
from server.protocol import keys
from server.protocol.record import SEQ_MAX
from server.web.context import context_of
from server.web.pages import page, words_of
from server.web.problems import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request

CHECKPOINTS_MAX = 1000
"""Checkpoints in one answer."""
DIGITS_MAX = len(str(SEQ_MAX))
SHOWN_MAX = 20
"""Checkpoints on the page."""


async def get_checkpoints(request: Request) -> Response:
    """Return the signed checkpoints after a number, in order. `GET /v1/checkpoints?after=N`."""
    asked = request.query_params.get("after", "0")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= DIGITS_MAX) or int(asked) > SEQ_MAX:
        raise Refusal("invalid", errors=[{"pointer": "after", "code": "no number of a checkpoint"}])
    store = context_of(request).store
    kept = await run_in_threadpool(store.checkpoints, int(asked), CHECKPOINTS_MAX)
    return Response(msgspec.json.encode([each.signed for each in kept]), media_type="application/json")


async def show_ledger(request: Request) -> Response:
    """Show the newest checkpoints, and say how anybody can check them. `GET /so-cai`."""
    return await run_in_threadpool(_ledger, request)


def _ledger(request: Request) -> Response:
    context = context_of(request)
    words = words_of(request)
    with context.store.snapshot():
        newest = context.store.newest_checkpoints(SHOWN_MAX)
        count, withheld = context.store.record_count(), context.store.withheld_count()
    rows = [(each.number, clock_of(each.made_ms), each.hash) for each in newest]
    values = {
        "title": words("ledger_title"),
        "rows": rows,
        "count": count,
        "withheld": withheld,
        "key": keys.public_key(context.signing_seed),
    }
    return page(request, "ledger.html", values)
