"""What has once travelled between a kiosk and a server is read for ever."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from server.protocol import keys
from server.protocol.messages import (
    Batch,
    Enrolled,
    Enrolment,
    EnrolmentRequest,
    KioskConfig,
    Problem,
    ProblemAnswer,
    Receipt,
    Signed,
    unseal,
    verify_batch,
    verify_config_request,
)
from server.protocol.record import (
    Aside,
    anchor,
    decode_record,
    encode_record,
    heads,
    missing_asides,
)
from server.protocol.survey import decode_survey, survey_hash, validate
from tests.protocol import golden

SERVER_KEY, KIOSK_KEY = keys.public_key(golden.SERVER), keys.public_key(golden.KIOSK)


def sample(name: str) -> dict[str, Any]:
    """Return a sample as it lies on disk."""
    found: dict[str, Any] = json.loads((golden.FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def test_every_sample_is_known() -> None:
    """A sample is never dropped, and this version writes what version 1 wrote."""
    assert {file.stem for file in golden.FOLDER.glob("*.json")} == set(golden.HEADLINES)
    for name, made in golden.samples().items():
        assert sample(name) == made, name


def test_records_of_version_1_are_read() -> None:
    """Both bodies read, keep their bytes, and the comment beside the second is the one it names."""
    for name in ("record", "record_with_asides"):
        body = sample(name)["text"].encode()
        assert encode_record(decode_record(body)) == body
    full = sample("record_with_asides")
    aside = msgspec.convert(full["aside"], Aside)
    assert missing_asides(decode_record(full["text"].encode()), [aside]) == set()


def test_surveys_of_version_1_are_read() -> None:
    """A survey keeps its name, and the answers that were given to it still fit."""
    raw = sample("survey")["text"].encode()

    assert survey_hash(raw) == sample("survey")["hash"]
    validate(decode_survey(raw), decode_record(sample("record")["text"].encode()).answers)


def test_an_enrolment_of_version_1_is_believed() -> None:
    """What was signed at enrolment is good for as long as the device lives."""
    msgspec.json.decode(sample("enrolment_request")["text"], type=EnrolmentRequest)
    enrolled = msgspec.json.decode(sample("enrolled")["text"], type=Enrolled)

    assert unseal(SERVER_KEY, enrolled.enrolment, Enrolment).public_key == KIOSK_KEY
    assert unseal(SERVER_KEY, enrolled.config, KioskConfig).counter.name == "1"


def test_a_batch_of_version_1_continues_its_chain() -> None:
    """The signature holds over the exact bytes, and the head follows from the enrolment."""
    raw = sample("batch")["text"].encode()
    batch = msgspec.json.decode(raw, type=Batch)
    verify_batch(KIOSK_KEY, sample("batch")["signature"], batch, raw)

    enrolled = msgspec.json.decode(sample("enrolled")["text"], type=Enrolled)
    start = anchor(enrolled.enrolment.payload.encode())
    assert heads(start, [each.body.encode() for each in batch.records])[-1] == batch.head


def test_answers_of_version_1_are_believed() -> None:
    """Receipt, config and problem carry signatures that still hold."""
    receipt = msgspec.json.decode(sample("receipt")["text"], type=Signed)
    config = msgspec.json.decode(sample("kiosk_config")["text"], type=Signed)
    problem = msgspec.json.decode(sample("problem")["text"], type=Problem)

    assert unseal(SERVER_KEY, receipt, Receipt).through == 2
    assert unseal(SERVER_KEY, config, KioskConfig).center.name == "Phường 1 Bảo Lộc"
    assert problem.signed is not None
    assert unseal(SERVER_KEY, problem.signed, ProblemAnswer).status == 403
    asked = sample("config_request")
    verify_config_request(KIOSK_KEY, asked["signature"], asked["device"], asked["nonce"])


def test_the_page_about_the_contract_is_true() -> None:
    """docs/protocol.md shows the samples as they are."""
    assert golden.PAGE.read_text("utf-8") == golden.page()
