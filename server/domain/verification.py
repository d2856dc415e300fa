"""Check a book by its hashes and signatures: nothing was changed, removed, put in between or put back.

Whoever verifies needs no bodies: `Evidence` is what a database and an exported file both can give. The
first bad record is found by walking a device's chain from its enrolment; a history that was rewritten
whole is found by the head that the device itself has signed, or by a checkpoint that somebody kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec
from msgspec import Struct

from server.domain.audit import FIRST as FIRST_EVENT
from server.domain.audit import Action, Kept, log_fault
from server.domain.calendar import moment_of
from server.protocol import keys
from server.protocol.checkpoint import (
    FIRST,
    Checkpoint,
    DeviceHead,
    checkpoint_hash,
    heads_hash,
    next_entry,
)
from server.protocol.messages import BATCH_CONTEXT, Enrolment, Signed, unseal
from server.protocol.record import anchor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence


CAME = frozenset({Action.ENROL.value, Action.SUCCEED.value, Action.READMIT.value})
"""The events by which a device comes into the book, where it stays."""


class DeviceLine(Struct, frozen=True, tag="device", tag_field="kind"):
    """Who a device is, as the server signed it, and what the book says of it."""

    device: str
    public_key: str
    counter: str
    state: str
    before: str
    revoked_ms: int | None
    seq: int
    head: str
    entry: str
    enrolment: Signed


class EntryLine(Struct, frozen=True, omit_defaults=True, tag="entry", tag_field="kind"):
    """One record of the journal by its hashes; `body` only for those who may read it."""

    device: str
    seq: int
    head: str
    body_hash: str
    received_ms: int
    boot: str
    mono_ms: int
    entry: str
    body: str = ""


class HeadLine(Struct, frozen=True, tag="signed_head", tag_field="kind"):
    """The newest head that a device signed: the parts of the signature, and the signature."""

    device: str
    parts: tuple[str, ...]
    signature: str


class CheckpointLine(Struct, frozen=True, tag="checkpoint", tag_field="kind"):
    """A checkpoint, and the heads that had moved since the one before."""

    number: int
    hash: str
    made_ms: int
    signed: Signed
    moved: list[DeviceHead]


class EventLine(Struct, frozen=True, tag="event", tag_field="kind"):
    """One event of the audit log."""

    kept: Kept


class LogHeadLine(Struct, frozen=True, tag="audit_head", tag_field="kind"):
    """How far the audit log had come."""

    id: int
    hash: str


class Evidence(Protocol):
    """A book as its hashes tell it."""

    def devices(self) -> Sequence[DeviceLine]:
        """Return every device, by id."""

    def entries(self, device: str) -> Iterable[EntryLine]:
        """Return a device's records in order."""

    def signed_heads(self) -> Mapping[str, HeadLine]:
        """Return the newest signed head of each device."""

    def checkpoints(self) -> Sequence[CheckpointLine]:
        """Return every checkpoint in order."""

    def events(self) -> Sequence[Kept]:
        """Return the audit log in order."""

    def audit_head(self) -> tuple[int, str]:
        """Return how far the audit log has come."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one device's book: how many records are good, and the first fault if any."""

    device: str
    fingerprint: str
    counter: str
    records: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found of a whole book: of each device, and what is wrong besides."""

    devices: list[Finding]
    faults: list[str]

    @property
    def fault_count(self) -> int:
        """How many faults there are."""
        return len(self.all_faults())

    def all_faults(self) -> list[str]:
        """Return every fault in words."""
        return [
            *(f"device {each.device[:8]}: {each.fault}" for each in self.devices if each.fault),
            *self.faults,
        ]


def honest_entry(before: str, line: EntryLine) -> str:
    """Return the entry that follows from the one before and from what a line says."""
    return next_entry(before, line.head, (line.received_ms, line.boot, line.mono_ms))


def verify_book(
    evidence: Evidence, server_key: str, entry_of: Callable[[str, EntryLine], str] = honest_entry
) -> Report:
    """Check a whole book. `entry_of` is there for a control, which leaves one check out."""
    events = evidence.events()
    faults = [each for each in (log_fault(events, evidence.audit_head()),) if each]
    pins: dict[str, list[tuple[int, DeviceHead]]] = {}
    faults += _checkpoint_faults(evidence.checkpoints(), server_key, events, pins)
    signed = evidence.signed_heads()
    walk = _Walk(server_key, events, entry_of)
    found = [
        walk.device(each, evidence.entries(each.device), signed.get(each.device), pins.pop(each.device, []))
        for each in evidence.devices()
    ]
    faults += [f"device {device[:8]} is in a checkpoint, but not in the book" for device in pins]
    here = {each.device for each in found}
    came = {each.event.subject for each in events if each.event.action in CAME}
    faults += [
        f"device {device[:8]} came, as the audit log tells, but is gone" for device in sorted(came - here)
    ]
    return Report(found, faults)


def kept_faults(kept: Iterable[Signed], evidence: Evidence, server_key: str) -> Iterator[str]:
    """Say which checkpoints that somebody kept are not in the book."""
    known = {each.number: each.hash for each in evidence.checkpoints()}
    restored = [moment_of(each.event.at_ms) for each in evidence.events() if _is(each, Action.RESTORED)]
    told = f" (the audit log tells of a restoration at {', '.join(restored)})" if restored else ""
    for each in kept:
        try:
            number = unseal(server_key, each, Checkpoint).number
        except (keys.BadSignature, msgspec.ValidationError, msgspec.DecodeError):
            yield "a checkpoint that was kept is not signed by this server"
            continue
        if number not in known:
            yield f"checkpoint {number}, which somebody kept, is not in the book{told}"
        elif known[number] != checkpoint_hash(each.payload):
            yield f"checkpoint {number} is another one than somebody kept{told}"


@dataclass(frozen=True, slots=True)
class _Walk:
    """Walks the chains of each device."""

    server_key: str
    events: Sequence[Kept]
    entry_of: Callable[[str, EntryLine], str]

    def device(
        self,
        device: DeviceLine,
        lines: Iterable[EntryLine],
        signed: HeadLine | None,
        pins: list[tuple[int, DeviceHead]],
    ) -> Finding:
        """Check one device; `pins` are what checkpoints say of it."""
        fault = _enrolment_fault(device, self.server_key) or self._decision_fault(device)
        start = anchor(device.enrolment.payload.encode())
        heads = {0: (start, start)}
        count, head, entry = 0, start, start
        for line in lines:
            if fault:
                break
            if line.seq != count + 1:
                fault = f"record {count + 1} is missing"
            elif (head := _chained(head, line.body_hash)) != line.head:
                fault = f"record {line.seq} is not the one that the chain was made of"
            elif (entry := self.entry_of(entry, line)) != line.entry:
                fault = f"record {line.seq} was not received when the book says"
            else:
                count, heads[line.seq] = line.seq, (head, entry)
        if not fault and (device.seq, device.head, device.entry) != (count, head, entry):
            fault = f"record {count + 1} is missing: the device had come to {device.seq}"
        fault = fault or _signature_fault(device, heads, signed) or _pin_fault(heads, pins)
        fingerprint = keys.fingerprint(device.public_key, self.server_key)
        return Finding(device.device, fingerprint, device.counter, count, fault)

    def _decision_fault(self, device: DeviceLine) -> str:
        """Say whether the audit log knows of the device, and of what the book says of it."""
        about = [each.event for each in self.events if each.event.subject == device.device]
        done = {each.action: each for each in about}
        if not CAME & done.keys():
            return "the audit log does not know how the device came"
        revoked = done.get(Action.REVOKE.value)
        since = None if revoked is None else revoked.detail.partition(" ")[0]
        if since != (None if device.revoked_ms is None else str(device.revoked_ms)):
            return "the audit log tells otherwise whether the device is revoked"
        state = "forked" if Action.FORK.value in done else "active"
        if device.state != (state if revoked is None else "revoked"):
            return f"the audit log knows nothing of the state {device.state}"
        return ""


def _chained(head: str, body_hash: str) -> str:
    return hashlib.sha256(bytes.fromhex(head) + bytes.fromhex(body_hash)).hexdigest()


def _is(kept: Kept, action: Action) -> bool:
    return kept.event.action == action.value


def _enrolment_fault(device: DeviceLine, server_key: str) -> str:
    """Say what is wrong with who the device is."""
    try:
        enrolment = unseal(server_key, device.enrolment, Enrolment)
    except (keys.BadSignature, msgspec.ValidationError, msgspec.DecodeError):
        return "the enrolment was not signed by this server"
    said = (enrolment.device, enrolment.public_key, enrolment.counter, enrolment.before)
    if said != (device.device, device.public_key, device.counter, device.before):
        return "the enrolment is another device's"
    return ""


def _signature_fault(device: DeviceLine, heads: dict[int, tuple[str, str]], signed: HeadLine | None) -> str:
    """Say whether the chain is the one whose head the device signed."""
    if signed is None:
        return "no head that the device signed is kept" if len(heads) > 1 else ""
    try:
        keys.verify(device.public_key, signed.signature, BATCH_CONTEXT, *signed.parts)
    except keys.BadSignature:
        return "the newest signed head was not signed by the device"
    seq, head = int(signed.parts[1]), signed.parts[2]
    if heads.get(seq, ("", ""))[0] != head:
        return f"the device signed another history up to record {seq}"
    # every batch that appends keeps its head, so there is nothing behind the newest one
    return "" if seq == len(heads) - 1 else f"the device has signed nothing behind record {seq}"


def _pin_fault(heads: dict[int, tuple[str, str]], pins: list[tuple[int, DeviceHead]]) -> str:
    """Say whether the chain is the one that checkpoints name."""
    for number, pin in pins:
        if heads.get(pin.seq) != (pin.head, pin.entry):
            return f"checkpoint {number} tells another history up to record {pin.seq}"
    return ""


def _checkpoint_faults(
    lines: Sequence[CheckpointLine],
    server_key: str,
    events: Sequence[Kept],
    pins: dict[str, list[tuple[int, DeviceHead]]],
) -> Iterator[str]:
    """Check each checkpoint by itself and by the one before; gathers what they say of each device."""
    audit = {FIRST_EVENT: 0} | {each.hash: each.event.id for each in events}
    known: dict[str, DeviceHead] = {}
    previous, reached = FIRST, 0
    for number, line in enumerate(lines, 1):
        name = f"checkpoint {number}"
        if line.number != number:
            yield f"{name} is missing"
            return
        try:
            said = unseal(server_key, line.signed, Checkpoint)
        except (keys.BadSignature, msgspec.ValidationError, msgspec.DecodeError):
            yield f"{name} was not signed by this server"
            return
        if (said.number, said.previous) != (number, previous) or line.hash != checkpoint_hash(
            line.signed.payload
        ):
            yield f"{name} does not follow the one before"
        if said.made_at != moment_of(line.made_ms) or line.made_ms % 1000:
            yield f"{name} was made at another time"
        if any(known.get(each.device) == each for each in line.moved):
            yield f"{name} names a device that had not moved"
        known |= {each.device: each for each in line.moved}
        for each in line.moved:
            pins.setdefault(each.device, []).append((number, each))
        if (said.devices, said.heads) != (len(known), heads_hash(known.values())):
            yield f"{name} was made of other heads"
        if audit.get(said.audit, -1) < reached:
            yield f"{name} knows another audit log"
        previous, reached = line.hash, audit.get(said.audit, reached)
