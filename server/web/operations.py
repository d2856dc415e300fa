"""Everything that can be asked under /v1/, and every answer to it, as OpenAPI describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from server.protocol.messages import (
    DEVICE_HEADER,
    NONCE_HEADER,
    PROBLEM_TYPE,
    Batch,
    EnrolmentRequest,
    Health,
    ReadmissionRequest,
    Signed,
    SuccessionRequest,
)
from server.protocol.record import SEQ_MAX
from server.web.problems import KINDS
from server.web.schemas import JsonSchema, reference, signed_text

ALWAYS: Final = ("malformed", "headers_too_large", "internal", "busy")
"""What any request may get: its length told twice, its headers a book, a fault of ours, too much to do."""
WITH_BODY: Final = ("unsupported_type", "too_large", "invalid")
"""What a request with a body may get besides."""
SHOWN: Final = ("bad_enrolment", "bad_signature", "device_revoked")
"""What a request that shows an enrolment may get besides."""
STRANGERS: Final = ("unknown_device", "bad_signature")
"""What a request that should be signed may get besides."""
RETRIED: Final = (429, 503)
"""Statuses that say when to come back."""
FOUND: Final = 200
MADE: Final = 201


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked, and every answer to it.

    `problems` are the codes it may be refused with, besides those of `ALWAYS`. With `etag` the answer
    can be kept, and asked for again with If-None-Match. `links` say what it is good for next.
    """

    path: str
    method: str
    id: str
    summary: str
    status: int
    answer: JsonSchema
    problems: tuple[str, ...]
    body: JsonSchema | None = None
    parameters: tuple[JsonSchema, ...] = ()
    signed: bool = False
    etag: bool = False
    links: JsonSchema | None = None

    def described(self) -> JsonSchema:
        """Return it as the document has it."""
        done: JsonSchema = {"description": "Done", "content": {"application/json": {"schema": self.answer}}}
        responses = {str(self.status): done} | _refusals((*self.problems, *ALWAYS))
        parameters = list(self.parameters)
        if self.etag:
            kept = {"headers": {"ETag": {"schema": {"type": "string"}, "required": True}}}
            done |= kept
            responses["304"] = {"description": "What is kept still holds", **kept}
            parameters.append(_header("If-None-Match", "The ETag of what is kept", {"type": "string"}))
        if self.links:
            done["links"] = self.links
        return {
            "operationId": self.id,
            "summary": self.summary,
            "responses": dict(sorted(responses.items())),
            **({"requestBody": self.body} if self.body else {}),
            **({"parameters": parameters} if parameters else {}),
            **({"security": [{"device": []}]} if self.signed else {}),
        }


def operations() -> tuple[Operation, ...]:
    """Return everything that can be asked under /v1/."""
    return (*_admitting(), *_posted(), *_asked())


def _admitting() -> tuple[Operation, ...]:
    return (
        Operation(
            path="/v1/enrolments",
            method="POST",
            id="enrol",
            summary="Admit a kiosk that has a one-time code",
            status=MADE,
            answer=reference("Enrolled"),
            problems=("code_unknown", "code_spent", "too_many_tries", *WITH_BODY),
            body=_body("EnrolmentRequest", _AN_ENROLMENT_REQUEST),
        ),
        Operation(
            path="/v1/successions",
            method="POST",
            id="succeed",
            summary="Make the device that another names its successor; the same key again is the same one",
            status=MADE,
            answer=reference("Enrolled"),
            problems=(*SHOWN, "too_many_successors", *WITH_BODY),
            body=_body("SuccessionRequest", _A_SUCCESSION),
            signed=True,
        ),
        Operation(
            path="/v1/readmissions",
            method="POST",
            id="readmit",
            summary="Take in again a device that a restored server has forgotten, and its ancestors",
            status=FOUND,
            answer=reference("Enrolled"),
            problems=(*SHOWN, *WITH_BODY),
            body=_body("ReadmissionRequest", _A_READMISSION),
            signed=True,
        ),
    )


