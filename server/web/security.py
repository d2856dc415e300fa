"""What protects a reader's browser, and what protects the server from a request before anybody reads it.

Headers on every answer; no form posted from elsewhere; no request whose length is told twice or whose
headers fill a book. All are plain ASGI. A session cookie is SameSite=Lax already; the check here is the
second lock, and the one that also holds in a browser of old.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request

from server.web.pages import problem_page
from server.web.problems import Refusal, answer

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_PREFIX = "/v1/"
"""Where kiosks talk. They sign what they send and carry no cookie, so nothing can be forged for them."""

HEADERS_MAX = 100
"""Headers of a request; a browser sends about 20."""
HEADERS_BYTES_MAX = 16 * 1024
"""Their names and values together, in bytes."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # not no-referrer: with it browsers send "Origin: null" with forms, and the check below fails
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"


class SecurityHeaders:
    """Puts the headers on whatever is answered. What says nothing of caching is not kept anywhere."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = HEADERS | ({"Strict-Transport-Security": HSTS} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class SoundRequests:
    """Refuses what no kiosk and no browser sends, and closes the connection it came over.

    A request with both a Content-Length and a Transfer-Encoding is read by one program this way and by
    another that way: behind a proxy, its end would be somebody else's beginning (RFC 9112, 6.3).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what is sound."""
        found = _unsound(scope["headers"]) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        refused = answer(found)
        refused.headers["Connection"] = "close"
        await refused(scope, receive, send)


def _unsound(headers: Collection[tuple[bytes, bytes]]) -> Refusal | None:
    """Return what is wrong with the headers of a request."""
    if (
        len(headers) > HEADERS_MAX
        or sum(len(name) + len(value) for name, value in headers) > HEADERS_BYTES_MAX
    ):
        return Refusal("headers_too_large")
    if {b"content-length", b"transfer-encoding"} <= {name for name, _ in headers}:
        return Refusal("malformed", "its length is told twice")
    return None


class SameSiteForms:
    """Refuses what another site makes a reader's browser post."""

    def __init__(self, app: ASGIApp, *, public_url: str) -> None:
        self._app = app
        # behind a proxy the host may be another one than the reader's browser knows
        self._public_host = urlsplit(public_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what is safe, a kiosk's, or our own."""
        if (
            scope["type"] != "http"
            or scope["method"] in SAFE_METHODS
            or scope["path"].startswith(API_PREFIX)
            or self._own(Headers(scope=scope))
        ):
            await self._app(scope, receive, send)
            return
        await problem_page(Request(scope, receive), 403)(scope, receive, send)

    def _own(self, headers: Headers) -> bool:
        """Say whether a request comes from a page of ours. If nobody says where from, it does not."""
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        try:
            origin = urlsplit(headers.get("origin", "")).netloc
        except ValueError:  # an address that is none
            return False
        return bool(origin) and origin in {headers.get("host"), self._public_host}
