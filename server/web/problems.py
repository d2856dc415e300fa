"""Every error this server can answer, in one closed table (RFC 9457).

A retired code stays in the table, so that its name is never used for anything else. A request that
carried a device and a nonce gets its problem signed: only then may a kiosk stop sending for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from server.errors import ServerError
from server.protocol.messages import PROBLEM_TYPE, Problem, ProblemAnswer, seal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of trouble: its HTTP status and what it is called."""

    status: int
    title: str


KINDS: Mapping[str, Kind] = {
    "malformed": Kind(400, "The request cannot be read"),
    "unknown_device": Kind(401, "No such device"),
    "bad_signature": Kind(401, "The signature is not this device's"),
    "bad_enrolment": Kind(401, "The enrolment is not one that this server signed for the device"),
    "device_revoked": Kind(403, "This device was revoked"),
    "not_found": Kind(404, "Nothing is here"),
    "code_unknown": Kind(404, "No such enrolment code"),
    "method_not_allowed": Kind(405, "Not with this method"),
    "fork": Kind(409, "The records contradict the ones that are kept"),
    "code_spent": Kind(410, "The enrolment code was used or is too old"),
    "too_large": Kind(413, "The request is too large"),
    "unsupported_type": Kind(415, "Not this content type or encoding"),
    "invalid": Kind(422, "The request does not fit the contract"),
    "aside_missing": Kind(422, "A record names an aside that is not beside it"),
    "too_many_tries": Kind(429, "Too many wrong tries"),
    "too_many_successors": Kind(429, "This kiosk became too many devices today"),
    "headers_too_large": Kind(431, "The headers are too large"),
    "internal": Kind(500, "The server failed"),
    "busy": Kind(503, "The server has too much to do"),
}
"""The closed table. `type` of a problem is `urn:nucuoi:problem:` and its code."""


@dataclass
class Refusal(ServerError):  # noqa: N818 - a refusal is an answer, not a failure
    """A request that gets a problem. With `device` and `nonce` the answer is signed."""

    code: str
    detail: str = ""
    errors: list[dict[str, str]] = field(default_factory=list)
    device: str = ""
    nonce: str = ""
    retry_after_s: int | None = None


def answer(refusal: Refusal, seed: bytes = b"") -> Response:
    """Return the problem as it goes on the wire. `seed`, the server's key, is needed to sign it."""
    kind = KINDS[refusal.code]
    signed = None
    if refusal.device and refusal.nonce:
        signed = seal(
            seed,
            ProblemAnswer(device=refusal.device, nonce=refusal.nonce, code=refusal.code, status=kind.status),
        )
    problem = Problem(
        type=f"urn:nucuoi:problem:{refusal.code}",
        title=kind.title,
        status=kind.status,
        code=refusal.code,
        detail=refusal.detail,
        errors=refusal.errors,
        signed=signed,
    )
    headers = {} if refusal.retry_after_s is None else {"Retry-After": str(refusal.retry_after_s)}
    return Response(msgspec.json.encode(problem), kind.status, headers, media_type=PROBLEM_TYPE)
