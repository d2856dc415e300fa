"""One hash over the whole book: whoever keeps a signed one can prove later that history was changed.

Each device's head commits to all of its records, so the heads of all devices commit to the book. A
checkpoint names the one before it. It is made from one read of the device table and needs no order
among devices.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from server.protocol.record import SEQ_MAX, Hash

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST: Final = "0" * 64
"""What the first checkpoint names as the one before it."""


class DeviceHead(Struct, frozen=True):
    """How far a device's chain had come: its last record, the head behind it, and the entry that says when.

    `head` is the kiosk's chain over bodies. `entry` is the server's own chain over what it added to them.
    """

    device: str
    seq: int
    head: str
    entry: str


class Checkpoint(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The book at a moment. `number` counts from 1, `previous` is the hash of the one before.

    `devices` says how many devices there are, `heads` is `heads_hash` of them, `audit` the head of
    the audit log.
    """

    v: Literal[1]
    number: Annotated[int, Meta(ge=1, le=SEQ_MAX)]
    made_at: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", max_length=20)]
    devices: Annotated[int, Meta(ge=0, le=SEQ_MAX)]
    heads: Hash
    audit: Hash
    previous: Hash


def heads_hash(heads: Iterable[DeviceHead]) -> str:
    """Return one hash over the heads of all devices, whatever order they come in."""
    whole = hashlib.sha256()
    for each in sorted(heads, key=lambda each: each.device):
        whole.update(f"{each.device} {each.seq} {each.head} {each.entry}\n".encode())
    return whole.hexdigest()


def checkpoint_hash(payload: str) -> str:
    """Return the hash of a checkpoint's signed text: its name in the next one, and in a kiosk's batches."""
    return hashlib.sha256(payload.encode()).hexdigest()


def next_entry(entry: str, head: str, times: tuple[int, str, int]) -> str:
    """Return the chain of journal entries after one more.

    `times` are those of the batch that the record came in: received (UTC milliseconds), boot, mono_ms.
    """
    received_ms, boot, mono_ms = times
    return hashlib.sha256(f"{entry} {head} {received_ms} {boot} {mono_ms}".encode()).hexdigest()


def decode_checkpoint(payload: str) -> Checkpoint:
    """Read a checkpoint's text. Raises `msgspec.DecodeError` or `msgspec.ValidationError`."""
    return msgspec.json.decode(payload, type=Checkpoint)
