"""The contract as a machine reads it is the contract as the server keeps it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest
import requests

from server.web.openapi import document
from server.web.operations import ALWAYS, operations
from server.web.problems import KINDS
from server.web.routes import table
from tests.server.live import live

GOLDEN = Path(__file__).parents[1] / "protocol/v1"
SAMPLES = {
    "enrolment_request": "EnrolmentRequest",
    "enrolled": "Enrolled",
    "batch": "Batch",
    "receipt": "Signed",
    "kiosk_config": "Signed",
    "problem": "Problem",
    "record": "Record",
    "record_with_asides": "Record",
    "succession_request": "SuccessionRequest",
    "readmission_request": "ReadmissionRequest",
    "succeeded": "Enrolled",
    "record_carried": "CarriedRecord",
    "batch_carrying": "Batch",
    "receipt_wanting": "Signed",
}
TEXTS = {"receipt": "Receipt", "receipt_wanting": "Receipt", "kiosk_config": "KioskConfig"}


def fits(name: str, message: object) -> bool:
    """Say whether a message is one of this name, as the document describes it."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    return bool(jsonschema_rs.validator_for(schema).is_valid(message))


def test_every_operation_is_described_and_nothing_else(tmp_path: Path) -> None:
    """What can be asked under /v1/ is in the document, with its method; every reference leads somewhere."""
    with live(tmp_path) as server:
        found = requests.get(f"{server.url}/openapi.json", timeout=10).json()

    described = {(path, method.upper()) for path, each in found["paths"].items() for method in each}
    assert described == {(rule.path, rule.method) for rule in table() if rule.path.startswith("/v1/")}
    for reference in json.dumps(found).split('"#/components/schemas/')[1:]:
        assert reference.split('"')[0] in found["components"]["schemas"]


def test_every_problem_is_described() -> None:
    """Each code of the closed table is named where it can be met, but for two that no operation answers."""
    named = {code for each in operations() for code in (*each.problems, *ALWAYS)}

    assert set(KINDS) - named == {"not_found", "method_not_allowed"}


@pytest.mark.parametrize(("sample", "name"), SAMPLES.items())
def test_the_golden_samples_fit(sample: str, name: str) -> None:
    """What has shipped is what the document describes, and a field too many is not."""
    message = json.loads(json.loads((GOLDEN / f"{sample}.json").read_text("utf-8"))["text"])

    assert fits(name, message)
    assert name == "Problem" or not fits(name, message | {"surprise": 1})


@pytest.mark.parametrize(("sample", "name"), TEXTS.items())
def test_the_texts_in_the_golden_samples_fit(sample: str, name: str) -> None:
    """What is signed holds what the document says that it holds."""
    message = json.loads(json.loads((GOLDEN / f"{sample}.json").read_text("utf-8"))["text"])

    assert fits(name, json.loads(message["payload"]))
