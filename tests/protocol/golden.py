"""The golden samples of version 1, and the page of the documentation that is made of them.

`python -m tests.protocol.golden` writes samples that are not there yet, and the page. A sample
that has shipped is never edited: every later version must read it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from server.protocol import keys
from server.protocol.checkpoint import FIRST, Checkpoint, DeviceHead, heads_hash
from server.protocol.hours import Hours, Span
from server.protocol.messages import (
    READMISSION_CONTEXT,
    SUCCESSION_CONTEXT,
    Batch,
    Enrolled,
    Enrolment,
    EnrolmentRequest,
    Health,
    KioskConfig,
    Notice,
    Officer,
    Place,
    Problem,
    ProblemAnswer,
    ReadmissionRequest,
    Receipt,
    Sent,
    Signed,
    SuccessionRequest,
    seal,
    sign_batch,
    sign_bytes,
    sign_config_request,
)
from server.protocol.record import (
    Aside,
    Carried,
    CarriedRecord,
    Record,
    anchor,
    encode_record,
    heads,
    next_head,
)
from server.protocol.survey import Option, Question, Survey, encode_survey, survey_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "v1"
PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"
SERVER, KIOSK, SUCCESSOR = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96))
"""Keys of the samples. They sign nothing else anywhere."""

DEVICE, NEXT_DEVICE, NONCE, MOMENT = "5f" * 16, "60" * 16, "c0" * 16, "2026-11-23T03:00:00Z"
INTRODUCTION = """Made of the golden samples in `tests/protocol/v1/` by `python -m tests.protocol.golden`;
the rules are in the docstrings of `server/protocol/`. Every later version must read these samples.
"""
HEADLINES = {
    "record": "A rating's body. The kiosk makes these bytes once; nobody makes them again.",
    "record_with_asides": "A body with answers to more questions, and a commitment to a comment beside it.",
    "survey": "What is asked, in every language. Known by the first 12 hex digits of its SHA-256.",
    "enrolment_request": "`POST /v1/enrolments`: a kiosk with a one-time code asks to belong to a counter.",
    "enrolled": "The answer, 201. The SHA-256 of `enrolment.payload` is head 0 of the device's chain.",
    "batch": "`POST /v1/batches`, signed in the header `Nucuoi-Signature`. No records is a heartbeat.",
    "receipt": "The answer, 200. Signed over the batch's nonce; `through` may go down.",
    "config_request": "`GET /v1/config`: the three headers that a kiosk sends.",
    "kiosk_config": "The answer, 200 with an ETag, or 304.",
    "succession_request": "`POST /v1/successions`, signed by the old device: this chain cannot go on.",
    "succeeded": "The answer, 201. The enrolment names the device before; the same key gets the same one.",
    "record_carried": "A body that brings an earlier device's rating: counted once, however often it comes.",
    "batch_carrying": "A batch of the successor. It has kept a checkpoint and returns a config.",
    "receipt_wanting": "The answer, with the newest checkpoint; `want` names a survey that the server lacks.",
    "readmission_request": "`POST /v1/readmissions`: a server that was restored has forgotten who we are.",
    "problem": "Any refusal (RFC 9457). Only a signed one may make a kiosk stop sending.",
}


def samples() -> Mapping[str, object]:
    """Return every sample by name: exact text where bytes matter, with what is signed over it."""
    raw_survey = encode_survey(_survey())
    name = survey_hash(raw_survey)
    aside = Aside("comment", "ab" * 16, "Cán bộ rất nhiệt tình, cảm ơn!")
    bodies = [encode_record(_record(name)), encode_record(_full(name, aside))]
    enrolment, config = _enrolment(), seal(SERVER, _config(name))
    batch = _batch(msgspec.json.encode(enrolment), bodies, aside)
    raw_batch = msgspec.json.encode(batch)
    receipt = Receipt(device=DEVICE, through=2, head=batch.head, nonce=NONCE, received_at=MOMENT)
    enrolled = Enrolled(enrolment=seal(SERVER, enrolment), config=config, server_key=keys.public_key(SERVER))
    return {
        "record": {"text": bodies[0].decode()},
        "record_with_asides": {"text": bodies[1].decode(), "aside": msgspec.to_builtins(aside)},
        "survey": {"text": raw_survey.decode(), "hash": name},
        "enrolment_request": {"text": _text(_request())},
        "enrolled": {"text": _text(enrolled)},
        "batch": {"text": raw_batch.decode(), "signature": sign_batch(KIOSK, batch, raw_batch)},
        "receipt": {"text": _text(seal(SERVER, receipt))},
        "config_request": {
            "device": DEVICE,
            "nonce": NONCE,
            "signature": sign_config_request(KIOSK, DEVICE, NONCE),
        },
        "kiosk_config": {"text": _text(config)},
        "problem": {"text": _text(_problem())},
        **_samples_of_the_way_home(enrolled, _config(name), batch),
    }


def _samples_of_the_way_home(enrolled: Enrolled, config: KioskConfig, batch: Batch) -> Mapping[str, object]:
    """Return what is said when a kiosk becomes another device, and when a server has forgotten it."""
    asked = msgspec.json.encode(_succession(enrolled.enrolment))
    enrolment = seal(SERVER, _next_enrolment())
    config = msgspec.structs.replace(config, device=NEXT_DEVICE)
    succeeded = msgspec.structs.replace(enrolled, enrolment=enrolment, config=seal(SERVER, config))
    body = batch.records[0].body.encode()
    carried = _carried(enrolled.enrolment, body)
    bringing = _bringing(batch, encode_record(carried), enrolled)
    raw = msgspec.json.encode(bringing)
    receipt = Receipt(
        device=NEXT_DEVICE,
        through=1,
        head=bringing.head,
        nonce=NONCE,
        received_at=MOMENT,
        checkpoint=seal(SERVER, _checkpoint(bringing)),
        want=[config.survey_hash],
    )
    back = msgspec.json.encode(
        ReadmissionRequest(
            v=1, device=NEXT_DEVICE, enrolment=enrolment, nonce=NONCE, ancestors=[enrolled.enrolment]
        )
    )
    return {
        "succession_request": {
            "text": asked.decode(),
            "signature": sign_bytes(KIOSK, SUCCESSION_CONTEXT, asked),
        },
        "succeeded": {"text": _text(succeeded)},
        "record_carried": {"text": encode_record(carried).decode()},
        "batch_carrying": {"text": raw.decode(), "signature": sign_batch(SUCCESSOR, bringing, raw)},
        "receipt_wanting": {"text": _text(seal(SERVER, receipt))},
        "readmission_request": {
            "text": back.decode(),
            "signature": sign_bytes(SUCCESSOR, READMISSION_CONTEXT, back),
        },
    }


def _succession(enrolment: Signed) -> SuccessionRequest:
    return SuccessionRequest(
        v=1,
        device=DEVICE,
        enrolment=enrolment,
        public_key=keys.public_key(SUCCESSOR),
        reason="damaged",
        software="nucuoi 2026.11.0",
        nonce=NONCE,
    )


def _next_enrolment() -> Enrolment:
    return msgspec.structs.replace(
        _enrolment(), device=NEXT_DEVICE, public_key=keys.public_key(SUCCESSOR), before=DEVICE
    )


def _carried(enrolment: Signed, body: bytes) -> CarriedRecord:
    head = next_head(anchor(enrolment.payload.encode()), body)
    return CarriedRecord(v=1, seq=1, carried=Carried(DEVICE, 1, head, body.decode()), salt="0123456789abcdef")


def _bringing(batch: Batch, body: bytes, told: Enrolled) -> Batch:
    start = anchor(msgspec.json.encode(_next_enrolment()))
    return msgspec.structs.replace(
        batch,
        device=NEXT_DEVICE,
        records=[Sent(body=body.decode())],
        head=next_head(start, body),
        witness="ab" * 32,
        told=told.config,
    )


def _checkpoint(batch: Batch) -> Checkpoint:
    held = DeviceHead(batch.device, batch.last, batch.head, "cd" * 32)
    return Checkpoint(
        v=1,
        number=1,
        made_at=MOMENT,
        devices=1,
        heads=heads_hash([held]),
        audit="ef" * 32,
        previous=FIRST,
    )


def _enrolment() -> Enrolment:
    return Enrolment(
        v=1,
        device=DEVICE,
        public_key=keys.public_key(KIOSK),
        counter="24823-1",
        server_key=keys.public_key(SERVER),
        enrolled_at=MOMENT,
    )


def _config(survey: str) -> KioskConfig:
    return KioskConfig(
        v=1,
        device=DEVICE,
        issued_at=MOMENT,
        center=Place(id="24823", name="Phường 1 Bảo Lộc"),
        counter=Place(id="24823-1", name="1"),
        survey=_survey(),
        survey_hash=survey,
        languages=["vi", "en"],
        officers=[Officer(id="m1", name="Demo", title="Demo", photo=b"JPEG")],
        notices=[
            Notice(
                said={"vi": "Chờ lâu vào sáng thứ Hai", "en": "Long waits on Monday mornings"},
                did={"vi": "Thêm một quầy", "en": "One more counter"},
            )
        ],
        hours=Hours(
            week=[[Span("07:30", "11:30"), Span("13:30", "17:00")]] * 5 + [[], []], days={"2026-09-02": []}
        ),
        pin_hash="$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA",
        dossier_key="d0" * 32,
        dossier_prefixes=["H36"],
    )


def _batch(enrolment: bytes, bodies: list[bytes], aside: Aside) -> Batch:
    return Batch(
        v=1,
        device=DEVICE,
        after=0,
        records=[Sent(body=bodies[0].decode()), Sent(body=bodies[1].decode(), asides=[aside])],
        head=heads(anchor(enrolment), bodies)[-1],
        boot="0badcafe",
        mono_ms=130000,
        sent_at=MOMENT,
        nonce=NONCE,
        health=Health(software="nucuoi 2026.11.0", queued=2, free_mb=812),
    )


def _text(message: msgspec.Struct) -> str:
    return msgspec.json.encode(message).decode()


def _request() -> EnrolmentRequest:
    return EnrolmentRequest(
        v=1, code="7ABC-9XYZ", public_key=keys.public_key(KIOSK), software="nucuoi 2026.11.0"
    )


def _problem() -> Problem:
    said = ProblemAnswer(device=DEVICE, nonce=NONCE, code="device_revoked", status=403)
    return Problem(
        type="urn:nucuoi:problem:device_revoked",
        title="This device was revoked",
        status=403,
        code="device_revoked",
        signed=seal(SERVER, said),
    )


def _survey() -> Survey:
    return Survey(
        v=1,
        name={"vi": "Phục vụ vui vẻ", "en": "Cheerful service"},
        questions=[
            Question("overall", "faces", {"vi": "Ông/Bà có hài lòng không?", "en": "Are you satisfied?"}),
            Question(
                "why",
                "several",
                {"vi": "Điều gì cần cải thiện?", "en": "What should improve?"},
                [
                    Option({"vi": "Thái độ", "en": "Attitude"}, icon="smile", group="better"),
                    Option({"vi": "Thời gian chờ", "en": "Waiting"}, icon="clock", group="better"),
                ],
                after="low",
            ),
            Question("trips", "number", {"vi": "Đi lại mấy lần?", "en": "How many trips?"}, most=2),
            Question(
                "what",
                "procedure",
                {"vi": "Thủ tục nào?", "en": "Which procedure?"},
                [Option({"vi": "Chứng thực", "en": "Certified copies"}, code="2.000815")],
            ),
            Question("more", "comment", {"vi": "Góp ý thêm?", "en": "Anything else?"}),
        ],
    )


def _record(survey: str) -> Record:
    return Record(
        v=1,
        seq=1,
        survey=survey,
        counter="24823-1",
        lang="vi",
        made_at=MOMENT,
        boot="0badcafe",
        mono_ms=123456,
        answers={"overall": 5},
        salt="00112233445566ff",
    )


def _full(survey: str, aside: Aside) -> Record:
    return msgspec.structs.replace(
        _record(survey),
        seq=2,
        officer="m1",
        clock_ok=False,
        answers={"overall": 2, "why": [0, 1], "trips": 1, "what": 0},
        procedure="2.000815",
        asides={"comment": aside.commitment()},
        flags=["repeat", "took:31"],
        salt="ffeeddccbbaa9988",
    )


def page() -> str:
    """Return the page of the documentation, made of the samples on disk."""
    parts = [
        "# The contract, version 1\n",
        INTRODUCTION,
    ]
    for name, headline in HEADLINES.items():
        sample = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
        shown = json.dumps(_opened(sample), ensure_ascii=False, indent=2)
        parts.append(f"## `{name}`\n\n{headline}\n\n```json\n{shown}\n```\n")
    return "\n".join(parts)


def _opened(sample: dict[str, object]) -> dict[str, object]:
    """Show a text that is JSON as JSON: people read the page, programs read the sample."""
    return {key: json.loads(str(value)) if key == "text" else value for key, value in sample.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each, sample in samples().items():
        file = FOLDER / f"{each}.json"
        if not file.exists():
            file.write_text(json.dumps(sample, ensure_ascii=False, indent=2) + "\n", "utf-8")
    PAGE.write_text(page(), "utf-8")