def _posted() -> tuple[Operation, ...]:
    return (
        Operation(
            path="/v1/batches",
            method="POST",
            id="send",
            summary="Take records in the order of the chain",
            status=FOUND,
            answer=signed_text("Receipt"),
            problems=(
                "unknown_device",
                "bad_signature",
                "device_revoked",
                "fork",
                "aside_missing",
                *WITH_BODY,
            ),
            body=_body("Batch", _A_HEARTBEAT),
            signed=True,
        ),
    )


def _asked() -> tuple[Operation, ...]:
    id_ = {"type": "string", "pattern": "^[0-9a-f]{32}$", "minLength": 32, "maxLength": 32}
    number = {"type": "integer", "minimum": 0, "maximum": SEQ_MAX, "default": 0}
    return (
        Operation(
            path="/v1/config",
            method="GET",
            id="config",
            summary="Tell a kiosk what its center decided",
            status=FOUND,
            answer=signed_text("KioskConfig"),
            problems=(*STRANGERS, "invalid"),
            parameters=(
                _header(DEVICE_HEADER, "The device's id", id_, required=True),
                _header(NONCE_HEADER, "16 random bytes, which a signed answer repeats", id_, required=True),
            ),
            signed=True,
            etag=True,
            links={
                "return": {
                    "operationId": "send",
                    "description": "A receipt may want it back, by the hash of its survey",
                    "requestBody": {"told": "$response.body"},
                }
            },
        ),
        Operation(
            path="/v1/checkpoints",
            method="GET",
            id="checkpoints",
            summary="Return the signed checkpoints after a number, in order, at most 1,000",
            status=FOUND,
            answer={"type": "array", "items": signed_text("Checkpoint"), "maxItems": 1000},
            problems=("invalid",),
            parameters=({"name": "after", "in": "query", "schema": number},),
        ),
    )


def _refusals(codes: tuple[str, ...]) -> dict[str, JsonSchema]:
    """Return the refusals by status, each with its codes and no others."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {str(status): _refusal(status, named) for status, named in by_status.items()}


def _refusal(status: int, codes: list[str]) -> JsonSchema:
    fields = {
        "status": {"const": status},
        "code": {"enum": codes},
        "type": {"enum": [f"urn:nucuoi:problem:{code}" for code in codes]},
        "title": {"enum": [KINDS[code].title for code in codes]},
    }
    found: JsonSchema = {
        "description": "; ".join(KINDS[code].title for code in codes),
        "content": {PROBLEM_TYPE: {"schema": {"allOf": [reference("Problem"), {"properties": fields}]}}},
    }
    if status in RETRIED:
        seconds = {"description": "Seconds", "schema": {"type": "integer", "minimum": 0}, "required": True}
        found["headers"] = {"Retry-After": seconds}
    return found


def _body(name: str, example: msgspec.Struct) -> JsonSchema:
    content = {"schema": reference(name), "example": msgspec.to_builtins(example)}
    return {"required": True, "content": {"application/json": content}}


def _header(name: str, description: str, schema: JsonSchema, *, required: bool = False) -> JsonSchema:
    return {"name": name, "in": "header", "required": required, "description": description, "schema": schema}


_AN_ENROLMENT_REQUEST: Final = EnrolmentRequest(
    v=1,
    code="7ABC-9XYZ",
    public_key="3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",
    software="kiosk",
)
_AN_ENROLMENT: Final = Signed(payload="{}", signature="A" * 86 + "==")
_A_SUCCESSION: Final = SuccessionRequest(
    v=1,
    device="5f" * 16,
    enrolment=_AN_ENROLMENT,
    public_key="3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",
    reason="fork",
    software="kiosk",
    nonce="c0" * 16,
)
_A_READMISSION: Final = ReadmissionRequest(v=1, device="5f" * 16, enrolment=_AN_ENROLMENT, nonce="c0" * 16)
_A_HEARTBEAT: Final = Batch(
    v=1,
    device="5f" * 16,
    after=0,
    records=[],
    head="0" * 64,
    boot="0badcafe",
    mono_ms=130000,
    sent_at="2026-11-23T03:00:00Z",
    nonce="c0" * 16,
    health=Health(software="kiosk", queued=0),
)
