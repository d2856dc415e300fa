"""The messages of the contract as JSON Schema, made from the messages themselves.

What is signed travels as text, so that nobody makes its bytes again: the schema says what that text holds.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from server.protocol.checkpoint import Checkpoint
from server.protocol.messages import (
    Batch,
    Enrolled,
    Enrolment,
    EnrolmentRequest,
    KioskConfig,
    Problem,
    ProblemAnswer,
    ReadmissionRequest,
    Receipt,
    SuccessionRequest,
)
from server.protocol.record import CarriedRecord, Record

JsonSchema = dict[str, Any]

MESSAGES: Final = (
    EnrolmentRequest,
    SuccessionRequest,
    ReadmissionRequest,
    Enrolled,
    Batch,
    Problem,
    Receipt,
    Enrolment,
    KioskConfig,
    Checkpoint,
    ProblemAnswer,
    Record,
    CarriedRecord,
)
TEXTS: Final = {
    ("SuccessionRequest", "enrolment"): "Enrolment",
    ("ReadmissionRequest", "enrolment"): "Enrolment",
    ("Enrolled", "enrolment"): "Enrolment",
    ("Enrolled", "config"): "KioskConfig",
    ("Receipt", "checkpoint"): "Checkpoint",
    ("Batch", "told"): "KioskConfig",
    ("Problem", "signed"): "ProblemAnswer",
}
"""Which field of which message is signed text, and what that text holds."""
SHOWING: Final = ("SuccessionRequest", "ReadmissionRequest")
"""Messages that show the enrolments of ancestors."""


def schemas() -> JsonSchema:
    """Return the messages as JSON Schema, with what is in their texts."""
    _, found = msgspec.json.schema_components(MESSAGES, ref_template="#/components/schemas/{name}")
    for (message, name), kind in TEXTS.items():
        fields, text = found[message]["properties"], signed_text(kind)
        known = fields[name]
        fields[name] = {**known, "anyOf": [text, {"type": "null"}]} if "anyOf" in known else text
    for message in SHOWING:
        found[message]["properties"]["ancestors"]["items"] = signed_text("Enrolment")
    body = found["Sent"]["properties"]["body"]
    body |= text_of({"anyOf": [reference("Record"), reference("CarriedRecord")]})
    return found


def reference(name: str) -> JsonSchema:
    """Return what stands for the schema of a message."""
    return {"$ref": f"#/components/schemas/{name}"}


def signed_text(kind: str) -> JsonSchema:
    """Return the schema of signed text that holds such a message."""
    return {"allOf": [reference("Signed"), {"properties": {"payload": text_of(reference(kind))}}]}


def text_of(schema: JsonSchema) -> JsonSchema:
    """Return the schema of text that holds JSON."""
    return {"contentMediaType": "application/json", "contentSchema": schema}
