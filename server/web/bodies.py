"""Read a request's body without trusting its length, its type or its compression."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, TypeVar

import msgspec
from starlette.requests import ClientDisconnect

from server.protocol.messages import BATCH_BYTES_MAX
from server.web.problems import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request

GZIP_WINDOW = 16 + zlib.MAX_WBITS

Message = TypeVar("Message", bound=msgspec.Struct)


async def read_json_body(request: Request) -> bytes:
    """Return the inflated body. Raises `Refusal`: unsupported_type, too_large or malformed."""
    kind, _, rest = request.headers.get("Content-Type", "").partition(";")
    charset = rest.replace(" ", "").lower()
    if kind.strip().lower() != "application/json" or charset not in {"", "charset=utf-8"}:
        raise Refusal("unsupported_type", "send application/json")
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding not in {"identity", "gzip"}:
        raise Refusal("unsupported_type", "send it as it is, or with gzip")
    raw = await read_at_most(request, BATCH_BYTES_MAX)
    return _inflate(raw) if encoding == "gzip" else raw


async def read_at_most(request: Request, bytes_max: int) -> bytes:
    """Return the body as it was sent. Raises `Refusal`: too_large, or malformed if the network was lost."""
    # of as many digits as the HTTP parser let through, and nothing else
    if int(request.headers.get("Content-Length", "0")) > bytes_max:
        raise Refusal("too_large")
    raw = bytearray()
    try:
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > bytes_max:
                raise Refusal("too_large")
    except ClientDisconnect:
        # every day's news on a mobile network; nobody is there to read this
        raise Refusal("malformed", "the request ends too early") from None
    return bytes(raw)


def read_message(raw: bytes, kind: type[Message]) -> Message:
    """Read a message. What is no JSON is malformed, what does not fit is invalid. Raises `Refusal`."""
    try:
        message = msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        reason, _, pointer = str(error).partition(" - at `$")
        raise Refusal(
            "invalid", errors=[{"pointer": pointer.rstrip("`")[:80], "code": reason[:60]}]
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal("malformed") from None
    _refuse_twice(raw, message)
    return message


def _refuse_twice(raw: bytes, message: msgspec.Struct) -> None:
    """Raise `Refusal` if a field stands twice in an object of the message.

    Two readers could read it two ways. Whoever writes as this program does has written each once, so that
    only others are looked at closely.
    """
    if msgspec.json.encode(message) != raw:
        json.loads(raw, object_pairs_hook=_each_once)


def _each_once(fields: list[tuple[str, object]]) -> None:
    if len({name for name, _ in fields}) < len(fields):
        raise Refusal("malformed", "a field stands twice")


def _inflate(raw: bytes) -> bytes:
    """Inflate no further than the limit: a bomb is refused while it is still small."""
    inflater = zlib.decompressobj(GZIP_WINDOW)
    try:
        inflated = inflater.decompress(raw, BATCH_BYTES_MAX + 1)
    except zlib.error:
        raise Refusal("malformed", "this is no gzip") from None
    if len(inflated) > BATCH_BYTES_MAX:
        raise Refusal("too_large")
    if not inflater.eof:
        raise Refusal("malformed", "the gzip ends too early")
    return inflated
