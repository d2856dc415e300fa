"""What has once travelled between a kiosk and a server is read for ever."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from server.protocol import keys
from server.protocol.checkpoint import Checkpoint
from server.protocol.messages import (
    READMISSION_CONTEXT,
    SUCCESSION_CONTEXT,
    Batch,
    Enrolled,
    Enrolment,
    EnrolmentRequest,
    KioskConfig,
    Problem,
    ProblemAnswer,
    ReadmissionRequest,
    Receipt,
    Signed,
    SuccessionRequest,
    unseal,
    verify_batch,
    verify_bytes,
    verify_config_request,
)
from server.protocol.record import (
    Aside,
    CarriedRecord,
    anchor,
    decode_body,
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


def test_a_succession_of_version_1_is_believed() -> None:
    """The old device signs for the new one, whose enrolment names it, and whose config is its own."""
    raw = sample("succession_request")["text"].encode()
    asked = msgspec.json.decode(raw, type=SuccessionRequest)
    verify_bytes(KIOSK_KEY, sample("succession_request")["signature"], SUCCESSION_CONTEXT, raw)
    succeeded = msgspec.json.decode(sample("succeeded")["text"], type=Enrolled)
    enrolment = unseal(SERVER_KEY, succeeded.enrolment, Enrolment)

    assert (enrolment.before, enrolment.public_key) == (asked.device, asked.public_key)
    assert unseal(SERVER_KEY, succeeded.config, KioskConfig).device == enrolment.device
    assert unseal(SERVER_KEY, asked.enrolment, Enrolment).device == asked.device


def test_a_rating_of_version_1_is_carried_home() -> None:
    """The bytes that the old device made are in the new chain, with the head that they had in the old one."""
    body = sample("record_carried")["text"].encode()
    record = decode_body(body)
    assert isinstance(record, CarriedRecord)
    raw = sample("batch_carrying")["text"].encode()
    batch = msgspec.json.decode(raw, type=Batch)
    verify_batch(keys.public_key(golden.SUCCESSOR), sample("batch_carrying")["signature"], batch, raw)
    old, new = (
        msgspec.json.decode(sample(name)["text"], type=Enrolled) for name in ("enrolled", "succeeded")
    )

    assert record.carried.body == sample("record")["text"]
    assert (
        record.carried.head
        == heads(anchor(old.enrolment.payload.encode()), [record.carried.body.encode()])[0]
    )
    assert batch.head == heads(anchor(new.enrolment.payload.encode()), [body])[0]
    assert batch.told == old.config


def test_a_readmission_of_version_1_is_believed() -> None:
    """The device signs, its enrolment names the one before it, and that one's enrolment lies beside it."""
    raw = sample("readmission_request")["text"].encode()
    asked = msgspec.json.decode(raw, type=ReadmissionRequest)
    verify_bytes(
        keys.public_key(golden.SUCCESSOR),
        sample("readmission_request")["signature"],
        READMISSION_CONTEXT,
        raw,
    )
    before = unseal(SERVER_KEY, asked.enrolment, Enrolment).before

    assert [unseal(SERVER_KEY, each, Enrolment).device for each in asked.ancestors] == [before]


def test_a_receipt_of_version_1_asks_for_what_is_unknown() -> None:
    """It has the newest checkpoint, which is signed by itself, and names surveys by their hash."""
    signed = msgspec.json.decode(sample("receipt_wanting")["text"], type=Signed)
    receipt = unseal(SERVER_KEY, signed, Receipt)

    assert receipt.checkpoint is not None
    assert unseal(SERVER_KEY, receipt.checkpoint, Checkpoint).number == 1
    assert receipt.want == [sample("survey")["hash"]]


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
