"""One request to the server's app, as a coroutine that needs no event loop."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tests.simulation.parcel import Parcel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Message


async def exchange(app: ASGIApp, request: Parcel) -> Parcel:
    """Hand a request to the app and put its answer together."""
    sent: list[Message] = []
    body = {"type": "http.request", "body": request.content, "more_body": request.cut}
    incoming: Iterator[Message] = itertools.chain([body], itertools.repeat({"type": "http.disconnect"}))

    async def receive() -> Message:
        return next(incoming)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope_of(request), receive, send)
    headers = tuple((name.decode(), value.decode()) for name, value in sent[0]["headers"])
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return Parcel(headers, content, status=sent[0]["status"])


def scope_of(request: Parcel) -> dict[str, Any]:
    """Return what an ASGI server would say of a request."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in request.headers],
        "client": ("192.0.2.7", 40000),
        "server": ("server.example", 80),
        "state": {},
    }
