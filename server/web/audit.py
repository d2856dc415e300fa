"""The audit log as a page: who decided what, when, and what it was before. Of the whole province."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.calendar import clock_of
from server.web.audit_words import Reader
from server.web.context import context_of
from server.web.pages import page, words_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


SHOWN_MAX: Final = 50
"""Events on one page."""
DIGITS_MAX: Final = 15


async def show_audit(request: Request) -> Response:
    """Show the newest events, or those before one of them. `GET /audit?before=ID`."""
    return await run_in_threadpool(_audit, request)


def _audit(request: Request) -> Response:
    context, words = context_of(request), words_of(request)
    if request.state.person.center is not None:
        raise HTTPException(404)  # an event may be about any center
    asked = request.query_params.get("before")
    if asked is not None and not (asked.isascii() and asked.isdigit() and len(asked) <= DIGITS_MAX):
        raise HTTPException(404)
    events = context.store.newest_events(None if asked is None else int(asked), SHOWN_MAX + 1)
    values = {
        "title": words("audit_title"),
        "rows": [(event, clock_of(event.at_ms)) for event in events[:SHOWN_MAX]],
        "reader": Reader(context.store, words),
        "earlier": events[SHOWN_MAX - 1].id if len(events) > SHOWN_MAX else None,
        "is_newest": asked is None,
    }
    return page(request, "audit.html", values)
