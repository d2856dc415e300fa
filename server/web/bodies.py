"""Read a request's body without trusting its length, its type or its compression."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from server.protocol.messages import BATCH_BYTES_MAX
from server.web.problems import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request

GZIP_WINDOW = 16 + zlib.MAX_WBITS


async def read_json_body(request: Request) -> bytes:
    """Return the inflated body. Raises `Refusal`: unsupported_type, too_large or malformed."""
    kind, _, rest = request.headers.get("Content-Type", "").partition(";")
    charset = rest.replace(" ", "").lower()
    if kind.strip().lower() != "application/json" or charset not in {"", "charset=utf-8"}:
        raise Refusal("unsupported_type", "send application/json")
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding not in {"identity", "gzip"}:
        raise Refusal("unsupported_type", "send it as it is, or with gzip")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BATCH_BYTES_MAX:
            raise Refusal("too_large")
        chunks.append(chunk)
    raw = b"".join(chunks)
    return _inflate(raw) if encoding == "gzip" else raw


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
