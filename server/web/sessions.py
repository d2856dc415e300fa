"""Sessions: 256 random bits in a cookie. The server keeps their hash, for half a day or until signing out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from server.domain.browsers import browser_of
from server.web.context import context_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Person
    from server.store import Store
    from server.web.context import Context

SESSION_S: Final = 12 * 3600
WAITING_S: Final = 10 * 60
"""How long a session waits for the code of the second factor."""
TOKEN_BYTES: Final = 32
HANDLE_CHARS: Final = 16
ADDRESS_CHARS_MAX: Final = 64
CODE: Final = "code"
"""What a session waits for whose owner has a second factor."""


def cookie_name(context: Context) -> str:
    """Return the session cookie's name. `__Host-` binds it to this host, and browsers want TLS for it."""
    return "__Host-nucuoi" if context.https else "nucuoi"


def hash_token(token: str) -> str:
    """Return what is kept of a token: it has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def address_of(request: Request) -> str:
    """Return from where a request comes; behind a proxy that is named in the settings, from where it says."""
    return request.client.host[:ADDRESS_CHARS_MAX] if request.client else ""


def session_hash(request: Request) -> str:
    """Return the hash of this browser's token; empty if it has none."""
    token = request.cookies.get(cookie_name(context_of(request)))
    return hash_token(token) if token else ""


async def signed_in(request: Request, waits: str = "") -> Person | None:
    """Return who is signed in, or whose session `waits` for a code."""
    context, kept = context_of(request), session_hash(request)
    if not kept:
        return None
    return await run_in_threadpool(context.store.session_person, kept, context.now_ms(), waits)


def start(store: Store, request: Request, person: Person, token: str, waits: str = "") -> None:
    """Keep a new session, in the open transaction; one that this browser had before ends."""
    now = context_of(request).now_ms()
    earlier = session_hash(request)
    if earlier:
        store.end_session(earlier)
    store.start_session(
        hash_token(token),
        person.id,
        now + (WAITING_S if waits else SESSION_S) * 1000,
        started_ms=now,
        address=address_of(request),
        browser=browser_of(request.headers.get("user-agent", "")),
        waits=waits,
    )


def give_cookie(request: Request, response: Response, token: str) -> None:
    """Hand the token to the browser."""
    context = context_of(request)
    response.set_cookie(
        cookie_name(context),
        token,
        max_age=SESSION_S,
        path="/",
        secure=context.https,
        httponly=True,
        samesite="lax",
    )


def take_cookie(request: Request, response: Response) -> None:
    """Let the browser forget the token."""
    context = context_of(request)
    response.delete_cookie(
        cookie_name(context), path="/", secure=context.https, httponly=True, samesite="lax"
    )
