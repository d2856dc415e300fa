"""Check the records of one device: none was changed, removed or put in between.

Needs hashes and signatures only. The first bad record is found by walking the
chain from the enrolment; a history that was rewritten whole is found by the newest
head that the device itself has signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from server.protocol import keys
from server.protocol.messages import BATCH_CONTEXT, Enrolment, Signed, unseal
from server.protocol.record import anchor, next_head

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.domain.places import Device


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one device's book: how many records are good, and the first fault if any."""

    device: str
    fingerprint: str
    counter: str
    records: int
    fault: str = ""


def verify_device(
    device: Device,
    server_key: str,
    rows: Iterable[tuple[int, str, bytes]],
    signed: tuple[tuple[str, ...], str] | None,
) -> Finding:
    """Walk a device's chain.

    `rows` are (seq, head, body) in order, `signed` the parts of a signed head and its signature.
    """
    fault = _enrolment_fault(device, server_key)
    head, count, heads = anchor(device.enrolment.encode()), 0, {}
    for seq, kept, body in rows:
        if fault:
            break
        if seq != count + 1:
            fault = f"record {count + 1} is missing"
        elif (head := next_head(head, body)) != kept:
            fault = f"record {seq} is not the one that the chain was made of"
        else:
            count, heads[seq] = seq, head
    if not fault and (device.seq, device.head) != (count, head):
        fault = f"record {count + 1} is missing: the device had come to {device.seq}"
    if not fault and count and signed is None:
        fault = "no head that the device signed is kept"
    elif not fault and signed is not None:
        fault = _signature_fault(device, heads, *signed)
    fingerprint = keys.fingerprint(device.public_key, server_key)
    return Finding(device.id, fingerprint, device.counter, count, fault)


def _enrolment_fault(device: Device, server_key: str) -> str:
    """Say what is wrong with who the device is."""
    signed = Signed(payload=device.enrolment, signature=device.enrolment_signature)
    try:
        enrolment = unseal(server_key, signed, Enrolment)
    except (keys.BadSignature, msgspec.ValidationError, msgspec.DecodeError):
        return "the enrolment was not signed by this server"
    if (enrolment.device, enrolment.public_key) != (device.id, device.public_key):
        return "the enrolment is another device's"
    return ""


def _signature_fault(device: Device, heads: dict[int, str], parts: tuple[str, ...], signature: str) -> str:
    """Say whether the chain is the one whose head the device signed."""
    try:
        keys.verify(device.public_key, signature, BATCH_CONTEXT, *parts)
    except keys.BadSignature:
        return "the newest signed head was not signed by the device"
    seq, head = int(parts[1]), parts[2]
    expected = heads.get(seq) if seq else anchor(device.enrolment.encode())
    if expected != head:
        return f"the device signed another history up to record {seq}"
    # every batch that appends keeps its head, so there is nothing behind the newest one
    return "" if seq == len(heads) else f"the device has signed nothing behind record {seq}"
