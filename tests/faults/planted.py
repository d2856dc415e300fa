"""Servers that are wrong on purpose, in one way each, so that whoever attacks them must find it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from server.protocol.messages import SIGNATURE_HEADER, Batch, sign_batch
from server.web.context import context_of
from server.web.openapi import document
from server.web.operations import Operation
from server.web.problems import Refusal

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


INTEGER_MAX: Final = 2**63 - 1
"""The largest number that SQLite takes."""


def overflowing(app: Starlette) -> ASGIApp:
    """Make a server with one route more, right but for this: its largest number is too large for SQLite."""

    async def count(request: Request) -> Response:
        asked = request.query_params.get("center", "0")
        if re.fullmatch("[0-9]{1,19}", asked) is None or int(asked) > number["maximum"]:
            raise Refusal("invalid")
        return JSONResponse(context_of(request).store.pending_count(int(asked)))

    async def describe(_request: Request) -> Response:
        found = document()
        found["paths"][planted.path] = {"get": planted.described()}
        return JSONResponse(found)

    number: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": INTEGER_MAX + 1}
    planted = Operation(
        path="/v1/planted",
        method="GET",
        id="planted",
        summary="Count what waits in a center",
        status=200,
        answer={"type": "integer"},
        problems=("invalid",),
        parameters=({"name": "center", "in": "query", "schema": number},),
    )
    app.router.routes[:0] = [Route(planted.path, count), Route("/openapi.json", describe)]
    return app


class Trusting:
    """A server that takes any batch for signed by the device it names: it signs it itself, with `seed`."""

    def __init__(self, app: ASGIApp, seed: bytes) -> None:
        self._app = app
        self._seed = seed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put a good signature on a batch before anybody looks."""
        if scope["type"] != "http" or scope["path"] != "/v1/batches":
            await self._app(scope, receive, send)
            return
        raw = await Request(scope, receive).body()
        try:
            batch = msgspec.json.decode(raw, type=Batch)
            MutableHeaders(scope=scope)[SIGNATURE_HEADER] = sign_batch(self._seed, batch, raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass  # refused as it is

        async def again() -> Message:
            return {"type": "http.request", "body": raw, "more_body": False}

        await self._app(scope, again, send)
