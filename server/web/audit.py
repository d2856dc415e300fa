"""The audit log as a page: who decided what, when, and what it was before. Of the whole province."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.audit import COMMAND_LINE, SERVER
from server.domain.calendar import clock_of
from server.domain.fleet import limits
from server.domain.places import Role
from server.domain.quarter_figures import QUARTER
from server.web.context import context_of
from server.web.pages import page, words_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.audit import Event
    from server.web.catalog import Words

SHOWN_MAX: Final = 50
"""Events on one page."""
DIGITS_MAX: Final = 15
NAMED: Final = frozenset(
    {
        "asked",
        "assignments",
        "center",
        "changed",
        "counter",
        "dissatisfied",
        "field",
        "fingerprints",
        "keys",
        "late",
        "name",
        "new",
        "on_time",
        "photo",
        "prefixes",
        "procedures",
        "received",
        "returned",
        "role",
        "rows",
        "same",
        "served",
        "title",
    }
)
"""Fields of which the catalogue knows a name; others, such as a day or a notice, are told as they are."""
SETTINGS: Final = frozenset({"volume", *limits()})
ROLES: Final = frozenset(role.value for role in Role)
WEEKDAYS: Final = frozenset(f"weekday_{number}" for number in range(1, 8))


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
        "rows": [(event, clock_of(event.at_ms), details(event, words)) for event in events[:SHOWN_MAX]],
        "authors": {SERVER: words("surveys_by_server"), COMMAND_LINE: words("surveys_by_command_line")},
        "earlier": events[SHOWN_MAX - 1].id if len(events) > SHOWN_MAX else None,
        "is_newest": asked is None,
    }
    return page(request, "audit.html", values)


def details(event: Event, words: Words) -> list[str]:
    """Return the detail of an event in lines: a field that was changed with what it was and is."""
    if not event.detail.startswith("{"):
        return [_role(event.detail, words)] if event.detail else []
    try:
        fields = msgspec.json.decode(event.detail, type=dict[str, tuple[object, object]])
    except msgspec.DecodeError:
        return [event.detail]
    return [_line(name, before, after, words) for name, (before, after) in fields.items()]


def _line(field: str, before: object, after: object, words: Words) -> str:
    """Return what a field was and is."""
    was, now = _told(before, field, words), _told(after, field, words)
    return words("audit_changed", field=_name(field, words), before=was, after=now)


def _name(field: str, words: Words) -> str:
    """Return what a field is called."""
    if field in NAMED:
        return words(f"audit_field_{field}")
    if field in QUARTER:
        return words(f"index_input_{field}")
    if field in SETTINGS:
        return words(f"setting_name_{field}")
    return words(field) if field in WEEKDAYS else field


def _role(text: str, words: Words) -> str:
    """Return a role as people are told it, and every other text as it is."""
    return words(f"role_{text}") if text in ROLES else text


def _told(value: object, field: str, words: Words) -> str:
    """Return a value as it is read; nothing is a dash."""
    if isinstance(value, list):
        return "; ".join(_told(each, field, words) for each in value) or "\N{EN DASH}"
    if value is None or value == "":
        return "\N{EN DASH}"
    if isinstance(value, str):
        return _role(value, words) if field == "role" else value
    return msgspec.json.encode(value).decode()
