"""The contract as OpenAPI 3.1, made from the messages and the table of problems themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from server.protocol.messages import PROTOCOL_VERSION, SIGNATURE_HEADER
from server.web.operations import operations
from server.web.schemas import JsonSchema, schemas

if TYPE_CHECKING:
    from starlette.requests import Request


async def get_openapi(_request: Request) -> JSONResponse:
    """Answer with the contract. `GET /openapi.json`."""
    return JSONResponse(document())


def document() -> JsonSchema:
    """Return the OpenAPI document."""
    paths: dict[str, JsonSchema] = {}
    for each in operations():
        paths.setdefault(each.path, {})[each.method.lower()] = each.described()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Nụ Cười",
            "version": f"v{PROTOCOL_VERSION}",
            "description": "What kiosks and the server say. A kiosk believes signed answers only.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "device": {
                    "type": "apiKey",
                    "in": "header",
                    "name": SIGNATURE_HEADER,
                    "description": "Ed25519 over the request by the device's key, base64",
                }
            },
        },
    }
