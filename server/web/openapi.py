"""The contract as OpenAPI 3.1, made from the route table and the messages themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import JSONResponse

from server.protocol.messages import (
    PROBLEM_TYPE,
    PROTOCOL_VERSION,
    Batch,
    Enrolled,
    EnrolmentRequest,
    Problem,
    Signed,
)
from server.web.problems import KINDS

if TYPE_CHECKING:
    from starlette.requests import Request

MESSAGES = (EnrolmentRequest, Enrolled, Batch, Signed, Problem)


async def get_openapi(_request: Request) -> JSONResponse:
    """Answer with the contract. `GET /openapi.json`."""
    return JSONResponse(document())


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    references, components = msgspec.json.schema_components(
        MESSAGES, ref_template="#/components/schemas/{name}"
    )
    enrolment_request, enrolled, batch, signed, problem = references
    signature = _header("Nucuoi-Signature", "Ed25519 over the request by the device's key, base64")
    device = _header("Nucuoi-Device", "The device's id, 32 hex digits")
    nonce = _header("Nucuoi-Nonce", "16 random bytes in hex, which a signed answer repeats")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Nụ Cười",
            "version": f"v{PROTOCOL_VERSION}",
            "description": "What kiosks and the server say. A kiosk believes signed answers only.",
        },
        "paths": {
            "/v1/enrolments": {
                "post": _operation(
                    "Admit a kiosk that has a one-time code",
                    (201, enrolled),
                    problem,
                    (400, 404, 410, 413, 415, 422, 429),
                    body=enrolment_request,
                )
            },
            "/v1/batches": {
                "post": _operation(
                    "Take records in the order of the chain; the answer holds a Receipt",
                    (200, signed),
                    problem,
                    (400, 401, 403, 409, 413, 415, 422),
                    body=batch,
                    parameters=[signature],
                )
            },
            "/v1/config": {
                "get": _operation(
                    "Tell a kiosk what its center decided; the answer holds a KioskConfig",
                    (200, signed),
                    problem,
                    (401, 422),
                    parameters=[device, nonce, signature],
                )
            },
        },
        "components": {"schemas": components},
    }


def _operation(
    summary: str,
    good: tuple[int, dict[str, Any]],
    problem: dict[str, Any],
    refused: tuple[int, ...],
    *,
    body: dict[str, Any] | None = None,
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    status, answer = good
    titles: dict[int, list[str]] = {}
    for code, kind in KINDS.items():
        titles.setdefault(kind.status, []).append(code)
    responses = {str(status): {"description": "Done", "content": {"application/json": {"schema": answer}}}}
    for each in (*refused, 500, 503):
        responses[str(each)] = {
            "description": " or ".join(titles[each]),
            "content": {PROBLEM_TYPE: {"schema": problem}},
        }
    operation: dict[str, Any] = {"summary": summary, "responses": responses}
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if parameters:
        operation["parameters"] = parameters
    return operation


def _header(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
    }
