"""A device that names its successor or asks to be taken in again, and says every byte of it by hand."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import msgspec
import requests

from server.protocol import keys
from server.protocol.messages import (
    READMISSION_CONTEXT,
    SIGNATURE_HEADER,
    SUCCESSION_CONTEXT,
    Enrolled,
    Enrolment,
    ReadmissionRequest,
    Signed,
    SuccessionRequest,
    sign_bytes,
    unseal,
)
from server.protocol.record import Carried, CarriedRecord, anchor, encode_record
from tests.server.live import SEED, Hand, Live

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.audit import Action

NEXT = bytes(31) + b"\x0b"
"""The key of a successor."""
Reason = Literal["fork", "damaged", "went_back", "pruned", "new_key"]


def enrolment_of(hand: Hand) -> Signed:
    """Return a device's enrolment, as it was given when it was admitted."""
    device = hand.live.store.device(hand.id)
    assert device is not None
    return Signed(payload=device.enrolment, signature=device.enrolment_signature)


def succession(
    hand: Hand, key: bytes = NEXT, reason: Reason = "damaged", ancestors: Sequence[Hand] = ()
) -> SuccessionRequest:
    """Return the request of a device that wants to be another, with this key."""
    return SuccessionRequest(
        v=1,
        device=hand.id,
        enrolment=enrolment_of(hand),
        public_key=keys.public_key(key),
        reason=reason,
        software="test",
        nonce=secrets.token_hex(16),
        ancestors=[enrolment_of(each) for each in ancestors],
    )


def readmission(hand: Hand, ancestors: Sequence[Hand] = ()) -> ReadmissionRequest:
    """Return the request of a device that asks to be known again."""
    return ReadmissionRequest(
        v=1,
        device=hand.id,
        enrolment=enrolment_of(hand),
        nonce=secrets.token_hex(16),
        ancestors=[enrolment_of(each) for each in ancestors],
    )


def ask(server: Live, request: SuccessionRequest | ReadmissionRequest, seed: bytes) -> requests.Response:
    """Sign a request and send it."""
    raw = msgspec.json.encode(request)
    context = SUCCESSION_CONTEXT if isinstance(request, SuccessionRequest) else READMISSION_CONTEXT
    return send(server, request, raw, sign_bytes(seed, context, raw))


def send(
    server: Live, request: SuccessionRequest | ReadmissionRequest, raw: bytes, signature: str
) -> requests.Response:
    """Send bytes to where such requests go."""
    path = "successions" if isinstance(request, SuccessionRequest) else "readmissions"
    headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature}
    return requests.post(f"{server.url}/v1/{path}", data=raw, headers=headers, timeout=10)


def admitted(answer: requests.Response, status: int) -> Enrolment:
    """Believe an admission: its status, and that the server signed it."""
    assert answer.status_code == status, answer.text
    enrolled = msgspec.json.decode(answer.content, type=Enrolled)
    return unseal(keys.public_key(SEED), enrolled.enrolment, Enrolment)


def become(hand: Hand, key: bytes = NEXT, reason: Reason = "damaged") -> Hand:
    """Let a device name its successor, and return that one."""
    enrolment = admitted(ask(hand.live, succession(hand, key, reason), hand.seed), 201)
    device = hand.live.store.device(enrolment.device)
    assert device is not None
    return Hand(hand.live, key, enrolment.device, hand.survey, start=anchor(device.enrolment.encode()))


def carry(hand: Hand, old: Hand, *numbers: int) -> None:
    """Append records of an earlier device to a device's chain."""
    for seq in numbers:
        inner = Carried(old.id, seq, old.head(seq), old.bodies[seq - 1].decode())
        here = len(hand.bodies) + 1
        hand.bodies.append(
            encode_record(CarriedRecord(v=1, seq=here, carried=inner, salt=secrets.token_hex(8)))
        )


def at(server: Live, hand: Hand) -> Hand:
    """Return the same device, with all it has made, before another server."""
    return replace(hand, live=server)


def counted(server: Live) -> int:
    """Say how many ratings count."""
    return server.store.record_count() - sum(server.store.quarantined().values())


def events(server: Live, action: Action) -> list[tuple[str, str, str]]:
    """Return what the audit log tells of an action: who, about whom, and what else."""
    return [(each.author, each.subject, each.detail) for each in server.store.events(action)]


def enrolled_config(server: Live, hand: Hand) -> Signed:
    """Return another thing that the server has signed for this device."""
    answer = ask(server, readmission(hand), hand.seed)
    return msgspec.json.decode(answer.content, type=Enrolled).config


def revoke(server: Live, device: str) -> None:
    """Let an admin revoke a device."""
    server.writer.submit(lambda store: store.revoke(device, "an admin", "stolen")).result()
